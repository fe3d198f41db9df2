import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import { balances, type LedgerEntry } from '../model/ledger.ts';
import { askServer } from './server-answer.ts';
import { type CommonOptions, places, readConfig, withCommonOptions } from './session.ts';
import { type Column, counted, grouped, humanBytes, paint, table } from './terminal.ts';

type Options = CommonOptions & { file?: string; json?: boolean };

export function define(command: Command): void {
  withCommonOptions(command)
    .option('--file <path>', 'only this file')
    .option('--json', 'one JSON document a line')
    .addHelpText('after', '\nExamples:\n  $ logmill ledger\n  $ logmill ledger --file /var/log/nginx/access.log --json')
    .action(ledger);
}

async function ledger(options: Options): Promise<void> {
  const entries = (await readLedger(await readConfig(options))).filter(
    ({ path }) => options.file === undefined || path === options.file,
  );
  if (options.json === true) {
    for (const entry of entries) process.stdout.write(`${JSON.stringify({ ...entry, balances: balances(entry) })}\n`);
    return;
  }
  process.stdout.write(`${table(entries, COLUMNS)}\n`);
  const wrong = entries.filter((entry) => !balances(entry));
  if (wrong.length === 0)
    process.stdout.write(
      `${paint('green', 'balanced')}: every line read is accounted for in ${counted(entries.length, 'file')}\n`,
    );
  else process.exitCode = 1;
}

/** The ledger of the running server, else that of the checkpoint on disk. */
export async function readLedger(config: Config): Promise<readonly LedgerEntry[]> {
  const live = await askServer<{ files: LedgerEntry[] }>(config, '/api/v1/ledger');
  if (live !== undefined) return live.files;
  const { readCheckpointLedger } = await import('../agent/checkpoint.ts');
  return readCheckpointLedger(places(config).state);
}

const COLUMNS: readonly Column<LedgerEntry>[] = [
  { title: 'file', value: ({ path }) => path },
  { title: 'pipeline', value: ({ pipeline }) => pipeline },
  { title: 'read', value: ({ read }) => grouped(read.lines), align: 'right' },
  { title: 'indexed', value: ({ tally }) => grouped(tally.indexed.lines), align: 'right' },
  { title: 'there', value: ({ tally }) => grouped(tally.already_there.lines), align: 'right' },
  { title: 'dead', value: ({ tally }) => grouped(tally.dead_lettered.lines), align: 'right' },
  { title: 'dropped', value: ({ tally }) => grouped(tally.dropped.lines), align: 'right' },
  { title: 'skipped', value: ({ tally }) => grouped(tally.skipped.lines), align: 'right' },
  { title: 'in flight', value: ({ inFlight }) => grouped(inFlight.lines), align: 'right' },
  { title: 'unread', value: ({ unread }) => humanBytes(unread), align: 'right' },
  { title: 'gaps', value: ({ gaps }) => humanBytes(gaps), align: 'right' },
];
