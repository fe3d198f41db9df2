import { LogmillError } from '../errors.ts';
import { addTally, type Count, emptyTally, type LedgerEntry, settled, type Tally } from '../model/ledger.ts';

/** A place in a source to go on from, with what proves later that it is still the same place. */
export type Mark = {
  readonly offset: number;
  /** Files: hash of the 64 bytes before the offset. The journal: its cursor. */
  readonly proof: string;
};

/** What the checkpoint keeps of an account: the contiguous acknowledged prefix and what became of exactly its lines. */
export type Prefix = { readonly mark: Mark; readonly tally: Tally };

/** Where an account opens: after what an earlier run, or the original of a copy, had got to. */
export type Opening = Prefix & {
  readonly gaps: number;
  readonly pipeline: string;
  /** Host id in the ids of its lines, where it is not the one of now. */
  readonly host?: string | undefined;
  /** Offsets at which events of several lines end. */
  readonly cuts?: readonly number[] | undefined;
};

/** The opening of a file never seen before. */
export function openingAt(mark: Mark): Opening {
  return { mark, tally: emptyTally(), gaps: 0, pipeline: '' };
}

/** The start of a file. */
export const BEGINNING: Mark = { offset: 0, proof: '' };

type Slot = Count & { readonly mark: Mark | undefined; tally: Tally | undefined };

export type AccountFacts = { readonly input: string; readonly path: string };

/**
 * The books of one source: chunks go out in order, come back acknowledged in any order, and the prefix moves only over
 * an unbroken run of acknowledged ones. `read = settled + in flight` at every moment.
 */
export class Account {
  readonly facts: AccountFacts;
  pipeline: string;
  gaps: number;
  readonly #pending: Slot[] = [];
  readonly #read: Count;
  readonly #tally: Tally;
  readonly #inFlight: Count = { lines: 0, bytes: 0 };
  readonly #prefixTally: Tally;
  /** What became of an unfinished last line, beyond the prefix. */
  #rest: Tally | undefined;
  #mark: Mark;

  /** @param from where an earlier run had got to; its counts go on. */
  constructor(facts: AccountFacts, from: Opening) {
    this.facts = facts;
    this.gaps = from.gaps;
    this.pipeline = from.pipeline;
    this.#mark = from.mark;
    this.#tally = copyTally(from.tally);
    this.#prefixTally = copyTally(from.tally);
    this.#read = settled(from.tally);
  }

  get inFlight(): Readonly<Count> {
    return this.#inFlight;
  }

  /** A snapshot: later acknowledgements do not change it. */
  get prefix(): Prefix {
    return { mark: this.#mark, tally: copyTally(this.#prefixTally) };
  }

  /** What became of an unfinished last line, which the prefix leaves out because it may grow; undefined without one. */
  get rest(): Tally | undefined {
    return this.#rest === undefined ? undefined : copyTally(this.#rest);
  }

  /**
   * Books lines as read and in flight.
   * @param mark the place after them; undefined where the place must stay before them (an unfinished last line).
   * @returns what to call with their tally, once. Throws LogmillError for a second call or a tally that does not add up.
   */
  handOut(lines: number, bytes: number, mark: Mark | undefined): (tally: Tally) => void {
    const slot: Slot = { lines, bytes, mark, tally: undefined };
    this.#pending.push(slot);
    add(this.#read, slot, 1);
    add(this.#inFlight, slot, 1);
    return (tally) => this.#settle(slot, tally);
  }

  /** The account as the ledger shows it. `unread` is what the file holds beyond the lines read. */
  entry(fileKey: string, unread: number): LedgerEntry {
    return {
      ...this.facts,
      fileKey,
      pipeline: this.pipeline,
      read: { ...this.#read },
      tally: copyTally(this.#tally),
      inFlight: { ...this.#inFlight },
      unread,
      gaps: this.gaps,
      acknowledged: this.#mark.offset,
    };
  }

  #settle(slot: Slot, tally: Tally): void {
    const sum = settled(tally);
    if (slot.tally !== undefined || sum.lines !== slot.lines || sum.bytes !== slot.bytes) {
      throw new LogmillError(
        'LEDGER_UNBALANCED',
        {
          lines: slot.lines,
          bytes: slot.bytes,
          settledLines: sum.lines,
          settledBytes: sum.bytes,
          again: slot.tally === undefined ? '' : ', a second time',
        },
        { file: this.facts.path },
      );
    }
    slot.tally = tally;
    addTally(this.#tally, tally);
    add(this.#inFlight, slot, -1);
    this.#advance();
  }

  #advance(): void {
    let done = 0;
    for (const { tally, mark } of this.#pending) {
      if (tally === undefined) break;
      done++;
      if (mark === undefined) {
        this.#rest = tally;
        continue;
      }
      this.#mark = mark;
      addTally(this.#prefixTally, tally);
    }
    this.#pending.splice(0, done);
  }
}

function copyTally(tally: Tally): Tally {
  const copy = emptyTally();
  addTally(copy, tally);
  return copy;
}

function add(total: Count, part: Count, sign: 1 | -1): void {
  total.lines += sign * part.lines;
  total.bytes += sign * part.bytes;
}
