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
  readonly #kept: (bytes: number) => void;
  #next = 0;
  /** Number of the first chunk that stages have lines of: it and all that follow wait for them. */
  #firstKept = Number.POSITIVE_INFINITY;

  /**
   * @param emptied called whenever no chunk is open any more.
   * @param kept told by how many bytes what waits for stages with a memory has changed.
   */
  constructor(emptied: () => void, kept: (bytes: number) => void) {
    this.#emptied = emptied;
    this.#kept = kept;
  }

  open(chunk: Chunk, time: number): OpenChunk {
    const opened = new OpenChunk(chunk, this.#next++, time, this);
    this.#chunks.push(opened);
    if (opened.sequence > this.#firstKept) this.#kept(opened.bytes);
    if (opened.isDone) this.advance();
    return opened;
  }

  /** Stages have come to have lines of a chunk, or have let the last one go. */
  keeps({ sequence, kept }: OpenChunk): void {
    if (kept > 0 && sequence < this.#firstKept) this.#moveFirstKept(sequence);
    else if (kept === 0 && sequence === this.#firstKept) this.#moveFirstKept(this.#nextKept());
  }

  /** A chunk has been settled. */
  advance(): void {
    for (let end = this.#safeEnd(); end > 0; end = this.#safeEnd()) {
      for (const chunk of this.#chunks.splice(0, end)) chunk.acknowledge();
    }
    if (this.#chunks.length === 0) this.#emptied();
  }

  #nextKept(): number {
    for (let at = this.#at(this.#firstKept); at < this.#chunks.length; at++) {
      const { kept, sequence } = this.#chunks[at]!;
      if (kept > 0) return sequence;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** From the first one to the other is all that the change is about, so that it costs little where there are many. */
  #moveFirstKept(to: number): void {
    const from = this.#firstKept;
    this.#firstKept = to;
    let bytes = 0;
    for (let at = this.#at(Math.min(from, to)); at < this.#at(Math.max(from, to)); at++)
      bytes += this.#chunks[at]!.bytes;
    this.#kept(to < from ? bytes : -bytes);
  }

  /** Position of a chunk by its number. */
  #at(sequence: number): number {
    return Math.min(sequence - (this.#chunks[0]?.sequence ?? 0), this.#chunks.length);
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
  const last = new Map<Chunk['source'], number>();
  for (const { chunk } of tickets) {
    const { source } = chunk.chunk;
    last.set(source, Math.max(last.get(source) ?? 0, chunk.sequence));
  }
  for (const { chunk } of tickets) chunk.linkedTo = Math.max(chunk.linkedTo, last.get(chunk.chunk.source)!);
}
