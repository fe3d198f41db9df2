import { framedText } from '../agent/framing/frame-text.ts';
import { type Uncovered, uncoveredStages } from '../pipeline/coverage.ts';
import { runPipelineTests } from '../pipeline/testing.ts';
import { loadAllPipelines } from './runtime.ts';
import { type CommonOptions, readConfig } from './session.ts';
import { paint } from './terminal.ts';

type Options = CommonOptions & { coverage?: boolean };

/** Runs the cases inside one pipeline or all, and fails when one fails. */
export async function testPipelines(name: string | undefined, options: Options): Promise<void> {
  const pipelines = await loadAllPipelines(await readConfig(options));
  const chosen = name === undefined ? pipelines.definitions : [pipelines.get(name)];
  let passed = 0;
  let failed = 0;
  for (const definition of chosen) {
    for (const { test, faults } of await runPipelineTests(pipelines, definition, framedText)) {
      if (faults.length === 0) passed += 1;
      else failed += 1;
      const mark = faults.length === 0 ? paint('green', '✓') : paint('red', '✗');
      process.stdout.write(`${mark} ${definition.name}: ${test}\n${faults.map((fault) => `    ${fault}\n`).join('')}`);
    }
    if (options.coverage !== true) continue;
    for (const uncovered of await uncoveredStages(pipelines, definition)) {
      process.stdout.write(`${paint('yellow', '-')} ${definition.name}: ${missing(uncovered)}\n`);
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}

function missing({ stage, index, branch }: Uncovered): string {
  const place = `stage ${index + 1}, ${stage}`;
  if (branch === undefined) return `no case needs ${place}`;
  if (typeof branch === 'object') return `no case needs pattern ${branch.pattern + 1} of ${place}`;
  return `${branch === 'when never true' ? 'no case matches' : 'every case matches'} the condition of ${place}`;
}
