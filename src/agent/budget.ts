/**
 * Bytes read but not yet acknowledged, over all inputs: what bounds memory while the store is slow or away.
 * A single chunk may exceed the limit, so a limit smaller than a line cannot stop everything.
 */
export class Budget {
  readonly limit: number;
  #used = 0;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  take(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
    if (this.#used < this.limit) this.release();
  }

  /** Resolves once there is room, or at `release`. */
  async room(): Promise<void> {
    if (this.#used < this.limit) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Lets everyone who waits go on and look again. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
