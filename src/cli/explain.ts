import path from 'node:path';
import type { Command } from 'commander';
import type { ExplainAnswer } from '../api/contract/explain.ts';
import { explainByte } from '../api/queries/explain.ts';
import { isStream } from '../api/queries/explain-sequence.ts';
import { LogmillError } from '../errors.ts';
import { readLedger } from './ledger.ts';
import { lookIntoFiles } from './line-there.ts';
import { openAllPipelines } from './runtime.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';

type Options = CommonOptions & { json?: boolean };

export function define(command: Command): void {
  withCommonOptions(command)
    .argument(
      '<file:offset>',
      'file and a byte of the line, such as log.offset of a document; or an input without files, as the ledger names it, and the number of the line',
    )
    .option('--json', 'as one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill explain /var/log/nginx/access.log:2418\n  $ logmill explain syslog:network:17',
    )
    .action(explain);
}

async function explain(place: string, options: Options): Promise<void> {
  const match = /^(.+):(\d+)$/.exec(place);
  if (match === null) throw new LogmillError('PLACE_INVALID', { place });
  const config = await readConfig(options);
  const files = (await readLedger(config)) ?? [];
  const { store, close } = await reachStore(config, 'explain');
  try {
    const request = { file: isStream(match[1]!) ? match[1]! : path.resolve(match[1]!), offset: Number(match[2]) };
    const pipelines = await openAllPipelines(config);
    const answer = await explainByte({ store, now: Date.now() }, request, files, lookIntoFiles(config, pipelines));
    process.stdout.write(`${options.json === true ? JSON.stringify(answer) : text(answer)}\n`);
    if (answer.outcome === 'unknown') process.exitCode = 1;
  } finally {
    await close();
  }
}

function text({ outcome, explanation, documents }: ExplainAnswer): string {
  const found = documents.map(({ index, id, source }) => `  ${index}/_doc/${id} (${source['@timestamp']})`);
  return [`${outcome}: ${explanation}`, ...found].join('\n');
}
