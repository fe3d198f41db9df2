import type { Chunk } from '../../model/line.ts';
import { OpenChunk, type Ticket } from './open-chunk.ts';

/** Chunks that may wait for one another; beyond that a crash may send an event once more without its first lines. */
const MOST_LINKED = 64;

/**
 * The open chunks of one source. They are acknowledged in order, and those that an event has lines of all at once: were
 * only the first ones, a crash would make another event of the rest.
 */
export class SourceOrder {
  readonly #chunks: OpenChunk[] = [];
  readonly #emptied: () => void;
  #next = 0;

  /** @param emptied called whenever no chunk is open any more. */
  constructor(emptied: () => void) {
    this.#emptied = emptied;
  }

  open(chunk: Chunk, time: number): OpenChunk {
    const opened = new OpenChunk(chunk, this.#next++, time, () => this.#advance());
    this.#chunks.push(opened);
    if (opened.isDone) this.#advance();
    return opened;
  }

  #advance(): void {
    for (let end = this.#safeEnd(); end > 0; end = this.#safeEnd()) {
      for (const chunk of this.#chunks.splice(0, end)) chunk.acknowledge();
    }
    if (this.#chunks.length === 0) this.#emptied();
  }

  /** So many of the first chunks are settled and no event has lines on both sides of their end. */
  #safeEnd(): number {
    const mayLink = this.#chunks.length <= MOST_LINKED;
    let linkedTo = 0;
    for (const [at, chunk] of this.#chunks.entries()) {
      if (!chunk.isDone) return 0;
      linkedTo = Math.max(linkedTo, chunk.linkedTo);
      if (!mayLink || linkedTo <= chunk.sequence) return at + 1;
    }
    return 0;
  }
}

/** Notes that one event has lines of all these. */
export function linkChunks(tickets: readonly Ticket[]): void {
  if (tickets.length < 2) return;
  for (const { chunk } of tickets) {
    for (const { chunk: other } of tickets) {
      if (other.chunk.source === chunk.chunk.source) chunk.linkedTo = Math.max(chunk.linkedTo, other.sequence);
    }
  }
}
