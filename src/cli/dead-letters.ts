import type { Command } from 'commander';
import { asking } from '../api/queries/read-store.ts';
import { type DeadLetter, type DeadLetterGroup, listDeadLetters } from '../delivery/dead-letter-list.ts';
import { defineReplay } from './dead-letters-replay.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';
import { counted, grouped, paint, table } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

/** Elasticsearch's own limit of one answer. */
const MOST_LETTERS = 10_000;

type Options = CommonOptions & { reason?: string; size: number; json?: boolean };

export function define(command: Command): void {
  defineReplay(command);
  withCommonOptions(command.command('list'))
    .description('count them by reason and show samples')
    .option('--reason <reason>', 'only these, such as unparsable or invalid')
    .option('--size <n>', 'with --json: most to print', wholeNumber(MOST_LETTERS), 100)
    .option('--json', 'one JSON document a line')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill dead-letters list\n  $ logmill dead-letters list --reason unparsable --json',
    )
    .action(list);
}

async function list(options: Options): Promise<void> {
  const { store, close } = await reachStore(await readConfig(options), 'dead-letters');
  try {
    const size = options.json === true ? options.size : 0;
    const reason = options.reason === undefined ? {} : { reason: options.reason };
    const found = await asking(store, () => listDeadLetters(store.client, { size, ...reason }));
    if (options.json === true) {
      for (const letter of found.letters) process.stdout.write(`${JSON.stringify(letter)}\n`);
      return;
    }
    process.stdout.write(`${groupTable(found.groups)}\n${counted(found.total, 'dead letter')}\n`);
    for (const { reason, samples } of found.groups) {
      for (const sample of samples)
        process.stdout.write(
          `\n${paint('yellow', reason)} ${place(sample)}\n  ${sample.detail}\n  ${sample.line?.slice(0, 200) ?? ''}\n`,
        );
    }
  } finally {
    await close();
  }
}

function groupTable(groups: readonly DeadLetterGroup[]): string {
  return table(groups, [
    { title: 'reason', value: ({ reason }) => reason },
    { title: 'pipeline', value: ({ pipeline }) => pipeline },
    { title: 'lines', value: ({ count }) => grouped(count), align: 'right' },
  ]);
}

function place({ path, offset }: DeadLetter): string {
  return `${path ?? 'no file'}:${offset}`;
}
