import type { Source } from './line.ts';

/**
 * Input bytes whose documents wait for a single index (read-only, closed, overloaded …) while others are delivered:
 * delivery notes them, the agent asks before it reads on. They may hold `share` bytes of what is in flight. Beyond that
 * the sources that feed such an index are not read, and what was in flight already does not count against the others, so
 * that one blocked index stops nothing but its own sources.
 */
export class HeldBack {
  readonly share: number;
  #bytes = 0;
  readonly #sources = new Map<Source, number>();
  /** Called when sources may have begun or ceased to be held back, and when what counts against the others has changed. */
  onChange: () => void = () => {};

  /** @param share bytes */
  constructor(share: number) {
    this.share = share;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes beyond the share. */
  get excess(): number {
    return Math.max(0, this.#bytes - this.share);
  }

  /** Whether the source is not to be read for now. */
  holds(source: Source): boolean {
    return this.#bytes >= this.share && this.#sources.has(source);
  }

  add(source: Source, bytes: number): void {
    this.#bytes += bytes;
    this.#sources.set(source, (this.#sources.get(source) ?? 0) + bytes);
    this.onChange();
  }

  remove(source: Source, bytes: number): void {
    this.#bytes -= bytes;
    const left = (this.#sources.get(source) ?? 0) - bytes;
    if (left > 0) this.#sources.set(source, left);
    else this.#sources.delete(source);
    this.onChange();
  }
}
