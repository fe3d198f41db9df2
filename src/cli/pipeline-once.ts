import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AgentStatus, startAgent } from '../agent/agent.ts';
import { pipelineChooser } from '../choose-pipeline.ts';
import { AUTO } from '../config/auto-pipeline.ts';
import type { Config } from '../config/schema.ts';
import { LogmillError } from '../errors.ts';
import { stderrLog } from '../log.ts';
import { addTally, emptyTally } from '../model/ledger.ts';
import type { Chunk, Processed } from '../model/line.ts';
import { parseBytes } from '../model/units.ts';
import type { Flow } from '../pipeline/flow/flow.ts';
import type { Binding, CompiledPipeline, Pipelines } from '../pipeline/pipelines.ts';
import { createTelemetry } from '../telemetry.ts';
import { identifyHost } from './runtime.ts';

/**
 * Reads the first input of a configuration to its end, as the agent frames it, and sends it through one pipeline,
 * or with `auto` through what fits its first lines; nothing is stored and no state stays. What `pipeline run` prints, and what tests hold against other shippers' documents.
 * @param timezone IANA zone of times that carry none; by default this machine's.
 * @param more what else is to hold instead of what this machine and the file say; `singly`: one line after the other.
 */
export async function* processOnce(
  pipelines: Pipelines,
  name: string,
  config: Config,
  timezone = Intl.DateTimeFormat().resolvedOptions().timeZone,
  { singly, ...more }: Partial<Binding> & { readonly singly?: boolean } = {},
): AsyncGenerator<Processed> {
  const state = await mkdtemp(path.join(tmpdir(), 'logmill-run-'));
  const remove = () => rmSync(state, { recursive: true, force: true });
  // Also at the exit, because a reader that leaves early ends the process in the middle.
  process.once('exit', remove);
  const host = await identifyHost({ ...config, data: state });
  const compiled = new Map<string, CompiledPipeline>();
  const flows = new Map<CompiledPipeline, { readonly flow: Flow; readonly out: Processed[] }>();
  const compile = ({ source }: Chunk) =>
    pipelines.compile(source.pipeline, {
      input: config.inputs[0]!,
      namespace: config.namespace,
      host,
      timezone,
      sourceTime: () => source.modifiedAt,
      head: source.head,
      ...more,
    });
  async function* through(chunk: Chunk, pipeline: CompiledPipeline): AsyncGenerator<Processed> {
    const opened = flows.get(pipeline) ?? openFlow(pipeline);
    flows.set(pipeline, opened);
    await opened.flow.push({ ...chunk, acknowledge: () => {} });
    yield* opened.out.splice(0);
  }
  try {
    for await (const chunk of readOnce(config, pipelines, name, state, host)) {
      const pipeline = compiled.get(chunk.source.id) ?? compile(chunk);
      compiled.set(chunk.source.id, pipeline);
      for (const part of singly === true ? chunk.lines.map((line) => ({ ...chunk, lines: [line] })) : [chunk]) {
        if (pipeline.flow === undefined) yield pipeline.run(part);
        else yield* through(part, pipeline);
      }
      settle(chunk);
    }
    for (const { flow, out } of flows.values()) {
      await flow.close();
      yield* out.splice(0);
    }
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}

/** What comes out of a pipeline that holds events back gathers in `out`. */
function openFlow({ flow }: CompiledPipeline): { readonly flow: Flow; readonly out: Processed[] } {
  const out: Processed[] = [];
  return { out, flow: flow!(async ({ processed }) => void out.push(processed)) };
}

async function* readOnce(
  config: Config,
  pipelines: Pipelines,
  name: string,
  stateFolder: string,
  host: { id: string },
): AsyncGenerator<Chunk> {
  const log = stderrLog('warn');
  const agent = startAgent({
    inputs: config.inputs,
    stateFolder,
    host,
    inFlightBytes: parseBytes(config.delivery.in_flight),
    once: true,
    leavesNothing: true,
    choosePipeline: name === AUTO ? pipelineChooser(pipelines, log) : () => name,
    multilineOf: (chosen) => pipelines.get(chosen).multiline,
    telemetry: createTelemetry(),
    log,
  });
  let status: AgentStatus;
  try {
    yield* agent.chunks();
    status = agent.status();
  } finally {
    // Also where who asked has seen enough: its state must not be written to a folder that is gone.
    await agent.stop();
  }
  const unread = unreadFault(status, config.inputs[0]?.files?.[0] ?? '');
  if (unread !== undefined) throw unread;
}

/** Why the file that was named was not read; undefined where it was. */
function unreadFault({ unreadable, leftOut }: AgentStatus, file: string): LogmillError | undefined {
  const [failed] = unreadable;
  if (failed !== undefined) return new LogmillError('CONFIG_UNREADABLE', { path: failed.path, detail: failed.reason });
  if (leftOut.compressed > 0) return new LogmillError('INPUT_NO_TEXT', { path: file, detail: 'it is compressed' });
  if (leftOut.blank > 0)
    return new LogmillError('INPUT_NO_TEXT', { path: file, detail: 'it has nothing but NUL bytes' });
  return undefined;
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
