import { emptyTally, type Tally } from '../model/ledger.ts';
import type { Chunk, Line, Source } from '../model/line.ts';
import { outcomeCounters, type Telemetry } from '../telemetry.ts';
import type { Account, Mark } from './account.ts';
import type { Budget } from './budget.ts';
import type { Framed } from './frame.ts';
import type { FramedEvents } from './framing/framer.ts';

/** What stands for the lines of a chunk until it is acknowledged. */
export type Kept = {
  /** The line at a position of the chunk. */
  line(at: number): Line;
  release(): void;
};

/** Lines that a file begins with, and that belong to the last event of another. */
export type CarriedLines = {
  readonly account: Account;
  readonly records: number;
  readonly bytes: number;
  /** Bytes of these that no line has. */
  readonly skipped: number;
  readonly mark: Mark;
};

/** Where framed lines become chunks: booked in their account, counted, and held against the budget until acknowledged. */
export type Outlet = {
  /**
   * @param mark the place to go on from once they are acknowledged; undefined keeps the place before them.
   * @param kept the bytes of exactly these lines.
   * @returns undefined where nothing is left to ship: skipped bytes alone are settled at once.
   */
  handOut(
    account: Account,
    source: Source,
    framed: FramedEvents,
    mark: Mark | undefined,
    kept?: Kept,
  ): Chunk | undefined;
  /** The chunk with lines of another file that its last event goes on with: settled with it, as merged. */
  withCarried(chunk: Chunk, carried: CarriedLines): Chunk;
};

/** @param moved called after every acknowledgement. */
export function createOutlet(budget: Budget, telemetry: Telemetry, moved: () => void): Outlet {
  const counters = new Map<string, ReturnType<typeof countersOf>>();

  function countersOf(input: string) {
    return {
      bytes: telemetry.readBytes.labels(input),
      lines: telemetry.readLines.labels(input),
      skipped: outcomeCounters(telemetry, input)['skipped'],
    };
  }

  return {
    handOut(account, source, { start, end, lines, skipped, merged }, mark, kept) {
      const bytes = end - start;
      if (bytes === 0) return undefined;
      let counts = counters.get(source.input);
      if (counts === undefined) {
        counts = countersOf(source.input);
        counters.set(source.input, counts);
      }
      counts.bytes.inc(bytes);
      const count = lines.length + skipped.lines + (merged?.lines ?? 0);
      counts.lines.inc(count);
      const settle = account.handOut(count, bytes, mark);
      if (lines.length === 0) {
        settle(skippedTally(skipped));
        counts.skipped?.inc(skipped.lines);
        moved();
        return undefined;
      }
      budget.take(bytes);
      telemetry.inFlightBytes.set(budget.used);
      return {
        source,
        start,
        end,
        lines,
        again: kept && ((line) => kept.line(line)),
        skipped,
        ...(merged !== undefined && merged.lines > 0 ? { merged } : {}),
        acknowledge(tally) {
          settle(tally);
          kept?.release();
          budget.give(bytes);
          telemetry.inFlightBytes.set(budget.used);
          moved();
        },
      };
    },
    withCarried(chunk, carried) {
      const { account, records, bytes, skipped, mark } = carried;
      const counts = counters.get(chunk.source.input);
      counts?.bytes.inc(bytes);
      counts?.lines.inc(records);
      const settle = account.handOut(records, bytes, mark);
      const tally = emptyTally();
      tally.merged = { lines: records, bytes: bytes - skipped };
      tally.skipped.bytes = skipped;
      return {
        ...chunk,
        acknowledge(ofChunk) {
          settle(tally);
          chunk.acknowledge(ofChunk);
        },
      };
    },
  };
}

function skippedTally(skipped: Framed['skipped']): Tally {
  return { ...emptyTally(), skipped: { ...skipped } };
}
