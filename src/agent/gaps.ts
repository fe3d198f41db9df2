import type { Logger } from 'pino';
import type { Telemetry } from '../telemetry.ts';
import type { Gap } from './generation.ts';

/** The latest gaps kept. */
const KEPT = 100;

/** Stretches of files that were lost before they were read: said, counted, and the latest kept to be shown. */
export class Gaps {
  readonly #log: Logger;
  readonly #telemetry: Telemetry;
  #latest: readonly Gap[] = [];

  constructor(log: Logger, telemetry: Telemetry) {
    this.#log = log;
    this.#telemetry = telemetry;
  }

  get latest(): readonly Gap[] {
    return this.#latest;
  }

  report(gap: Gap): void {
    this.#telemetry.gapBytes.inc({ input: gap.input }, gap.to - gap.from);
    this.#log.warn(wordsOf(gap), 'bytes were lost before they were read');
    this.#latest = [...this.#latest, gap].slice(-KEPT);
  }

  /** A file that had gone is there again. The counter stays: it only ever rises. */
  takeBack(gap: Gap): void {
    this.#log.info(wordsOf(gap), 'bytes that were counted as lost are there again');
    this.#latest = this.#latest.filter(({ path, from }) => path !== gap.path || from !== gap.from);
  }
}

function wordsOf({ path, from, to }: Gap) {
  return { file: path, from, to, bytes: to - from };
}
