import type { PipelineDefinition } from './definition.ts';
import type { Pipelines } from './pipelines.ts';
import { runPipelineTests } from './testing.ts';

/** A stage of which the pipeline's test cases show nothing. */
export type Uncovered = { readonly pipeline: string; readonly stage: string; readonly index: number };

/**
 * Names the stages that no test case needs: with the stage left out, the same cases pass.
 */
export function uncoveredStages(pipelines: Pipelines, definition: PipelineDefinition): Uncovered[] {
  const before = failures(pipelines, definition);
  return definition.stages.flatMap(({ stage }, index) => {
    const stages = definition.stages.filter((_use, at) => at !== index);
    const without = { ...definition, stages };
    const missed = failures(pipelines.with(without), without) === before;
    return missed ? [{ pipeline: definition.name, stage, index }] : [];
  });
}

function failures(pipelines: Pipelines, definition: PipelineDefinition): number {
  return runPipelineTests(pipelines, definition).filter(({ faults }) => faults.length > 0).length;
}
