import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { suggest } from '../config/schema-check.ts';
import { LogmillError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import type { Event, JsonValue } from '../model/event.ts';
import type { Chunk, Processed, Source } from '../model/line.ts';
import { areMaps, compileStages, type FindPipeline } from './compile.ts';
import type { PipelineDefinition, StageUse } from './definition.ts';
import { Definitions } from './definitions.ts';
import { createFinish } from './finish.ts';
import type { Flow, FlowParts } from './flow/flow.ts';
import type { KeptBytes } from './flow/kept-bytes.ts';
import { openFlow } from './flow/open-flow.ts';
import { hostFields } from './host.ts';
import { ownThreadFault } from './one-thread.ts';
import { type OnFileFault, optionFiles } from './option-files.ts';
import type { Probe } from './probe.ts';
import { readDefinition } from './read-definition.ts';
import { createRunner } from './run.ts';
import { schemaFinder } from './schemas.ts';
import { checkPatterns } from './slow-patterns.ts';
import type { Notice, StageContext, Veil } from './stage.ts';
import { stageFaults } from './stage-faults.ts';
import { RUN_PIPELINE } from './stages/run-pipeline.ts';

/** The pipelines that come with logmill. */
export const SHIPPED_PIPELINES = fileURLToPath(new URL('../../pipelines/', import.meta.url));

/** Of the names of shipped pipelines' files. */
const YAML = '.yaml';

/** What a pipeline is compiled for: one input. */
export type Binding = {
  readonly input: {
    readonly name: string;
    readonly dataset?: string | undefined;
    readonly service?: string | undefined;
    readonly fields?: Readonly<Record<string, string | number | boolean>> | undefined;
  };
  readonly namespace: string;
  readonly host: { readonly id: string; readonly name: string; readonly fields?: Event };
  /** IANA zone of times that carry none. */
  readonly timezone: string;
  /** Anchor of times without a year, ms since the epoch. */
  readonly sourceTime: () => number;
  /** Stands for the source of the chunk under way; absent where there is only one. */
  readonly source?: () => object;
  /** First lines of the source of the chunk under way; see StageContext. */
  readonly head?: (() => readonly string[]) | undefined;
  /** Whether lines are read again one by one, as dead letters are. */
  readonly isReplay?: boolean;
  /** Clock of the read time; by default the system's. */
  readonly now?: () => number;
  /** Turns the time for stages that hold events back; by default the system's. */
  readonly clock?: Clock;
  /** Told whose events come next, where they do not come as they were read. */
  readonly enter?: (source: Source) => void;
  /** What waits for stages with a memory, in all pipelines that run together. */
  readonly kept?: KeptBytes;
  /** Looks on, for explaining and measuring. */
  readonly probe?: Probe | undefined;
  /** Given what texts have to go through that hold no secrets when they are shown. */
  readonly onSecrets?: (clean: Veil) => void;
  /** Told of new, changed and missing fields of streams whose contracts are watched. */
  readonly onNotice?: (notice: Notice) => void;
  /** Told of every line on which a stage threw (PIPELINE_FAULT); the line is rejected with reason `fault`. */
  readonly onFault?: (fault: LogmillError) => void;
  /** Told that a file of a stage's option has changed and cannot be used (STAGE_FILE). */
  readonly onFileFault?: OnFileFault;
};

export type CompiledPipeline = {
  readonly name: string;
  readonly dataset: string;
  /**
   * Turns lines into documents, rejected and dropped ones. Never throws for what is in a line. Not for a pipeline with a
   * `flow`.
   */
  run(chunk: Chunk): Processed;
  /** Where stages hold events back: what chunks go into, for documents to come out when they are ready. Opened once. */
  readonly flow?: ((emit: FlowParts['emit']) => Flow) | undefined;
};

export type Pipelines = {
  /** Of all, sorted. */
  readonly names: readonly string[];
  /** All, sorted by name. Reads those shipped that nobody asked for yet. */
  readonly definitions: readonly PipelineDefinition[];
  /** Those that do not ship, sorted by name. */
  readonly own: readonly PipelineDefinition[];
  /** Where they, and their contracts, are from. */
  readonly folders: readonly string[];
  /** Throws LogmillError PIPELINE_UNKNOWN. */
  get(name: string): PipelineDefinition;
  /** Throws LogmillError when there is no such pipeline or an option of it cannot be used. */
  compile(name: string, binding: Binding): CompiledPipeline;
  /** The same set with one pipeline added or replaced. */
  with(definition: PipelineDefinition): Pipelines;
};

/** What came of reading pipeline folders: what can be used, and every fault. */
export type CheckedPipelines = { readonly pipelines: Pipelines; readonly faults: readonly LogmillError[] };

/**
 * Loads the pipelines of all folders, later folders replacing pipelines of the same name in earlier ones.
 * Regexes of folders other than the shipped one are checked for catastrophic backtracking.
 * Throws the first fault as LogmillError.
 */
export async function loadPipelines(folders: readonly string[] = [SHIPPED_PIPELINES]): Promise<Pipelines> {
  const { pipelines, faults } = await checkPipelines(folders);
  if (faults[0] !== undefined) throw faults[0];
  return pipelines;
}

/**
 * The same, to run some of them: those shipped are read when they are asked for, without their test cases. Throws the first
 * fault of own ones as LogmillError.
 */
export async function openPipelines(folders: readonly string[]): Promise<Pipelines> {
  const faults: LogmillError[] = [];
  const own = folders.filter((folder) => !isShipped(folder));
  const { pipelines } = await checkFolders(own, folders, faults, shippedFiles());
  if (faults[0] !== undefined) throw faults[0];
  return pipelines;
}

/** The same without throwing: for `logmill check`. */
export async function checkPipelines(folders: readonly string[]): Promise<CheckedPipelines> {
  return checkFolders(folders, folders, [], new Map());
}

async function checkFolders(
  toRead: readonly string[],
  folders: readonly string[],
  faults: LogmillError[],
  unread: ReadonlyMap<string, string>,
): Promise<CheckedPipelines> {
  const byName = new Map<string, PipelineDefinition>();
  for (const folder of toRead) {
    const here = new Map<string, PipelineDefinition>();
    for (const file of await yamlFiles(folder, faults)) {
      const definition = await readDefinition(file, faults);
      if (definition === undefined) continue;
      const first = here.get(definition.name);
      if (first === undefined) here.set(definition.name, definition);
      else {
        const fields = { name: definition.name, first: first.file };
        faults.push(new LogmillError('PIPELINE_DUPLICATE', fields, definition.locate?.(['name']) ?? { file }));
      }
    }
    if (!isShipped(folder)) faults.push(...(await checkPatterns([...here.values()])));
    for (const [name, definition] of here) byName.set(name, definition);
  }
  const schema = schemaFinder(folders);
  const pipelines = collect(new Definitions(byName, unread), folders, schema);
  // Those shipped are compiled by their own tests; at start only those of the user are.
  for (const definition of pipelines.own) {
    faults.push(...compileFaults(definition, schema, pipelines.get));
    faults.push(...[ownThreadFault(definition, pipelines.get) ?? []].flat());
  }
  return { pipelines, faults };
}

function isShipped(folder: string): boolean {
  return path.resolve(folder) === path.resolve(SHIPPED_PIPELINES);
}

async function yamlFiles(folder: string, faults: LogmillError[]): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  } catch (error) {
    faults.push(new LogmillError('PIPELINE_FOLDER', { path: folder, detail: (error as Error).message }, {}, error));
    return [];
  }
}

type FindSchema = (name: string) => Readonly<Record<string, JsonValue>>;

/** Files of shipped pipelines, which have their names. */
function shippedFiles(): Map<string, string> {
  const files = readdirSync(SHIPPED_PIPELINES).filter((name) => name.endsWith(YAML));
  return new Map(files.map((name) => [path.basename(name, YAML), path.join(SHIPPED_PIPELINES, name)]));
}

/** Pipelines for another thread: own ones as they were checked before. */
export function pipelinesOf(definitions: readonly PipelineDefinition[], folders: readonly string[]): Pipelines {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  return collect(new Definitions(byName, shippedFiles()), folders, schemaFinder(folders));
}

function collect(definitions: Definitions, folders: readonly string[], schema: FindSchema): Pipelines {
  const { names } = definitions;
  const facts = hostFields();
  const get = (name: string) => {
    const definition = definitions.get(name);
    if (definition !== undefined) return definition;
    throw new LogmillError('PIPELINE_UNKNOWN', { name, suggestion: suggest(name, names) });
  };
  return {
    names,
    get definitions() {
      return definitions.all();
    },
    get own() {
      return definitions.read().filter(({ file }) => !isShipped(path.dirname(file)));
    },
    folders,
    get,
    compile(name, binding) {
      const definition = get(name);
      const host = { ...binding.host, fields: binding.host.fields ?? facts };
      const dataset = binding.input.dataset ?? definition.dataset;
      const underWay = { text: '' };
      const veils: Veil[] = [];
      const veil = (clean: Veil, isOfSecrets = false) => {
        veils.push(clean);
        if (isOfSecrets) binding.onSecrets?.(clean);
      };
      const context: StageContext = {
        pipeline: name,
        dataset: definition.dataset,
        host,
        timezone: binding.timezone,
        sourceTime: binding.sourceTime,
        source: binding.source,
        head: binding.head,
        isReplay: binding.isReplay,
        added: Object.keys(binding.input.fields ?? {}),
        line: () => underWay.text,
        veil,
        notice: binding.onNotice,
        files: optionFiles(definition.file, binding.onFileFault),
        schema,
      };
      const { service, fields = {} } = binding.input;
      const stages = compileStages(definition, context, get, binding.probe);
      const { routes, tolerates } = traitsOf(definition, get);
      const parts = { dataset, namespace: binding.namespace, host, service, fields, routes, veils };
      const runnerParts = {
        pipeline: name,
        finish: createFinish({ ...parts, originalOfFailed: tolerates && !definition.keep_original }),
        keepOriginal: definition.keep_original || tolerates,
        now: binding.now ?? Date.now,
        underWay,
        onFault: binding.onFault ?? (() => {}),
      };
      if (areMaps(stages)) return { name, dataset, run: createRunner({ ...runnerParts, stages }) };
      const flow: CompiledPipeline['flow'] = (emit) => openFlow({ ...runnerParts, stages }, binding, emit);
      return { name, dataset, run: noRun, flow };
    },
    with: (definition) => collect(definitions.with(definition), folders, schema),
  };
}

function noRun(): never {
  throw new Error('BUG: this pipeline holds events back and has a flow');
}

/** What stages anywhere in a pipeline, also in those that it runs, make its first and last step do. */
function traitsOf({ stages }: PipelineDefinition, find: FindPipeline): Traits {
  const inner = stages.flatMap(({ stage, options }) =>
    stage === RUN_PIPELINE ? [traitsOf(find(String(options['name'])), find)] : [],
  );
  const routesHere = ({ stage, options }: StageUse) =>
    stage === 'route' || stage === 'count-metric' || options['dataset'] === 'own';
  return {
    routes: stages.some(routesHere) || inner.some(({ routes }) => routes),
    tolerates:
      stages.some(({ onError = 'reject' }) => onError !== 'reject') || inner.some(({ tolerates }) => tolerates),
  };
}

type Traits = Readonly<Record<'routes' | 'tolerates', boolean>>;

/** The faults that only show when the stages are made: bad KQL, regexes, zones, contracts. */
function compileFaults(definition: PipelineDefinition, schema: FindSchema, find: FindPipeline): LogmillError[] {
  const context: StageContext = {
    pipeline: definition.name,
    dataset: definition.dataset,
    host: { id: 'check', name: 'check', fields: {} },
    timezone: 'UTC',
    sourceTime: () => 0,
    files: optionFiles(definition.file),
    schema,
  };
  return stageFaults(definition, context, find);
}
