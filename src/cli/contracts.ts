import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { AUTO } from '../config/auto-pipeline.ts';
import { LogmillError } from '../errors.ts';
import { closeDocument } from '../model/document-writer.ts';
import type { JsonValue } from '../model/event.ts';
import type { Processed } from '../model/line.ts';
import type { Contract } from '../pipeline/contracts/contract.ts';
import { diffContracts } from '../pipeline/contracts/diff.ts';
import { Proposal } from '../pipeline/contracts/infer.ts';
import { typeScriptOfAll } from '../pipeline/contracts/typescript.ts';
import { checkedContract, contractFinder, contractNames, readContract } from '../pipeline/schemas.ts';
import { flatten } from '../pipeline/testing.ts';
import { namedFiles } from './inputs.ts';
import { writeOutput } from './output-file.ts';
import { processOnce } from './pipeline-once.ts';
import { openAllPipelines, pipelineFolders } from './runtime.ts';
import { type CommonOptions, readConfig, withCommonOptions } from './session.ts';
import { counted, paint, table } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

const MOST_EVENTS = 100_000_000;

/** Of fewer the proposal says that they are few. */
const FEW_EVENTS = 100;

type InferOptions = CommonOptions & { pipeline: string; lines: number; dataset?: string; enums?: boolean };

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
    .option('--lines <count>', 'events to look at', wholeNumber(MOST_EVENTS, 1), 10_000)
    .option(
      '--dataset <name>',
      'stream to propose it for, where the pipeline sends events to several (default: most events)',
    )
    .option('--enums', 'texts with at most 10 values in 100 events or more may have no others')
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
  const find = contractFinder(folders);
  const chosen = names.length === 0 ? contractNames(folders) : names;
  const text = typeScriptOfAll(chosen.map((name) => [name, find(name)] as const));
  if (options.out === undefined) process.stdout.write(text);
  else await writeOutput(options.out, text);
}

/** What was read of a file: proposals by dataset, and what did not become one. */
type Reading = { readonly streams: Map<string, Proposal>; events: number; rejected: number; pipeline: string };

async function infer(file: string, options: InferOptions): Promise<void> {
  const config = await readConfig(options, { inputs: namedFiles([file], options) });
  const pipelines = await openAllPipelines(config);
  if (options.pipeline !== AUTO) pipelines.get(options.pipeline);
  const reading: Reading = { streams: new Map(), events: 0, rejected: 0, pipeline: options.pipeline };
  for await (const processed of processOnce(pipelines, options.pipeline, config)) {
    take(processed, reading, options.lines);
    if (reading.events >= options.lines) break;
  }
  const { streams, rejected, pipeline } = reading;
  const [largest] = [...streams].sort(([, a], [, b]) => b.documents - a.documents);
  const dataset = options.dataset ?? largest?.[0];
  const proposal = dataset === undefined ? undefined : streams.get(dataset);
  if (proposal === undefined || dataset === undefined) {
    const stream = options.dataset === undefined ? '' : ` of ${options.dataset}`;
    throw new LogmillError('SCHEMA_NO_EVENTS', { path: file, stream, pipeline, rejected });
  }
  const comment = `Proposed from ${counted(proposal.documents, 'event')} of ${path.basename(file)}.`;
  const contract = proposal.contract(`Events of ${dataset}`, { comment, enums: options.enums === true, forms: true });
  process.stdout.write(`${JSON.stringify(contract, undefined, 2)}\n`);
  process.stderr.write(notesOf(reading, dataset, contract));
}

function take({ chunk, documents, rejected }: Processed, reading: Reading, mostEvents: number): void {
  reading.pipeline = chunk.source.pipeline;
  reading.rejected += rejected.length;
  for (const { document } of documents.slice(0, mostEvents - reading.events)) {
    const flat = flatten(JSON.parse(closeDocument(document)) as JsonValue);
    const dataset = String(flat['event.dataset']);
    const proposal = reading.streams.get(dataset) ?? new Proposal();
    proposal.add(flat);
    reading.streams.set(dataset, proposal);
    reading.events++;
  }
}

/** What who keeps the proposal should know, beside it and not in it. */
function notesOf({ streams, rejected, pipeline }: Reading, dataset: string, contract: Contract): string {
  const events = streams.get(dataset)?.documents ?? 0;
  const fields = Object.keys(contract.properties);
  const mixed = fields.filter((field) => fields.some((other) => other.startsWith(`${field}.`)));
  const others = [...streams].filter(([name]) => name !== dataset);
  const lines = [
    `${counted(events, 'event')} of ${dataset}, read by pipeline ${pipeline}; its place is schemas/${dataset}.json, in or beside a folder of pipelines`,
    ...(rejected > 0 ? [`${counted(rejected, 'line')} rejected: the proposal knows nothing of them`] : []),
    ...(others.length > 0
      ? [`other streams in it, for --dataset: ${others.map(([name, one]) => `${name} (${one.documents})`).join(', ')}`]
      : []),
    ...mixed.map(
      (field) => `${field} is a value in some events and an object in others: a store takes one of them only`,
    ),
    ...(events < FEW_EVENTS ? ['few events: more may show that not all of what is required always is there'] : []),
  ];
  return lines.map((line) => `${paint('yellow', '–', process.stderr)} ${line}\n`).join('');
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
  return checkedContract(readContract(text, absolute), absolute);
}
