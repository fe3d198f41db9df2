import { keyOf, pathOfKey } from '../config/schema-check.ts';
import { LogmillError } from '../errors.ts';
import type { Event } from '../model/event.ts';
import type { PipelineDefinition, StageUse } from './definition.ts';
import { stageByName } from './registry.ts';
import { type MapRunner, optionFault, type StageContext } from './stage.ts';
import { compileCondition } from './stages/condition/compile-condition.ts';

/** A stage ready to run. */
export type CompiledStage = { readonly name: string; readonly run: MapRunner };

/**
 * Makes the runners of a pipeline for one source. Everything costly happens here.
 * Throws LogmillError naming file and stage when an option cannot be used.
 */
export function compileStages(definition: PipelineDefinition, context: StageContext): readonly CompiledStage[] {
  return definition.stages.map((use, index) => {
    try {
      return { name: use.stage, run: compileStage(use, context) };
    } catch (error) {
      throw placed(error, definition, index, use);
    }
  });
}

function compileStage({ stage, options, when }: StageUse, context: StageContext): MapRunner {
  const description = stageByName(stage);
  if (description === undefined) throw new RangeError(`unknown stage ${stage}`);
  const run = description.create(options, context);
  if (when === undefined) return run;
  const matches = compileCondition(when);
  return (event: Event) => (matches(event) ? run(event) : event);
}

/** Every fault of the stages, each with its place in the file: for `logmill check`. */
export function stageFaults(definition: PipelineDefinition, context: StageContext): LogmillError[] {
  return definition.stages.flatMap((use, index) =>
    faultsOfStage(use, context).map((error) => {
      const fault = placed(error, definition, index, use);
      if (fault instanceof LogmillError) return fault;
      throw fault;
    }),
  );
}

/** A stage stops at its first fault, so its condition and the items of its lists are tried one by one. */
function faultsOfStage(use: StageUse, context: StageContext): unknown[] {
  const condition = use.when === undefined ? [] : faultsOf(() => compileCondition(use.when!));
  const [error] = faultsOf(() => compileStage({ ...use, when: undefined }, context));
  if (error === undefined) return condition;
  const [list, index] = pathOfKey(keyOfFault(error) ?? '');
  const items = list === undefined ? undefined : use.options[list];
  if (!Array.isArray(items) || typeof index !== 'number') return [...condition, error];
  const single = items.flatMap((item, at) => {
    const options = { ...use.options, [list!]: [item] };
    const found = faultsOf(() => compileStage({ ...use, options, when: undefined }, context));
    // What is said of another option may hold only because the other items are away.
    const own = found.filter((fault) => keyOfFault(fault)?.startsWith(`${list}[0]`) !== false);
    return own.map((fault) => atItem(fault, `${list}[0]`, `${list}[${at}]`));
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

/** The same error, with the file, the line and the stage's place in it. */
function placed(error: unknown, definition: PipelineDefinition, index: number, { stage }: StageUse): unknown {
  if (!(error instanceof LogmillError)) return error;
  if (error.where.file !== undefined && error.code !== 'KQL_SYNTAX') return error;
  const option = error.where.key ?? 'when';
  const path = ['stages', index, stage, ...pathOfKey(option)];
  const detail = error.code === 'STAGE_OPTION' ? afterKey(error.message, option) : error.message;
  const where = definition.locate?.(path) ?? { file: definition.file, key: keyOf(path) };
  return new LogmillError('STAGE_OPTION', { key: where.key ?? keyOf(path), detail }, where, error);
}

function afterKey(message: string, key: string): string {
  return message.startsWith(`${key} `) ? message.slice(key.length + 1) : message;
}
