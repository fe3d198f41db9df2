import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { AUTO } from '../config/auto-pipeline.ts';
import { LogmillError } from '../errors.ts';
import { closeDocument } from '../model/document-writer.ts';
import type { JsonValue } from '../model/event.ts';
import type { Contract } from '../pipeline/contracts/contract.ts';
import { diffContracts } from '../pipeline/contracts/diff.ts';
import { inferContract } from '../pipeline/contracts/infer.ts';
import { typeScriptOf } from '../pipeline/contracts/typescript.ts';
import { contractNames, readContract, schemaFinder } from '../pipeline/schemas.ts';
import { flatten } from '../pipeline/testing.ts';
import { namedFiles } from './inputs.ts';
import { processOnce } from './pipeline-once.ts';
import { openAllPipelines, pipelineFolders } from './runtime.ts';
import { type CommonOptions, readConfig, withCommonOptions } from './session.ts';
import { paint, table } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

/** They are held in memory, field by field. */
const MOST_EVENTS = 1_000_000;

type InferOptions = CommonOptions & { pipeline: string; lines: number };

export function define(command: Command): void {
  withCommonOptions(command.command('types'))
    .description('TypeScript types of the events of streams')
    .argument('[dataset...]', 'names of contracts (default: all)')
    .option('--out <file>', 'write them there instead of to standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill contracts types nginx.access\n  $ logmill contracts types --out events.ts',
    )
    .action(printTypes);
  withCommonOptions(command.command('infer'))
    .description('propose the contract of a stream from lines of it')
    .argument('<file>', 'log')
    .option('--pipeline <name>', 'pipeline that reads it', AUTO)
    .option('--lines <count>', 'events to look at', wholeNumber(MOST_EVENTS), 10_000)
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill contracts infer access.log --pipeline nginx-access > schemas/nginx.access.json\n  $ logmill contracts infer app.log',
    )
    .action(infer);
  command
    .command('diff')
    .description('what changed between two versions of a contract; fails when a change is breaking')
    .argument('<old>', 'JSON file')
    .argument('<new>', 'JSON file')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  $ logmill contracts diff main/nginx.access.json schemas/nginx.access.json')
    .action(diff);
}

async function printTypes(names: readonly string[], options: CommonOptions & { out?: string }): Promise<void> {
  const folders = pipelineFolders(await readConfig(options));
  const find = schemaFinder(folders);
  const chosen = names.length === 0 ? contractNames(folders) : names;
  const text = chosen.map((name) => typeScriptOf(name, find(name) as unknown as Contract)).join('\n');
  if (options.out === undefined) process.stdout.write(text);
  else await writeFile(path.resolve(options.out), text);
}

async function infer(file: string, options: InferOptions): Promise<void> {
  const config = await readConfig(options, { inputs: namedFiles([file], options) });
  const pipelines = await openAllPipelines(config);
  if (options.pipeline !== AUTO) pipelines.get(options.pipeline);
  const documents: Record<string, JsonValue>[] = [];
  for await (const processed of processOnce(pipelines, options.pipeline, config)) {
    for (const { document } of processed.documents) {
      documents.push(flatten(JSON.parse(closeDocument(document)) as JsonValue));
    }
    if (documents.length >= options.lines) break;
  }
  const dataset = String(documents[0]?.['event.dataset'] ?? 'unknown');
  const comment = `Proposed from ${documents.length} events of ${path.basename(file)}.`;
  const contract = inferContract(`Events of ${dataset}`, documents, comment);
  process.stdout.write(`${JSON.stringify(contract, undefined, 2)}\n`);
}

async function diff(before: string, after: string, options: { json?: boolean }): Promise<void> {
  const changes = diffContracts(await contractIn(before), await contractIn(after));
  if (options.json === true) process.stdout.write(`${JSON.stringify(changes)}\n`);
  else if (changes.length === 0) process.stdout.write('nothing has changed\n');
  else {
    const rows = table(changes, [
      { title: '', value: ({ breaking }) => (breaking ? 'breaking' : '') },
      { title: 'field', value: ({ field }) => field },
      { title: 'change', value: ({ what }) => what },
    ]);
    process.stdout.write(`${rows}\n`);
  }
  const breaking = changes.filter((change) => change.breaking).length;
  if (breaking === 0) return;
  process.stderr.write(`${paint('red', 'breaking', process.stderr)}: ${breaking} of ${changes.length} changes\n`);
  process.exitCode = 1;
}

/** Throws LogmillError SCHEMA_UNKNOWN, SCHEMA_INVALID. */
async function contractIn(file: string): Promise<Contract> {
  const absolute = path.resolve(file);
  let text: string;
  try {
    text = await readFile(absolute, 'utf8');
  } catch (error) {
    throw new LogmillError('SCHEMA_UNKNOWN', { path: absolute }, {}, error);
  }
  return readContract(text, absolute) as unknown as Contract;
}
