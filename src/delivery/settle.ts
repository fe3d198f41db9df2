import { emptyTally, type Tally } from '../model/ledger.ts';
import {
  type Line,
  type LineObserver,
  OUTCOME_PRECEDENCE,
  OUTCOMES,
  type Outcome,
  type Processed,
  type Source,
} from '../model/line.ts';
import type { Rejected } from '../model/rejected.ts';

/**
 * The settlement of one chunk. Every part of every line is settled once; a line is settled when all its parts are, and
 * when all lines are, the tally goes to `chunk.acknowledge`, once. It keeps no line that can be made again: the lines in
 * flight would otherwise keep the garbage collector busy.
 */
export class Settlement {
  readonly source: Source;
  /** First byte of the chunk, and the byte after the last. */
  readonly start: number;
  readonly end: number;
  /** The line at a position of the chunk. */
  readonly lineAt: (line: number) => Line;
  /** What the event at a position of the chunk would be without its first records; undefined where it is never asked. */
  readonly afterOf: (line: number) => Line['after'];
  private readonly acknowledgeChunk: (tally: Tally) => void;
  private readonly observer: LineObserver | undefined;
  private readonly tally: Tally;
  /** By line: its size, parts not settled yet, and the precedence (index + 1) of the outcome so far. */
  private readonly sizes: Uint32Array;
  private readonly parts: Uint32Array;
  private readonly best: Uint8Array;
  /** By line, bytes of its size that are counted as merged; undefined where nothing is. */
  private readonly mergedBytes: Uint32Array | undefined;
  private open: number;
  private readonly settled: (settlement: Settlement, tally: Tally) => void;

  /**
   * `settled` is called after the chunk was acknowledged.
   * Throws where a line of the chunk has no part at all: the pipeline lost it, and it must not pass as settled.
   */
  constructor(processed: Processed, settled: (settlement: Settlement, tally: Tally) => void) {
    const { source, start, end, lines, skipped, merged, again, acknowledge, observer } = processed.chunk;
    this.source = source;
    this.start = start;
    this.end = end;
    this.lineAt = again ?? keeping(lines);
    // Lines that can be made again are no events of several records.
    this.afterOf = again === undefined ? afterIn(lines) : NEVER;
    this.acknowledgeChunk = acknowledge;
    this.observer = observer;
    this.settled = settled;
    this.tally = emptyTally();
    this.tally.skipped.lines = skipped.lines;
    this.tally.skipped.bytes = skipped.bytes;
    if (merged !== undefined) {
      this.tally.merged = { ...merged };
      this.mergedBytes = Uint32Array.from(lines, (line) => line.merged?.bytes ?? 0);
    }
    this.open = lines.length;
    this.sizes = new Uint32Array(lines.length);
    for (let line = 0; line < lines.length; line++) this.sizes[line] = lines[line]!.bytes;
    this.parts = new Uint32Array(lines.length);
    this.best = new Uint8Array(lines.length);
    for (const { line } of processed.documents) this.parts[line]!++;
    for (const { line } of processed.rejected) this.parts[line]!++;
    for (const { line } of processed.dropped) this.parts[line]!++;
    const lost = this.parts.indexOf(0);
    if (lost !== -1) throw new Error(`BUG: the pipeline lost line ${lost} of ${source.id} at ${start}`);
  }

  /** Settles one part of a line. Throws when all its parts were settled before. */
  settle(line: number, outcome: Outcome): void {
    const left = this.parts[line]!;
    if (left === 0) throw new Error(`BUG: line ${line} of ${this.source.id} is settled twice`);
    const rank = OUTCOME_PRECEDENCE.indexOf(outcome) + 1;
    const best = this.best[line]!;
    if (best === 0 || rank < best) this.best[line] = rank;
    this.parts[line] = left - 1;
    if (left > 1) return;
    const final = OUTCOME_PRECEDENCE[this.best[line]! - 1]!;
    const count = this.tally[final];
    count.lines++;
    count.bytes += this.sizeOf(line) - (this.mergedBytes?.[line] ?? 0);
    this.open--;
    this.observer?.settled(line, final);
    if (this.open === 0) this.acknowledge();
  }

  /** A dead letter is made of the line. */
  reject(line: number, rejected: Rejected): void {
    this.observer?.rejected(line, rejected);
  }

  /** Bytes of the line at a position of the chunk. */
  sizeOf(line: number): number {
    return this.sizes[line]!;
  }

  /** For a chunk without lines: there is nothing to wait for. */
  settleEmpty(): void {
    if (this.sizes.length === 0) this.acknowledge();
  }

  private acknowledge(): void {
    this.acknowledgeChunk(this.tally);
    this.settled(this, this.tally);
  }
}

// Functions made in the constructor itself would all share what any of them uses, and so keep the lines.
function keeping(lines: readonly Line[]): (line: number) => Line {
  return (line) => lines[line]!;
}

function afterIn(lines: readonly Line[]): (line: number) => Line['after'] {
  return (line) => lines[line]!.after;
}

const NEVER = (): undefined => undefined;

/** Adds a tally to an input's outcome counters. */
export function countOutcomes(counters: Readonly<Record<string, { inc(by: number): void }>>, tally: Tally): void {
  for (const outcome of OUTCOMES) {
    if (tally[outcome].lines > 0) counters[outcome]!.inc(tally[outcome].lines);
  }
}
