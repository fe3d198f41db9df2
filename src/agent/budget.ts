import type { HeldBack } from '../model/held-back.ts';

/** What is held back beyond its share may once more be as much, whatever closes one after the other. */
const MOST = 2;

/**
 * Bytes read but not yet acknowledged, over all inputs: what bounds memory while the store is slow or away.
 * A single chunk may exceed the limit, so a limit smaller than a line cannot stop everything. What single indices hold
 * back beyond their share does not count, up to twice the limit.
 */
export class Budget {
  readonly limit: number;
  readonly #heldBack: HeldBack | undefined;
  #used = 0;
  #waiting: (() => void)[] = [];

  constructor(limit: number, heldBack?: HeldBack) {
    this.limit = limit;
    this.#heldBack = heldBack;
  }

  get used(): number {
    return this.#used;
  }

  get hasRoom(): boolean {
    return this.#used - (this.#heldBack?.excess ?? 0) < this.limit && this.#used < this.limit * MOST;
  }

  take(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
    this.recheck();
  }

  /** Resolves once there is room, or at `release`. */
  async room(): Promise<void> {
    if (this.hasRoom) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** What is held back has changed. */
  recheck(): void {
    if (this.hasRoom) this.release();
  }

  /** Lets everyone who waits go on and look again. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
