import type { MainLineOptions } from './main-line.ts';
import type { Chunk, Processed, Source } from './model/line.ts';
import { Rejected } from './model/rejected.ts';
import { parseBytes } from './model/units.ts';
import type { Flow } from './pipeline/flow/flow.ts';
import { KeptBytes } from './pipeline/flow/kept-bytes.ts';
import type { CompiledPipeline, Pipelines } from './pipeline/pipelines.ts';
import { RUN_PIPELINE } from './pipeline/stages/run-pipeline.ts';
import type { WorkerData } from './pipeline/workers/job.ts';
import { WorkerPool } from './pipeline/workers/pool.ts';
import { streamNotices } from './stream-notices.ts';

/** Of what may be in flight, so much may wait for stages with a memory. */
const KEPT_SHARE = 1 / 4;

/** The pipelines of all inputs at work. */
export type RunningPipelines = {
  /** Sends a chunk through the pipeline of its source. Resolves when there is room for another one. */
  take(chunk: Chunk): Promise<void>;
  /** The same at once, for a chunk out of turn; where the pipeline holds events back they come later. */
  process(chunk: Chunk): Processed;
  /** No chunk comes any more. Resolves when everything held back has been handed on. */
  close(): Promise<void>;
};

/** `flow`: where chunks go in whose documents come out later. */
type Running = {
  readonly pipeline: CompiledPipeline;
  flow: Pick<Flow, 'push' | 'close'> | undefined;
};

/**
 * Runs chunks through the pipelines of their sources. Each is compiled once per input, however many files that has.
 * @param accept takes what comes out; resolves when there is room for more.
 */
export function runPipelines(
  options: Pick<MainLineOptions, 'config' | 'pipelines' | 'host' | 'log' | 'telemetry'>,
  accept: (processed: Processed) => Promise<void>,
): RunningPipelines {
  const { pipelines, log } = options;
  const running = new Map<string, Running>();
  const notices = streamNotices(options.telemetry, log);
  const compile = compiler(options, notices);
  let current: Source;

  function of({ source }: Chunk): Running {
    const key = `${source.input} ${source.pipeline}`;
    let found = running.get(key);
    if (found === undefined) {
      const pipeline = compile(source, {
        now: () => current,
        enter: (next) => {
          current = next;
        },
      });
      const workers = threadsOf(options, source, pipeline);
      const flow = pipeline.flow?.(({ processed }) => accept(processed)) ?? poolOf(source, workers);
      found = { pipeline, flow };
      running.set(key, found);
    }
    return found;
  }

  /** The threads of a pipeline that is to have some. */
  function poolOf({ input: inputName, pipeline: name }: Source, workers: number): WorkerPool | undefined {
    if (workers === 0) return undefined;
    const binding = { ...bindingOf(options, inputName), host: options.host };
    const origin = originOf(options, inputName, name);
    return new WorkerPool({
      workers,
      data: { pipeline: name, definitions: neededBy(pipelines, name), folders: pipelines.folders, binding },
      now: Date.now,
      emit: accept,
      onNotice: (notice) => notices(notice, origin),
      onFault: (fault, source) => log.error({ err: fault, source: source.id }, 'a worker had a fault'),
    });
  }

  return {
    take(chunk) {
      current = chunk.source;
      const { pipeline, flow } = of(chunk);
      // Fast path: nearly every pipeline is done with a chunk at once.
      return flow === undefined ? accept(pipeline.run(chunk)) : flow.push(chunk);
    },
    process(chunk) {
      current = chunk.source;
      const { pipeline, flow } = of(chunk);
      if (flow === undefined) return pipeline.run(chunk);
      // Whoever sends the next chunk hears of what goes wrong.
      flow.push(chunk).catch(() => {});
      const nothing = { ...chunk, end: chunk.start, lines: [], merged: undefined, acknowledge: () => {} };
      return { chunk: nothing, documents: [], rejected: [], dropped: [] };
    },
    async close() {
      for (const one of running.values()) {
        await one.flow?.close();
        // Its threads are gone. What the store turns out not to have may still come, and is run here.
        if (one.pipeline.flow === undefined) one.flow = undefined;
      }
    },
  };
}

/** Threads that a source's pipeline is to have. Only `auto` chooses one that cannot: else it was refused before. */
function threadsOf(
  { config, pipelines, log }: Pick<MainLineOptions, 'config' | 'pipelines' | 'log'>,
  { input: inputName, pipeline }: Source,
  { flow }: CompiledPipeline,
): number {
  if (!isKnown(pipelines, pipeline)) return 0;
  const input = config.inputs.find(({ name }) => name === inputName);
  const workers = input?.workers ?? pipelines.get(pipeline).workers ?? 0;
  if (flow === undefined || workers === 0) return workers;
  log.warn({ input: inputName, pipeline, workers }, 'a pipeline that holds events back has no worker threads');
  return 0;
}

/** The source whose events are at hand. */
type Turn = { readonly now: () => Source; readonly enter: (source: Source) => void };

function compiler(
  { config, pipelines, host, log }: Pick<MainLineOptions, 'config' | 'pipelines' | 'host' | 'log'>,
  notices: ReturnType<typeof streamNotices>,
) {
  const faulty = new WeakSet<Source>();
  // What may be in flight is one number for all inputs, so this is too.
  const kept = new KeptBytes(parseBytes(config.delivery.in_flight) * KEPT_SHARE);

  return ({ input: inputName, pipeline: name }: Source, { now, enter }: Turn): CompiledPipeline => {
    if (!isKnown(pipelines, name)) return gonePipeline(name);
    const origin = originOf({ config, pipelines }, inputName, name);
    return pipelines.compile(name, {
      ...bindingOf({ config }, inputName),
      host,
      sourceTime: () => now().modifiedAt,
      head: () => now().head?.() ?? [],
      source: now,
      enter,
      kept,
      onNotice: (notice) => notices(notice, origin),
      onFileFault: (fault) => log.warn({ err: fault }, 'a changed file of a pipeline cannot be used'),
      onFault(fault) {
        if (faulty.has(now())) return;
        faulty.add(now());
        log.error({ err: fault, source: now().id }, 'a stage failed; more such lines of this source are only counted');
      },
    });
  };
}

function isKnown({ names }: Pipelines, name: string): boolean {
  return names.includes(name);
}

/** A pipeline and those it runs, as another thread may have them: places in files are for faults found before. */
function neededBy(pipelines: Pipelines, name: string): WorkerData['definitions'] {
  const { locate: _locate, ...definition } = pipelines.get(name);
  const inner = definition.stages.filter(({ stage }) => stage === RUN_PIPELINE);
  return [definition, ...inner.flatMap(({ options }) => neededBy(pipelines, String(options['name'])))];
}

/** The stream that a pipeline's events go to, unless a stage sends them elsewhere. */
function originOf(
  { config, pipelines }: Pick<MainLineOptions, 'config' | 'pipelines'>,
  inputName: string,
  pipeline: string,
) {
  const input = config.inputs.find(({ name }) => name === inputName);
  return { pipeline, dataset: input?.dataset ?? pipelines.get(pipeline).dataset };
}

/** What an input says of the documents of its lines. */
function bindingOf({ config }: Pick<MainLineOptions, 'config'>, name: string) {
  const input = config.inputs.find((one) => one.name === name);
  const { dataset, service, fields } = input ?? {};
  return {
    input: { name, dataset, service, fields },
    namespace: input?.namespace ?? config.namespace,
    timezone: input?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** A queue may hold lines for a pipeline that is configured no more: they become dead letters, to be replayed with another one. */
function gonePipeline(name: string): CompiledPipeline {
  const rejected = new Rejected('unparsable', `no pipeline is called "${name}" any more`);
  const run = (chunk: Chunk): Processed => ({
    chunk,
    documents: [],
    rejected: chunk.lines.map((_, line) => ({ line, rejected })),
    dropped: [],
  });
  return { name, dataset: '', run };
}
