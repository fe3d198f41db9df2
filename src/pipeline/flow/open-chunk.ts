import { emptyTally, type Tally } from '../../model/ledger.ts';
import { type Chunk, type Line, OUTCOME_PRECEDENCE, type Outcome } from '../../model/line.ts';

/** One line on its way: settled when nothing that was made of it is under way any more. */
export class Ticket {
  readonly chunk: OpenChunk;
  readonly index: number;
  /** Events and stages that have it. */
  held = 1;
  /** Documents that have taken their id from it. */
  parts = 0;
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
  /** Lines that stages with a memory have. */
  kept = 0;
  #open: number;
  readonly #tally: Tally = emptyTally();
  readonly #done: () => void;

  /** @param done called when all lines are settled. */
  constructor(chunk: Chunk, sequence: number, time: number, done: () => void) {
    this.chunk = chunk;
    this.sequence = sequence;
    this.linkedTo = sequence;
    this.time = time;
    this.#open = chunk.lines.length;
    this.#done = done;
    this.#tally.skipped = { ...chunk.skipped };
  }

  get isDone(): boolean {
    return this.#open === 0;
  }

  get bytes(): number {
    return this.chunk.end - this.chunk.start;
  }

  settled(ticket: Ticket, outcome: Outcome): void {
    const { bytes, merged } = ticket.line;
    this.#tally[outcome].lines++;
    this.#tally[outcome].bytes += bytes - (merged?.bytes ?? 0);
    this.#tally.merged.lines += merged?.lines ?? 0;
    this.#tally.merged.bytes += merged?.bytes ?? 0;
    this.chunk.observer?.settled(ticket.index, outcome);
    this.#open--;
    if (this.#open === 0) this.#done();
  }

  acknowledge(): void {
    this.chunk.acknowledge(this.#tally);
  }
}
