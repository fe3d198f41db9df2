/**
 * Bytes of the input that cannot be acknowledged because stages with a memory have lines of them, or of what came before
 * them in their source. One count for all pipelines: they share the bytes that may be in flight, and where all of these
 * waited for stages to let go nothing would be read any more.
 */
export class KeptBytes {
  readonly #most: number;
  readonly #keepers = new Set<() => void>();
  #bytes = 0;

  /** @param most so many may wait before everything is let go. */
  constructor(most: number) {
    this.#most = most;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** @param letGo makes stages let go of everything they have. */
  join(letGo: () => void): void {
    this.#keepers.add(letGo);
  }

  leave(letGo: () => void): void {
    this.#keepers.delete(letGo);
  }

  /** Has everything let go where too much is kept. */
  relieve(): void {
    if (this.#bytes <= this.#most) return;
    for (const letGo of this.#keepers) letGo();
  }
}
