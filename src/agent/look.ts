import type { Logger } from 'pino';
import type { InputConfig } from '../config/schema.ts';
import type { Clock } from '../model/clock.ts';
import { patternsOf } from './discover.ts';
import type { Scanner } from './scan.ts';
import { FolderWatching, type WatchOne } from './watch.ts';

/**
 * How long after a scan the next one begins, ms: at least `least`, at most `most`, and between them so many times what the
 * scan took, so that looking at many thousands of files stays a small share of a core.
 */
type Pace = { readonly least: number; readonly times: number; readonly most: number };
/** The safety net behind the watching. */
const WATCHED: Pace = { least: 5000, times: 300, most: 60_000 };
/** Where nothing tells of changes. */
const POLLED: Pace = { least: 1000, times: 20, most: 30_000 };
/** After a hint that files came or went; a burst of hints is one scan. */
const SOON: Pace = { least: 50, times: 20, most: 5000 };

export type LookOptions = {
  readonly scanner: Scanner;
  readonly inputs: readonly InputConfig[];
  readonly clock: Clock;
  readonly log: Logger;
  /** ms; by default as long as suits what a scan takes. */
  readonly scanInterval?: number | undefined;
  readonly watchOne?: WatchOne | undefined;
  /** A file was written to. False: it is not the one that was read under this name, so look again. */
  readonly changed: (file: string) => boolean;
  /** A scan is done. */
  readonly looked: () => void;
};

/** Watches, and scans now and then whatever the watching says. Returns what ends both. */
export function keepLooking(options: LookOptions): () => Promise<void> {
  const { scanner, clock, log } = options;
  const inputs = options.inputs.filter(({ files }) => files !== undefined);
  const isPolling = inputs.some(({ poll }) => poll === true);
  let cancelSoon: (() => void) | undefined;
  let cancelNext = () => {};
  let looking: Promise<void> = Promise.resolve();
  let took = 0;
  let ended = false;

  async function look(): Promise<void> {
    const began = performance.now();
    try {
      await scanner.scan();
      if (!ended) await watching.refresh(scanner.status.links);
    } catch (error) {
      log.error({ err: error }, 'a scan failed; the next one tries again');
    }
    took = performance.now() - began;
    options.looked();
  }

  function soon(): void {
    if (ended) return;
    cancelSoon ??= clock.after(after(SOON, took), () => {
      cancelSoon = undefined;
      looking = look();
    });
  }

  function next(): void {
    const pace = isPolling || !watching.isComplete ? POLLED : WATCHED;
    cancelNext = clock.after(options.scanInterval ?? after(pace, took), () => {
      looking = look().then(() => {
        if (!ended) next();
      });
    });
  }

  const watching = new FolderWatching(
    inputs
      .filter(({ poll }) => poll !== true)
      .map((input) => ({ patterns: patternsOf(input), exclude: input.exclude ?? [] })),
    { changed: (file) => options.changed(file) || soon(), moved: soon },
    log,
    options.watchOne,
  );
  looking = watching.refresh(scanner.status.links).then(next);

  return async () => {
    ended = true;
    cancelSoon?.();
    cancelNext();
    watching.close();
    await looking;
    cancelNext();
  };
}

function after({ least, times, most }: Pace, tookMs: number): number {
  return Math.min(most, Math.max(least, times * tookMs));
}
