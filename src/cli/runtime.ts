import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { resolveHostId } from '../agent/identity.ts';
import type { Config } from '../config/schema.ts';
import { keyOf, suggest } from '../config/schema-check.ts';
import { LogmillError, type Where } from '../errors.ts';
import { loadPipelines, openPipelines, type Pipelines, SHIPPED_PIPELINES } from '../pipeline/pipelines.ts';
import type { Store } from '../store/client.ts';
import { installTemplates } from '../store/templates.ts';
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
 * @throws LogmillError PIPELINE_UNKNOWN where an input names one that there is not
 */
export async function loadInputPipelines(config: Config): Promise<Pipelines> {
  const pipelines = await openAllPipelines(config);
  const [fault] = unknownPipelines(config.inputs, pipelines, (at) => ({ key: keyOf(at) }));
  if (fault !== undefined) throw fault;
  return pipelines;
}

/** What is wrong with inputs that name a pipeline there is not. */
export function unknownPipelines(
  inputs: Config['inputs'],
  pipelines: Pipelines,
  locate: (at: (string | number)[]) => Where,
): LogmillError[] {
  const { names } = pipelines;
  return inputs.flatMap(({ pipeline }, at) => {
    if (pipeline === undefined || names.includes(pipeline)) return [];
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
 * @throws LogmillError STORE_UNREACHABLE
 */
export async function prepareStore(
  store: Store,
  config: Config,
  log: Logger,
  options: { waitMs: number; signal: AbortSignal; pipelines?: Pipelines; say?: (reason: string) => void },
): Promise<void> {
  const say = options.say ?? ((reason) => log.warn({ place: store.place, reason }, 'waiting for the store'));
  const { pipelines } = options;
  const install = () => installTemplates(store, config, datasetsOf(pipelines), metricsOf(config, pipelines));
  await storeReady(store.client, store.place, options.waitMs, say, options.signal, install);
}

/** Datasets of the metrics that pipelines count, under whatever dataset their inputs have. */
function metricsOf({ inputs }: Config, pipelines: Pipelines | undefined): string[] {
  return (pipelines?.own ?? []).flatMap(({ name, dataset, stages }) => {
    const own = [dataset, ...inputs.flatMap((input) => (input.pipeline === name ? (input.dataset ?? []) : []))];
    return stages.flatMap(({ stage, options }) =>
      stage === 'count-metric' ? (typeof options['dataset'] === 'string' ? [options['dataset']] : own) : [],
    );
  });
}

/** Every dataset that own pipelines write to, routes included; those of shipped ones are known to the store. */
function datasetsOf(pipelines: Pipelines | undefined): string[] {
  return (pipelines?.own ?? []).flatMap(({ dataset, stages }) => [
    dataset,
    ...stages.flatMap(({ stage, options: { dataset: routed } }) =>
      stage === 'route' && typeof routed === 'string' ? [routed] : [],
    ),
  ]);
}
