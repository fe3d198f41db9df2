import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { resolveHostId } from '../agent/identity.ts';
import type { Config } from '../config/schema.ts';
import { keyOf, suggest } from '../config/schema-check.ts';
import { LogmillError, type Where } from '../errors.ts';
import { threadFault } from '../pipeline/one-thread.ts';
import { loadPipelines, openPipelines, type Pipelines, SHIPPED_PIPELINES } from '../pipeline/pipelines.ts';
import { type Store, storeFailure } from '../store/client.ts';
import { installTemplates } from '../store/templates.ts';
import { ownStreams } from './own-streams.ts';
import { storeReady } from './store-ready.ts';

/** Sources of the shipped dashboards: in the checkout, or in the installed package. */
export const SHIPPED_DASHBOARDS = path.resolve(import.meta.dirname, '..', '..', 'dashboards');

/** Who this machine is in documents and in their ids. The id outlives the state folder, so it is kept beside it. */
export async function identifyHost(config: Config): Promise<{ id: string; name: string }> {
  return { id: await resolveHostId(config.host.id, config.data), name: config.host.name ?? hostname() };
}

/** Shipped pipelines and the configured folders of own ones that exist, with their test cases. */
export async function loadAllPipelines(config: Config): Promise<Pipelines> {
  return await loadPipelines(pipelineFolders(config));
}

/** The same to run some of them: without test cases, and those shipped are read when they are asked for. */
export async function openAllPipelines(config: Config): Promise<Pipelines> {
  return await openPipelines(pipelineFolders(config));
}

/**
 * The same for what reads the inputs.
 * @throws LogmillError PIPELINE_UNKNOWN, PIPELINE_ONE_THREAD for what an input says of its pipeline
 */
export async function loadInputPipelines(config: Config): Promise<Pipelines> {
  const pipelines = await openAllPipelines(config);
  const [fault] = inputFaults(config.inputs, pipelines, (at) => ({ key: keyOf(at) }));
  if (fault !== undefined) throw fault;
  return pipelines;
}

/** What is wrong with inputs that name a pipeline there is not, or ask for threads for one that cannot have them. */
export function inputFaults(
  inputs: Config['inputs'],
  pipelines: Pipelines,
  locate: (at: (string | number)[]) => Where,
): LogmillError[] {
  const { names } = pipelines;
  return inputs.flatMap(({ pipeline, workers = 0 }, at) => {
    if (pipeline === undefined) return [];
    if (names.includes(pipeline)) {
      const where = locate(['inputs', at, 'workers']);
      return workers === 0 ? [] : (threadFault(pipelines.get(pipeline), pipelines.get, where) ?? []);
    }
    const params = { name: pipeline, suggestion: suggest(pipeline, names) };
    return [new LogmillError('PIPELINE_UNKNOWN', params, locate(['inputs', at, 'pipeline']))];
  });
}

/** Folders to load pipelines from, the shipped one first. */
export function pipelineFolders({ pipelines }: Pick<Config, 'pipelines'>): string[] {
  return [...new Set([SHIPPED_PIPELINES, ...pipelines.filter((folder) => existsSync(folder))])];
}

/**
 * Waits for the store and installs the index templates; both may be done again at any time.
 * @throws LogmillError STORE_UNREACHABLE, TEMPLATES_REFUSED
 */
export async function prepareStore(
  store: Store,
  config: Config,
  log: Logger,
  options: { waitMs: number; signal: AbortSignal; pipelines?: Pipelines; say?: (reason: string) => void },
): Promise<void> {
  const say = options.say ?? ((reason) => log.warn({ place: store.place, reason }, 'waiting for the store'));
  const { pipelines } = options;
  const streams = ownStreams(config, pipelines);
  const install = () => installTemplates(store, config, streams);
  try {
    await storeReady(store.client, store.place, options.waitMs, say, options.signal, install);
  } catch (error) {
    const failure = storeFailure(error);
    if (failure === undefined) throw error;
    const { status = '', reason } = failure;
    throw new LogmillError('TEMPLATES_REFUSED', { place: store.place, detail: `${status} ${reason}` }, {}, error);
  }
}
