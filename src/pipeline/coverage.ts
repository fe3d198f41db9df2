import type { PipelineDefinition } from './definition.ts';
import type { Pipelines } from './pipelines.ts';
import { runPipelineTests } from './testing.ts';

/** A stage of which the pipeline's test cases show nothing. */
export type Uncovered = { readonly pipeline: string; readonly stage: string; readonly index: number };

/**
 * Names the stages that no test case needs: with the stage left out, the same cases pass.
 */
export async function uncoveredStages(pipelines: Pipelines, definition: PipelineDefinition): Promise<Uncovered[]> {
  const before = await failures(pipelines, definition);
  const uncovered: Uncovered[] = [];
  for (const [index, { stage }] of definition.stages.entries()) {
    const stages = definition.stages.filter((_use, at) => at !== index);
    const without = { ...definition, stages };
    const missed = (await failures(pipelines.with(without), without)) === before;
    if (missed) uncovered.push({ pipeline: definition.name, stage, index });
  }
  return uncovered;
}

async function failures(pipelines: Pipelines, definition: PipelineDefinition): Promise<number> {
  return (await runPipelineTests(pipelines, definition)).filter(({ faults }) => faults.length > 0).length;
}
