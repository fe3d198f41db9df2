import { pathOfKey } from '../config/schema-check.ts';
import { LogmillError } from '../errors.ts';
import { afterKey, checkInline, compileStage, type FindPipeline, placed } from './compile.ts';
import type { PipelineDefinition } from './definition.ts';
import { optionFault, type StageContext } from './stage.ts';
import { compileCondition } from './stages/condition/compile-condition.ts';
import { RUN_PIPELINE } from './stages/run-pipeline.ts';

/** Every fault of the stages, each with its place in the file: for `logmill check`. */
export function stageFaults(definition: PipelineDefinition, context: StageContext, find: FindPipeline): LogmillError[] {
  return definition.stages.flatMap((use, index) =>
    faultsOfStage(definition, index, context, find).map((error) => {
      const fault = placed(error, definition, index, use);
      if (fault instanceof LogmillError) return fault;
      throw fault;
    }),
  );
}

/** A stage stops at its first fault, so its condition and the items of its lists are tried one by one. */
function faultsOfStage(
  definition: PipelineDefinition,
  at: number,
  context: StageContext,
  find: FindPipeline,
): unknown[] {
  const use = definition.stages[at]!;
  const condition = use.when === undefined ? [] : faultsOf(() => compileCondition(use.when!));
  if (use.stage === RUN_PIPELINE) return [...condition, ...inlineFaults(definition, at, context, find)];
  const [error] = faultsOf(() => compileStage({ ...use, when: undefined }, context));
  if (error === undefined) return condition;
  const [list, index] = pathOfKey(keyOfFault(error) ?? '');
  const items = list === undefined ? undefined : use.options[list];
  if (!Array.isArray(items) || typeof index !== 'number') return [...condition, error];
  const single = items.flatMap((item, position) => {
    const options = { ...use.options, [list!]: [item] };
    const found = faultsOf(() => compileStage({ ...use, options, when: undefined }, context));
    // What is said of another option may hold only because the other items are away.
    const own = found.filter((fault) => keyOfFault(fault)?.startsWith(`${list}[0]`) !== false);
    return own.map((fault) => atItem(fault, `${list}[0]`, `${list}[${position}]`));
  });
  return [...condition, ...(single.length > 0 ? single : [error])];
}

function faultsOf(compile: () => unknown): unknown[] {
  try {
    compile();
    return [];
  } catch (error) {
    return [error];
  }
}

function keyOfFault(error: unknown): string | undefined {
  return error instanceof LogmillError ? error.where.key : undefined;
}

/** The fault of the only item of a list, as that of the item it was. */
function atItem(error: unknown, from: string, to: string): unknown {
  const key = keyOfFault(error);
  if (!(error instanceof LogmillError) || key?.startsWith(from) !== true) return error;
  return optionFault(to + key.slice(from.length), afterKey(error.message, key));
}

/** What is wrong inside the other pipeline is said of that one. */
function inlineFaults(
  definition: PipelineDefinition,
  at: number,
  context: StageContext,
  find: FindPipeline,
): unknown[] {
  const faults = faultsOf(() => checkInline(definition, at, context, find));
  return faults.filter(isOwn);
}

function isOwn(error: unknown): boolean {
  return !(error instanceof LogmillError) || error.where.file === undefined || error.code === 'PIPELINE_CYCLE';
}
