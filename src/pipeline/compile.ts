import { LogmillError } from '../errors.ts';
import type { Event } from '../model/event.ts';
import type { PipelineDefinition, StageUse } from './definition.ts';
import { stageByName } from './registry.ts';
import type { MapRunner, StageContext } from './stage.ts';
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

/** The same error, with the file and the stage's place in it. */
function placed(error: unknown, { file }: PipelineDefinition, index: number, { stage }: StageUse): unknown {
  if (!(error instanceof LogmillError)) return error;
  if (error.where.file !== undefined && error.code !== 'KQL_SYNTAX') return error;
  const option = error.where.key ?? 'when';
  const key = `stages[${index}].${stage}.${option}`;
  const detail = error.code === 'STAGE_OPTION' ? afterKey(error.message, option) : error.message;
  return new LogmillError('STAGE_OPTION', { key, detail }, { file, key }, error);
}

function afterKey(message: string, key: string): string {
  return message.startsWith(`${key} `) ? message.slice(key.length + 1) : message;
}
