import path from 'node:path';
import type { Command } from 'commander';
import { type Explanation, explainLine } from '../delivery/explain.ts';
import { LogmillError } from '../errors.ts';
import { readLedger } from './ledger.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';

type Options = CommonOptions & { json?: boolean };

export function define(command: Command): void {
  withCommonOptions(command)
    .argument('<file:offset>', 'file and the byte at which the line starts (log.offset of a document)')
    .option('--json', 'as one JSON document')
    .addHelpText('after', '\nExamples:\n  $ logmill explain /var/log/nginx/access.log:2418')
    .action(explain);
}

async function explain(place: string, options: Options): Promise<void> {
  const match = /^(.+):(\d+)$/.exec(place);
  if (match === null) throw new LogmillError('PLACE_INVALID', { place });
  const config = await readConfig(options);
  const entries = await readLedger(config);
  const { store, close } = await reachStore(config);
  try {
    const explanation = await explainLine({
      client: store.client,
      entries,
      path: path.resolve(match[1]!),
      offset: Number(match[2]),
    });
    process.stdout.write(`${options.json === true ? JSON.stringify(explanation) : sentence(explanation)}\n`);
  } finally {
    await close();
  }
}

function sentence(explanation: Explanation): string {
  switch (explanation.kind) {
    case 'indexed':
      return explanation.documents
        .map(({ index, id, timestamp }) => `indexed: ${index}/_doc/${id} (${timestamp})`)
        .join('\n');
    case 'dead_letter': {
      const { index, id, reason, field, detail } = explanation.letter;
      return `dead letter: ${reason}${field === undefined ? '' : ` at ${field}`}: ${detail}\n  ${index}/_doc/${id}`;
    }
    case 'no_document':
      return `read and settled without a document; of this file ${explanation.dropped} lines were dropped by a rule, ${explanation.skipped} skipped, and ${explanation.gaps} bytes lost before they were read`;
    case 'in_flight':
      return 'in flight: read, but not yet acknowledged by the store';
    case 'not_read':
      return `not yet read: the file was read up to byte ${explanation.readUpTo}`;
    case 'unknown_file':
      return `no such file in the ledger; it knows ${explanation.known.length === 0 ? 'none' : explanation.known.join(', ')}`;
  }
}
