import type { PipelineDefinition, StageUse } from './definition.ts';
import type { Pipelines } from './pipelines.ts';
import type { Probe } from './probe.ts';
import { runPipelineTests } from './testing.ts';

/** A stage, or a branch of one, of which the pipeline's test cases show nothing. */
export type Uncovered = {
  readonly pipeline: string;
  readonly stage: string;
  readonly index: number;
  /** `when` that no case matches, or that every case does; the pattern of a list that no case needs, from 0. */
  readonly branch?: 'when never true' | 'when never false' | { readonly pattern: number };
};

/**
 * Names the stages that no test case needs: with the stage left out, the same cases pass. The same with each of several
 * patterns of a stage; and conditions that the cases have only one answer for.
 */
export async function uncoveredStages(pipelines: Pipelines, definition: PipelineDefinition): Promise<Uncovered[]> {
  const before = await failures(pipelines, definition);
  const isNeeded = async (stages: readonly StageUse[]) => {
    const other = { ...definition, stages };
    return (await failures(pipelines.with(other), other)) !== before;
  };
  const uncovered: Uncovered[] = [];
  for (const [index, use] of definition.stages.entries()) {
    const place = { pipeline: definition.name, stage: use.stage, index };
    if (!(await isNeeded(definition.stages.filter((_use, at) => at !== index)))) {
      uncovered.push(place);
      continue;
    }
    for (const [pattern, without] of withoutPatterns(use).entries()) {
      if (await isNeeded(definition.stages.with(index, without))) continue;
      uncovered.push({ ...place, branch: { pattern } });
    }
  }
  return [...uncovered, ...(await oneSided(pipelines, definition))].sort((one, other) => one.index - other.index);
}

/** The use without each of its patterns by turns; none where it has only one. */
function withoutPatterns(use: StageUse): StageUse[] {
  const { patterns } = use.options;
  if (!Array.isArray(patterns) || patterns.length < 2) return [];
  // Types name fields that other patterns fill.
  const { types: _types, ...options } = use.options;
  const withTypes = 'types' in use.options ? { ...options, types: {} } : options;
  return patterns.map((_pattern, at) => ({
    ...use,
    options: { ...withTypes, patterns: patterns.filter((_other: unknown, index: number) => index !== at) },
  }));
}

/** Conditions that all cases, together, answer only one way. */
async function oneSided(pipelines: Pipelines, definition: PipelineDefinition): Promise<Uncovered[]> {
  const answers = new Map<number, Set<boolean>>();
  const probe: Probe = {
    condition: ({ pipeline, index }, matches) => {
      const seen = answers.get(index) ?? new Set<boolean>();
      if (pipeline === definition.name) answers.set(index, seen);
      return (event) => {
        const answer = matches(event);
        seen.add(answer);
        return answer;
      };
    },
    stage: (_place, run) => run,
  };
  await runPipelineTests(pipelines, definition, undefined, probe);
  return [...answers].flatMap(([index, seen]): Uncovered[] => {
    const place = { pipeline: definition.name, stage: definition.stages[index]!.stage, index };
    if (seen.size === 2) return [];
    return [{ ...place, branch: seen.has(true) ? 'when never false' : 'when never true' }];
  });
}

async function failures(pipelines: Pipelines, definition: PipelineDefinition): Promise<number> {
  try {
    return (await runPipelineTests(pipelines, definition)).filter(({ faults }) => faults.length > 0).length;
  } catch {
    // Without a part of it the pipeline cannot even be compiled: it is needed.
    return Number.POSITIVE_INFINITY;
  }
}
