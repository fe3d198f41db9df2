import type { Outcome } from '../../model/line.ts';
import type { Rejected } from '../../model/rejected.ts';

/** What became of one line of a sender. */
export type Verdict = {
  /** Number of the line as the sender counts. */
  readonly line: number;
  readonly outcome: Outcome;
  readonly id: string;
  /** Why it is a dead letter. */
  readonly rejected?: Rejected;
};

type Batch = {
  readonly first: number;
  readonly numbers: readonly number[];
  readonly verdicts: (Verdict | undefined)[];
  readonly rejected: Map<number, Rejected>;
  open: number;
  readonly done: PromiseWithResolvers<readonly Verdict[] | undefined>;
};

/** Senders that wait to hear what becomes of their lines. */
export class Waiting {
  readonly #batches = new Map<number, Batch>();

  /**
   * Waits for the lines with the sequence numbers from `first` on.
   * @param numbers how the sender counts them.
   * @returns their verdicts, or undefined once `giveUp` is called. Not to be called for a line that may have been settled.
   */
  add(first: number, numbers: readonly number[]): { done: Promise<readonly Verdict[] | undefined>; giveUp(): void } {
    const batch: Batch = {
      first,
      numbers,
      verdicts: numbers.map(() => undefined),
      rejected: new Map(),
      open: numbers.length,
      done: Promise.withResolvers(),
    };
    for (let index = 0; index < numbers.length; index++) this.#batches.set(first + index, batch);
    if (batch.open === 0) batch.done.resolve([]);
    return {
      done: batch.done.promise,
      giveUp: () => {
        // Numbers of a write that failed are given again, perhaps before its senders have heard of it.
        for (let index = 0; index < numbers.length; index++) {
          if (this.#batches.get(first + index) === batch) this.#batches.delete(first + index);
        }
        batch.done.resolve(undefined);
      },
    };
  }

  /** Whether somebody waits for one of these lines. */
  has(first: number, last: number): boolean {
    if (this.#batches.size === 0) return false;
    for (let sequence = first; sequence <= last; sequence++) if (this.#batches.has(sequence)) return true;
    return false;
  }

  rejected(sequence: number, rejected: Rejected): void {
    this.#batches.get(sequence)?.rejected.set(sequence, rejected);
  }

  settled(sequence: number, outcome: Outcome, id: string): void {
    const batch = this.#batches.get(sequence);
    if (batch === undefined) return;
    this.#batches.delete(sequence);
    const index = sequence - batch.first;
    const rejected = outcome === 'dead_lettered' ? batch.rejected.get(sequence) : undefined;
    batch.verdicts[index] = {
      line: batch.numbers[index]!,
      outcome,
      id,
      ...(rejected === undefined ? {} : { rejected }),
    };
    batch.open--;
    if (batch.open === 0) batch.done.resolve(batch.verdicts as Verdict[]);
  }
}
