import { LogmillError, type Where } from '../errors.ts';
import type { FindPipeline } from './compile.ts';
import type { PipelineDefinition } from './definition.ts';
import { stageByName } from './registry.ts';
import { RUN_PIPELINE } from './stages/run-pipeline.ts';

/** A stage that holds events back, with the pipeline it stands in. */
type Holder = { readonly definition: PipelineDefinition; readonly index: number };

/**
 * What is wrong with asking for worker threads: a pipeline with a stage that remembers events or waits for look-ups runs in
 * one. Undefined where the pipeline can have them.
 * @param at where it is asked for.
 */
export function threadFault(definition: PipelineDefinition, find: FindPipeline, at: Where): LogmillError | undefined {
  const holder = holderIn(definition, find, []);
  if (holder === undefined) return undefined;
  const { stage } = holder.definition.stages[holder.index]!;
  const { file, locate } = holder.definition;
  const { line } = locate?.(['stages', holder.index]) ?? {};
  const place = line === undefined ? file : `${file}:${line}`;
  const fields = { key: at.key ?? 'workers', pipeline: definition.name, stage, place };
  return new LogmillError('PIPELINE_ONE_THREAD', fields, at);
}

/** What its own `workers` asks for in vain. */
export function ownThreadFault(definition: PipelineDefinition, find: FindPipeline): LogmillError | undefined {
  const { workers = 0, file, locate } = definition;
  return workers === 0 ? undefined : threadFault(definition, find, locate?.(['workers']) ?? { file, key: 'workers' });
}

/** The first such stage, also in pipelines that this one runs. */
function holderIn(definition: PipelineDefinition, find: FindPipeline, callers: readonly string[]): Holder | undefined {
  for (const [index, { stage, options }] of definition.stages.entries()) {
    const form = stageByName(stage)?.form;
    if (form === 'stateful' || form === 'batch') return { definition, index };
    if (stage !== RUN_PIPELINE || callers.includes(definition.name)) continue;
    const inner = innerOf(String(options['name']), find);
    const found = inner && holderIn(inner, find, [...callers, definition.name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One that there is not is a fault of its own. */
function innerOf(name: string, find: FindPipeline): PipelineDefinition | undefined {
  try {
    return find(name);
  } catch (error) {
    if (error instanceof LogmillError) return undefined;
    throw error;
  }
}
