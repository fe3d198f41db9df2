import { createWriteStream, type WriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { closeDocument } from '../model/document-writer.ts';
import type { Line, Processed } from '../model/line.ts';
import { namedFiles } from './inputs.ts';
import { processOnce } from './pipeline-once.ts';
import { testPipelines } from './pipeline-test.ts';
import { loadAllPipelines } from './runtime.ts';
import { type CommonOptions, readConfig, withCommonOptions } from './session.ts';

type RunOptions = CommonOptions & { rejected?: string; timezone?: string };

export function define(command: Command): void {
  withCommonOptions(command.command('run'))
    .description('raw lines in, ECS documents out as NDJSON')
    .argument('<name>', 'pipeline')
    .argument('[file]', 'file to read (default: standard input)')
    .option('--rejected <file>', 'where rejected lines go (default: standard error)')
    .option('--timezone <zone>', 'IANA zone of times that carry none (default: this machine’s)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill pipeline run apache-access access.log > documents.ndjson\n  $ tail -5 app.log | logmill pipeline run pino',
    )
    .action(runPipeline);
  withCommonOptions(command.command('test'))
    .description('run the test cases inside pipelines')
    .argument('[name]', 'only this pipeline')
    .option('--coverage', 'name the stages and branches that no case reached')
    .addHelpText('after', '\nExamples:\n  $ logmill pipeline test\n  $ logmill pipeline test nginx-access --coverage')
    .action(testPipelines);
}

async function runPipeline(name: string, file: string | undefined, options: RunOptions): Promise<void> {
  const input = file === undefined ? { name: 'stdin', stdin: true } : namedFiles([file])[0]!;
  const config = await readConfig(options, { inputs: [{ ...input, pipeline: name }] });
  const pipelines = await loadAllPipelines(config);
  pipelines.get(name);
  const rejected: Writable = options.rejected === undefined ? process.stderr : createWriteStream(options.rejected);
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
