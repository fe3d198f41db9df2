import type { Clock } from '../../../src/model/clock.ts';

/** A clock that stands still until told: whoever waits for a time gets it when `pass` has come so far. */
export class ManualClock implements Clock {
  #time = Date.UTC(2026, 10, 21);
  #waiting: { readonly due: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#time;
  }

  steady(): number {
    return this.#time;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { due: this.#time + ms, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  /** Lets so many milliseconds pass. */
  pass(ms: number): void {
    const end = this.#time + ms;
    for (;;) {
      const next = this.#waiting.filter(({ due }) => due <= end).sort((one, other) => one.due - other.due)[0];
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#time = Math.max(this.#time, next.due);
      next.run();
    }
    this.#time = end;
  }
}
