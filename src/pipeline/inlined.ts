import type { PipelineDefinition, StageUse } from './definition.ts';
import { RUN_PIPELINE } from './stages/run-pipeline.ts';

/** A stage where it runs, and the pipeline under whose dataset its events stand there. */
export type InlinedUse = { readonly use: StageUse; readonly under: PipelineDefinition };

/**
 * The stages of a pipeline, with those of pipelines that it runs in their places.
 * @param find throws LogmillError PIPELINE_UNKNOWN. Pipelines that run each other in a circle were refused before.
 */
export function inlinedUses(
  definition: PipelineDefinition,
  find: (name: string) => PipelineDefinition,
  under: PipelineDefinition = definition,
): InlinedUse[] {
  return definition.stages.flatMap((use) => {
    if (use.stage !== RUN_PIPELINE) return [{ use, under }];
    const { name, dataset } = use.options;
    const inner = find(String(name));
    return inlinedUses(inner, find, dataset === 'own' ? inner : under);
  });
}
