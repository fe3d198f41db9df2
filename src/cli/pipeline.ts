import type { WriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Command, InvalidArgumentError } from 'commander';
import { AUTO } from '../config/auto-pipeline.ts';
import { isTimeZone } from '../config/cross-check.ts';
import { closeDocument } from '../model/document-writer.ts';
import type { Line, Processed } from '../model/line.ts';
import { namedFiles } from './inputs.ts';
import { openOutput } from './output-file.ts';
import { benchPipeline } from './pipeline-bench.ts';
import { diffPipelines } from './pipeline-diff.ts';
import { explainPipeline } from './pipeline-explain.ts';
import { goldenPipeline } from './pipeline-golden.ts';
import { processOnce } from './pipeline-once.ts';
import { testPipelines } from './pipeline-test.ts';
import { openAllPipelines } from './runtime.ts';
import { type CommonOptions, readConfig, withCommonOptions } from './session.ts';
import { wholeNumber } from './whole-number.ts';

type RunOptions = CommonOptions & { rejected?: string; timezone?: string; explain?: boolean };

export function define(command: Command): void {
  withCommonOptions(command.command('run'))
    .description('raw lines in, ECS documents out as NDJSON')
    .argument('<name>', 'pipeline, or `auto` to find it out')
    .argument('[file]', 'file to read (default: standard input)')
    .option('--rejected <file>', 'where rejected lines go (default: standard error)')
    .option('--timezone <zone>', 'IANA zone of times that carry none (default: this machine’s)', timeZone)
    .option('--explain', 'what every stage did to every line, instead of the documents')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill pipeline run apache-access access.log > documents.ndjson\n  $ tail -5 app.log | logmill pipeline run pino\n  $ head -1 app.log | logmill pipeline run pino --explain',
    )
    .action(runPipeline);
  withCommonOptions(command.command('test'))
    .description('run the test cases inside pipelines')
    .argument('[name]', 'only this pipeline')
    .option('--coverage', 'name the stages and branches that no case reached')
    .addHelpText('after', '\nExamples:\n  $ logmill pipeline test\n  $ logmill pipeline test nginx-access --coverage')
    .action(testPipelines);
  withCommonOptions(command.command('golden'))
    .description('hold what a pipeline makes of a file against what is kept beside it, in FILE.golden.ndjson')
    .argument('<name>', 'pipeline')
    .argument('<file>', 'file with sample lines')
    .option('--update', 'keep what it makes now')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill pipeline golden nginx-access samples/access.log --update\n  $ logmill pipeline golden nginx-access samples/access.log',
    )
    .action(goldenPipeline);
  withCommonOptions(command.command('diff'))
    .description('which documents of a file two pipelines make differently, field by field')
    .argument('<old>', 'pipeline, or the file of one')
    .argument('<new>', 'pipeline, or the file of one')
    .argument('<file>', 'file with lines')
    .option('--limit <number>', 'lines shown', wholeNumber(1_000_000), 20)
    .option('--json', 'every difference as a line of JSON')
    .addHelpText('after', '\nExamples:\n  $ logmill pipeline diff nginx-access ./my/nginx-access.yaml access.log')
    .action(diffPipelines);
  withCommonOptions(command.command('bench'))
    .description('lines a second on one core, by stage')
    .argument('<name>', 'pipeline')
    .argument('<file>', 'file with lines; at most 16 MB of it are used')
    .option('--seconds <number>', 'how long each measurement takes', wholeNumber(600, 1), 3)
    .option('--json', 'the figures as a JSON document')
    .addHelpText('after', '\nExamples:\n  $ logmill pipeline bench nginx-access access.log')
    .action(benchPipeline);
}

/** Reads the value of --timezone. */
function timeZone(value: string): string {
  if (!isTimeZone(value)) throw new InvalidArgumentError('It must be a time zone such as Europe/Berlin.');
  return value;
}

async function runPipeline(name: string, file: string | undefined, options: RunOptions): Promise<void> {
  const input = file === undefined ? { name: 'stdin', stdin: true } : namedFiles([file])[0]!;
  const config = await readConfig(options, { inputs: [{ ...input, pipeline: name }] });
  const pipelines = await openAllPipelines(config);
  if (name !== AUTO) pipelines.get(name);
  if (options.explain === true) return await explainPipeline(pipelines, name, config, options.timezone);
  const rejected: Writable = options.rejected === undefined ? process.stderr : await openOutput(options.rejected);
  try {
    for await (const processed of processOnce(pipelines, name, config, options.timezone)) {
      await print(processed, rejected);
    }
  } finally {
    if (options.rejected !== undefined) await new Promise<void>((resolve) => (rejected as WriteStream).end(resolve));
  }
}

/** Documents in the order of their lines; a reader that is slower than this process is waited for. */
async function print({ chunk, documents, rejected }: Processed, errors: Writable): Promise<void> {
  await put(process.stdout, documents.map(({ document }) => `${closeDocument(document)}\n`).join(''));
  const letters = rejected.map(({ line, rejected: { reason, field, detail } }) => {
    const { offset, text } = chunk.lines[line] as Line;
    return `${JSON.stringify({ 'log.offset': offset, reason, field, detail, line: text })}\n`;
  });
  await put(errors, letters.join(''));
}

async function put(stream: Writable, text: string): Promise<void> {
  if (text !== '' && !stream.write(text)) await new Promise((resolve) => stream.once('drain', resolve));
}
