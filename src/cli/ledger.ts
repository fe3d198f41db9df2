import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { LedgerAnswer } from '../api/contract/ledger.ts';
import type { Config } from '../config/schema.ts';
import { LogmillError } from '../errors.ts';
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
  const config = await readConfig(options);
  const all = await readLedger(config);
  if (all === undefined) throw new LogmillError('DATA_ABSENT', { path: config.data, what: 'ledger' });
  const entries = options.file === undefined ? all : entriesOf(all, path.resolve(options.file));
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

/** @throws LogmillError FILE_UNKNOWN */
function entriesOf(entries: readonly LedgerEntry[], file: string): readonly LedgerEntry[] {
  const known = entries.filter((entry) => entry.path === file);
  if (known.length === 0) throw new LogmillError('FILE_UNKNOWN', { path: file });
  return known;
}

/**
 * The ledger of the running server, else that of the checkpoint on disk, which an agent beside a server keeps as well.
 * Undefined where nothing was ever read.
 */
export async function readLedger(config: Config): Promise<readonly LedgerEntry[] | undefined> {
  const live = await askServer<LedgerAnswer>(config, '/api/v1/ledger');
  const { state } = places(config);
  if (live?.reading === true) return live.files;
  if (!existsSync(state)) return undefined;
  const { readCheckpointLedger } = await import('../agent/checkpoint.ts');
  return readCheckpointLedger(state);
}

const COLUMNS: readonly Column<LedgerEntry>[] = [
  { title: 'file', value: (entry) => entry.path },
  { title: 'pipeline', value: ({ pipeline }) => pipeline },
  { title: 'read', value: ({ read }) => grouped(read.lines), align: 'right' },
  { title: 'indexed', value: ({ tally }) => grouped(tally.indexed.lines), align: 'right' },
  { title: 'there', value: ({ tally }) => grouped(tally.already_there.lines), align: 'right' },
  { title: 'dead', value: ({ tally }) => grouped(tally.dead_lettered.lines), align: 'right' },
  { title: 'dropped', value: ({ tally }) => grouped(tally.dropped.lines), align: 'right' },
  { title: 'merged', value: ({ tally }) => grouped(tally.merged.lines), align: 'right' },
  { title: 'skipped', value: ({ tally }) => grouped(tally.skipped.lines), align: 'right' },
  { title: 'in flight', value: ({ inFlight }) => grouped(inFlight.lines), align: 'right' },
  { title: 'unread', value: ({ unread }) => humanBytes(unread), align: 'right' },
  { title: 'gaps', value: ({ gaps }) => humanBytes(gaps), align: 'right' },
];
