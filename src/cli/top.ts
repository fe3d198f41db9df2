import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { DeliveryAnswer } from '../api/contract/delivery.ts';
import { LogmillError } from '../errors.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import { askServer } from './server-answer.ts';
import { type CommonOptions, readConfig, withCommonOptions } from './session.ts';
import { stopSignal } from './stop-signal.ts';
import { type Column, grouped, humanBytes, paint, table } from './terminal.ts';

const EVERY_MS = 1000;
const CLEAR_SCREEN = '\x1b[H\x1b[J';

type Options = CommonOptions & { once?: boolean; json?: boolean };

/** One look at ledger and delivery; `at` in ms. */
export type Look = {
  readonly at: number;
  readonly files: readonly LedgerEntry[];
  /** Documents sent again so far, by input. */
  readonly retries: ReadonlyMap<string, number>;
};

/** What an input did between two looks, and what waits at the second. */
export type InputRate = {
  readonly input: string;
  readonly files: number;
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly inFlightBytes: number;
  /** Bytes not read yet. */
  readonly lagBytes: number;
  /** How long the lag takes at this rate; undefined while nothing is read. 0 without a lag. */
  readonly lagSeconds: number | undefined;
  /** Documents sent again between the looks, a second. */
  readonly retriesPerSecond: number;
  readonly rejected: number;
};

export function define(command: Command): void {
  withCommonOptions(command)
    .option('--once', 'look for one second, print and end')
    .option('--json', 'one JSON document a line and look')
    .addHelpText('after', '\nExamples:\n  $ logmill top\n  $ logmill top --once --json')
    .action(top);
}

async function top(options: Options): Promise<void> {
  const config = await readConfig(options);
  const stop = stopSignal();
  const look = async (): Promise<Look> => {
    const answer = await askServer<{ files: LedgerEntry[] }>(config, '/api/v1/ledger');
    if (answer === undefined) throw new LogmillError('SERVER_ABSENT', { data: config.data });
    const delivery = await askServer<DeliveryAnswer>(config, '/api/v1/delivery');
    const retries = Map.groupBy(delivery?.retries ?? [], ({ input }) => input);
    return {
      at: performance.now(),
      files: answer.files,
      retries: new Map([...retries].map(([input, rows]) => [input, rows.reduce((sum, row) => sum + row.documents, 0)])),
    };
  };
  let before = await look();
  do {
    await sleep(EVERY_MS, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return;
    const now = await look();
    show(inputRates(before, now), options);
    before = now;
  } while (options.once !== true);
}

/** Sums the files of each input, the busiest first. */
export function inputRates(before: Look, now: Look): InputRate[] {
  const seconds = (now.at - before.at) / 1000;
  const earlier = Map.groupBy(before.files, ({ input }) => input);
  const inputs = Map.groupBy(now.files, ({ input }) => input);
  const rates = [...inputs].map(([input, files]): InputRate => {
    const sum = (count: (entry: LedgerEntry) => number) => sumOf(files, count);
    // By the sums: lines of a file that is not listed any more move to another entry.
    const since = (count: (entry: LedgerEntry) => number) => sum(count) - sumOf(earlier.get(input) ?? [], count);
    const lagBytes = sum(({ unread }) => unread);
    const bytes = since(({ read }) => read.bytes);
    const bytesPerSecond = bytes / seconds;
    return {
      input,
      files: files.length,
      linesPerSecond: since(({ read }) => read.lines) / seconds,
      bytesPerSecond,
      inFlightBytes: sum(({ inFlight }) => inFlight.bytes),
      lagBytes,
      lagSeconds: lagBytes === 0 ? 0 : bytes > 0 ? lagBytes / bytesPerSecond : undefined,
      retriesPerSecond: ((now.retries.get(input) ?? 0) - (before.retries.get(input) ?? 0)) / seconds,
      rejected: sum(({ tally }) => tally.dead_lettered.lines),
    };
  });
  return rates.toSorted((a, b) => b.bytesPerSecond - a.bytesPerSecond || b.lagBytes - a.lagBytes);
}

function sumOf(files: readonly LedgerEntry[], count: (entry: LedgerEntry) => number): number {
  return files.reduce((total, entry) => total + count(entry), 0);
}

function show(rates: readonly InputRate[], { json, once }: Options): void {
  if (json === true) {
    for (const rate of rates) process.stdout.write(`${JSON.stringify(rate)}\n`);
    return;
  }
  const redraw = process.stdout.isTTY && once !== true ? CLEAR_SCREEN : '';
  const total = rates.reduce((sum, { linesPerSecond }) => sum + linesPerSecond, 0);
  const head = `${paint('bold', 'logmill top')}  ${rounded(total)} lines/s`;
  process.stdout.write(`${redraw}${head}\n${table(rates, COLUMNS)}\n`);
}

const COLUMNS: readonly Column<InputRate>[] = [
  { title: 'input', value: ({ input }) => input },
  { title: 'files', value: ({ files }) => grouped(files), align: 'right' },
  { title: 'lines/s', value: ({ linesPerSecond }) => rounded(linesPerSecond), align: 'right' },
  { title: 'bytes/s', value: ({ bytesPerSecond }) => humanBytes(Math.round(bytesPerSecond)), align: 'right' },
  { title: 'in flight', value: ({ inFlightBytes }) => humanBytes(inFlightBytes), align: 'right' },
  { title: 'lag', value: ({ lagBytes }) => humanBytes(lagBytes), align: 'right' },
  { title: 'lag s', value: ({ lagSeconds }) => (lagSeconds === undefined ? '–' : rounded(lagSeconds)), align: 'right' },
  { title: 'retries/s', value: ({ retriesPerSecond }) => rounded(retriesPerSecond), align: 'right' },
  { title: 'rejected', value: ({ rejected }) => grouped(rejected), align: 'right' },
];

function rounded(value: number): string {
  return grouped(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}
