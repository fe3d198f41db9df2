import { emptyTally, type Tally } from '../../model/ledger.ts';
import { type Chunk, type Line, OUTCOME_PRECEDENCE, type Outcome } from '../../model/line.ts';

/** One line on its way: settled when nothing that was made of it is under way any more. */
export class Ticket {
  readonly chunk: OpenChunk;
  readonly index: number;
  /** Events and stages that have it. */
  held = 1;
  /** Number of the next child that is made of it. */
  nextPart = 1;
  /** Of the outcomes so far the one that counts, as a position in the precedence. */
  #best = OUTCOME_PRECEDENCE.length;

  constructor(chunk: OpenChunk, index: number) {
    this.chunk = chunk;
    this.index = index;
  }

  get line(): Line {
    return this.chunk.chunk.lines[this.index]!;
  }

  /** So many of those that had it are settled. */
  settle(outcome: Outcome, count: number): void {
    this.#best = Math.min(this.#best, OUTCOME_PRECEDENCE.indexOf(outcome));
    this.held -= count;
    if (this.held < 0) throw new Error(`BUG: line ${this.index} of ${this.chunk.chunk.source.id} is settled twice`);
    if (this.held === 0) this.chunk.settled(this, OUTCOME_PRECEDENCE[this.#best]!);
  }
}

/** What a chunk is one of. */
type Order = {
  keeps(chunk: OpenChunk): void;
  /** A chunk is settled. */
  advance(): void;
};

/**
 * A chunk whose lines are settled in any order, in chunks of other make. What it says to the agent is as if it had gone
 * through in one piece.
 */
export class OpenChunk {
  readonly chunk: Chunk;
  /** When it was read, ms since the epoch. */
  readonly time: number;
  /** Its number in its source. */
  readonly sequence: number;
  /** The last chunk that an event has lines of which also has lines of this one. */
  linkedTo: number;
  #kept = 0;
  #open: number;
  readonly #tally: Tally = emptyTally();
  readonly #order: Order;

  constructor(chunk: Chunk, sequence: number, time: number, order: Order) {
    this.chunk = chunk;
    this.sequence = sequence;
    this.linkedTo = sequence;
    this.time = time;
    this.#open = chunk.lines.length;
    this.#order = order;
    this.#tally.skipped = { ...chunk.skipped };
  }

  get isDone(): boolean {
    return this.#open === 0;
  }

  get bytes(): number {
    return this.chunk.end - this.chunk.start;
  }

  /** How many of its lines stages with a memory have. */
  get kept(): number {
    return this.#kept;
  }

  /** Stages have taken a line in (1), or have let one go (-1). */
  keep(by: 1 | -1): void {
    this.#kept += by;
    if (this.#kept === 0 || (by === 1 && this.#kept === 1)) this.#order.keeps(this);
  }

  settled(ticket: Ticket, outcome: Outcome): void {
    const { bytes, merged } = ticket.line;
    this.#tally[outcome].lines++;
    this.#tally[outcome].bytes += bytes - (merged?.bytes ?? 0);
    this.#tally.merged.lines += merged?.lines ?? 0;
    this.#tally.merged.bytes += merged?.bytes ?? 0;
    this.chunk.observer?.settled(ticket.index, outcome);
    this.#open--;
    if (this.#open === 0) this.#order.advance();
  }

  acknowledge(): void {
    this.chunk.acknowledge(this.#tally);
  }
}
