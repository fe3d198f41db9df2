import type { Config } from '../config/schema.ts';
import type { FieldType } from '../model/field-type.ts';
import { mappedTypes } from '../pipeline/contracts/mapped-types.ts';
import type { PipelineDefinition } from '../pipeline/definition.ts';
import { inlinedUses } from '../pipeline/inlined.ts';
import type { Pipelines } from '../pipeline/pipelines.ts';
import { contractFinder, ownContractNames } from '../pipeline/schemas.ts';
import { type OwnStreams, SHIPPED_DATASETS } from '../store/templates.ts';

const VALIDATE = 'validate-schema';

/**
 * Streams of own pipelines, and what contracts of one's own say of streams that are in use or ship. What ships is known to
 * the store. Throws LogmillError SCHEMA_INVALID, SCHEMA_UNKNOWN.
 */
export function ownStreams(config: Config, pipelines: Pipelines | undefined): OwnStreams {
  if (pipelines === undefined) return {};
  return {
    datasets: pipelines.own.flatMap(datasetsOf),
    metrics: metricsOf(config, pipelines),
    contracts: contractsOf(config, pipelines),
  };
}

/** Every dataset that a pipeline writes to, routes included. */
function datasetsOf({ dataset, stages }: PipelineDefinition): string[] {
  return [
    dataset,
    ...stages.flatMap(({ stage, options: { dataset: routed } }) =>
      stage === 'route' && typeof routed === 'string' ? [routed] : [],
    ),
  ];
}

/** Datasets of the metrics that pipelines count, under whatever dataset their inputs have. */
function metricsOf(config: Config, { own, get }: Pipelines): string[] {
  return own.flatMap((definition) =>
    inlinedUses(definition, get).flatMap(({ use: { stage, options }, under }) => {
      if (stage !== 'count-metric') return [];
      if (typeof options['dataset'] === 'string') return [options['dataset']];
      return under === definition ? streamsOf(config, definition) : [under.dataset];
    }),
  );
}

/** Its dataset, and those that inputs give its events. */
function streamsOf({ inputs }: Config, { name, dataset }: PipelineDefinition): string[] {
  return [dataset, ...inputs.flatMap((input) => (input.pipeline === name ? (input.dataset ?? []) : []))];
}

/** Types of fields by dataset, as the contracts in use say. */
function contractsOf(config: Config, pipelines: Pipelines): ReadonlyMap<string, ReadonlyMap<string, FieldType>> {
  const contract = contractFinder(pipelines.folders);
  const typesOf = (names: ReadonlySet<string>) =>
    // Where two say something of a field, the stream's own one is the first.
    new Map([...names].reverse().flatMap((name) => [...mappedTypes(contract(name))]));
  return new Map([...contractsInUse(config, pipelines)].map(([dataset, names]) => [dataset, typesOf(names)]));
}

/**
 * Names of the contracts that say what is in a dataset, the most its own first: the one of its name where that does not
 * ship, that of the pipeline's stream where an input sends its events elsewhere, and those that own pipelines hold their
 * events against.
 */
export function contractsInUse(config: Config, pipelines: Pipelines): ReadonlyMap<string, ReadonlySet<string>> {
  const own = new Set(ownContractNames(pipelines.folders));
  const found = new Map<string, Set<string>>();
  const add = (dataset: string, name: string) => found.set(dataset, (found.get(dataset) ?? new Set()).add(name));
  const inUse = [...pipelines.own.flatMap(datasetsOf), ...config.inputs.flatMap(({ dataset }) => dataset ?? [])];
  for (const dataset of [...SHIPPED_DATASETS, ...inUse]) if (own.has(dataset)) add(dataset, dataset);
  for (const { pipeline, dataset } of config.inputs) {
    if (dataset === undefined || pipeline === undefined || !pipelines.names.includes(pipeline)) continue;
    const usual = pipelines.get(pipeline).dataset;
    if (own.has(usual)) add(dataset, usual);
  }
  for (const definition of pipelines.own) {
    for (const { name, under } of heldAgainst(definition, pipelines)) {
      const datasets = under === definition ? streamsOf(config, definition) : [under.dataset];
      for (const dataset of datasets) add(dataset, name);
    }
  }
  return found;
}

/** Contracts, and the pipelines whose events are held against them. */
function heldAgainst(definition: PipelineDefinition, { get }: Pipelines) {
  return inlinedUses(definition, get).flatMap(({ use: { stage, options }, under }) => {
    const { schema } = options;
    return stage === VALIDATE ? [{ name: typeof schema === 'string' ? schema : under.dataset, under }] : [];
  });
}
