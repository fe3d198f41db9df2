import { emptyTally, type Tally } from '../model/ledger.ts';
import { type Chunk, OUTCOMES, type Outcome, type Processed } from '../model/line.ts';

/**
 * A line with several parts (children of a split) has one outcome, the first of these that any of its parts had: a
 * dead letter is what somebody must look at, a new document says more than one that was there before.
 */
const PRECEDENCE: readonly Outcome[] = ['dead_lettered', 'indexed', 'already_there', 'dropped', 'merged', 'skipped'];

/**
 * The settlement of one chunk. Every part of every line is settled once; a line is settled when all its parts are, and
 * when all lines are, the tally goes to `chunk.acknowledge`, once.
 */
export class Settlement {
  readonly chunk: Chunk;
  private readonly tally: Tally;
  /** By line: parts not settled yet, and the precedence (index + 1) of the outcome so far. */
  private readonly parts: Uint32Array;
  private readonly best: Uint8Array;
  private open: number;
  private readonly settled: (settlement: Settlement, tally: Tally) => void;

  /**
   * `settled` is called after the chunk was acknowledged.
   * Throws where a line of the chunk has no part at all: the pipeline lost it, and it must not pass as settled.
   */
  constructor(processed: Processed, settled: (settlement: Settlement, tally: Tally) => void) {
    const { chunk } = processed;
    this.chunk = chunk;
    this.settled = settled;
    this.tally = emptyTally();
    this.tally.skipped.lines = chunk.skipped.lines;
    this.tally.skipped.bytes = chunk.skipped.bytes;
    this.open = chunk.lines.length;
    this.parts = new Uint32Array(chunk.lines.length);
    this.best = new Uint8Array(chunk.lines.length);
    for (const { line } of processed.documents) this.parts[line]!++;
    for (const { line } of processed.rejected) this.parts[line]!++;
    for (const { line } of processed.dropped) this.parts[line]!++;
    const lost = this.parts.indexOf(0);
    if (lost !== -1) throw new Error(`BUG: the pipeline lost line ${lost} of ${chunk.source.id} at ${chunk.start}`);
  }

  /** Settles one part of a line. Throws when all its parts were settled before. */
  settle(line: number, outcome: Outcome): void {
    const left = this.parts[line]!;
    if (left === 0) throw new Error(`BUG: line ${line} of ${this.chunk.source.id} is settled twice`);
    const rank = PRECEDENCE.indexOf(outcome) + 1;
    const best = this.best[line]!;
    if (best === 0 || rank < best) this.best[line] = rank;
    this.parts[line] = left - 1;
    if (left > 1) return;
    const count = this.tally[PRECEDENCE[this.best[line]! - 1]!];
    count.lines++;
    count.bytes += this.chunk.lines[line]!.bytes;
    this.open--;
    if (this.open === 0) this.acknowledge();
  }

  /** For a chunk without lines: there is nothing to wait for. */
  settleEmpty(): void {
    if (this.chunk.lines.length === 0) this.acknowledge();
  }

  private acknowledge(): void {
    this.chunk.acknowledge(this.tally);
    this.settled(this, this.tally);
  }
}

/** Adds a tally to an input's outcome counters. */
export function countOutcomes(counters: Readonly<Record<string, { inc(by: number): void }>>, tally: Tally): void {
  for (const outcome of OUTCOMES) {
    if (tally[outcome].lines > 0) counters[outcome]!.inc(tally[outcome].lines);
  }
}
