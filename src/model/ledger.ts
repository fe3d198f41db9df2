import { OUTCOMES, type Outcome } from './line.ts';

export type Count = { lines: number; bytes: number };

/** Lines and bytes (newline included) by what became of them. */
export type Tally = Record<Outcome, Count>;

/** A tally of nothing. */
export function emptyTally(): Tally {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, { lines: 0, bytes: 0 }])) as Tally;
}

/** Adds `part` into `total`. */
export function addTally(total: Tally, part: Tally): void {
  for (const outcome of OUTCOMES) {
    total[outcome].lines += part[outcome].lines;
    total[outcome].bytes += part[outcome].bytes;
  }
}

/** Sum over all outcomes: everything that is settled. */
export function settled(tally: Tally): Count {
  const sum = { lines: 0, bytes: 0 };
  for (const outcome of OUTCOMES) {
    sum.lines += tally[outcome].lines;
    sum.bytes += tally[outcome].bytes;
  }
  return sum;
}

/**
 * The account of one file: `read = settled + in flight`, in lines and in bytes. Kept with the checkpoint, so that the
 * counts on disk are exactly those of the acknowledged prefix.
 */
export type LedgerEntry = {
  readonly input: string;
  readonly path: string;
  readonly fileKey: string;
  readonly pipeline: string;
  readonly read: Count;
  readonly tally: Tally;
  readonly inFlight: Count;
  /** Bytes of the file not read yet. */
  readonly unread: number;
  /** Bytes lost to truncation or deletion before they were read. */
  readonly gaps: number;
  /** End of the contiguous acknowledged prefix. */
  readonly acknowledged: number;
};

/** Whether the entry adds up. */
export function balances(entry: LedgerEntry): boolean {
  const done = settled(entry.tally);
  return (
    entry.read.bytes === done.bytes + entry.inFlight.bytes && entry.read.lines === done.lines + entry.inFlight.lines
  );
}
