import type { Logger } from 'pino';
import type { InputConfig } from '../config/schema.ts';
import type { Clock } from '../model/clock.ts';
import type { Scanner } from './scan.ts';
import { watchInputs } from './watch.ts';

/** The safety net behind the watching, ms. */
const SCAN_INTERVAL = 5000;
/** After a hint that files came or went; a burst of hints is one scan, ms. */
const SCAN_SOON = 50;

export type LookOptions = {
  readonly scanner: Scanner;
  readonly inputs: readonly InputConfig[];
  readonly clock: Clock;
  readonly log: Logger;
  /** ms; default 5000. */
  readonly scanInterval?: number | undefined;
  /** A file was written to. False: it is not the one that was read under this name, so look again. */
  readonly changed: (file: string) => boolean;
  /** A scan is done. */
  readonly looked: () => void;
};

/** Watches, and scans now and then whatever the watching says. Returns what ends both. */
export function keepLooking(options: LookOptions): () => Promise<void> {
  const { scanner, clock, log, scanInterval = SCAN_INTERVAL } = options;
  const inputs = options.inputs.filter(({ files }) => files !== undefined);
  let cancelSoon: (() => void) | undefined;
  let cancelNext = () => {};
  let ended = false;

  async function look(): Promise<void> {
    try {
      await scanner.scan();
      if (!ended) watching.refresh();
    } catch (error) {
      log.error({ err: error }, 'a scan failed; the next one tries again');
    }
    options.looked();
  }

  function soon(): void {
    if (ended) return;
    cancelSoon ??= clock.after(SCAN_SOON, () => {
      cancelSoon = undefined;
      void look();
    });
  }

  async function lookAndGoOn(): Promise<void> {
    await look();
    if (!ended) cancelNext = clock.after(scanInterval, () => void lookAndGoOn());
  }

  const watching = watchInputs(
    inputs.map(({ files = [], exclude = [] }) => ({ patterns: files, exclude })),
    { changed: (file) => options.changed(file) || soon(), moved: soon },
    log,
  );
  cancelNext = clock.after(scanInterval, () => void lookAndGoOn());

  return async () => {
    ended = true;
    cancelSoon?.();
    cancelNext();
    await watching.close();
  };
}
