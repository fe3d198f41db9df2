import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { startAgent } from '../agent/agent.ts';
import type { Config } from '../config/schema.ts';
import { stderrLog } from '../log.ts';
import { closeDocument } from '../model/document-writer.ts';
import { addTally, emptyTally } from '../model/ledger.ts';
import type { Chunk, Line, Processed } from '../model/line.ts';
import { parseBytes } from '../model/units.ts';
import type { CompiledPipeline } from '../pipeline/pipelines.ts';
import { createTelemetry } from '../telemetry.ts';
import { namedFiles } from './inputs.ts';
import { testPipelines } from './pipeline-test.ts';
import { identifyHost, loadAllPipelines } from './runtime.ts';
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
  const state = await mkdtemp(path.join(tmpdir(), 'logmill-run-'));
  // At the exit, because a reader that leaves early ends the process in the middle.
  process.once('exit', () => rmSync(state, { recursive: true, force: true }));
  const host = await identifyHost({ ...config, data: state });
  const compiled = new Map<string, CompiledPipeline>();
  const compile = ({ source }: Chunk) =>
    pipelines.compile(name, {
      input: config.inputs[0]!,
      namespace: config.namespace,
      host,
      timezone: options.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      sourceTime: () => source.modifiedAt,
    });
  try {
    for await (const chunk of readOnce(config, state, host)) {
      const pipeline = compiled.get(chunk.source.id) ?? compile(chunk);
      compiled.set(chunk.source.id, pipeline);
      await print(pipeline.run(chunk), rejected);
      settle(chunk);
    }
  } finally {
    if (options.rejected !== undefined) await new Promise<void>((resolve) => (rejected as WriteStream).end(resolve));
  }
}

async function* readOnce(config: Config, stateFolder: string, host: { id: string }): AsyncGenerator<Chunk> {
  const agent = startAgent({
    inputs: config.inputs,
    stateFolder,
    host,
    inFlightBytes: parseBytes(config.delivery.in_flight),
    once: true,
    choosePipeline: () => config.inputs[0]!.pipeline!,
    telemetry: createTelemetry(),
    log: stderrLog('warn'),
  });
  yield* agent.chunks();
  await agent.stop();
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

/** Nothing is stored here, so every line counts as done. */
function settle(chunk: Chunk): void {
  const tally = emptyTally();
  const { lines, skipped, merged = { lines: 0, bytes: 0 } } = chunk;
  const bytes = lines.reduce((sum, line) => sum + line.bytes, 0) - merged.bytes;
  const indexed = { lines: lines.length, bytes };
  addTally(tally, { ...emptyTally(), indexed, merged: { ...merged }, skipped: { ...skipped } });
  chunk.acknowledge(tally);
}
