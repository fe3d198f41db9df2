// `node24 test/pipeline/prove-patterns.ts [PIPELINE…]`: searches new patterns of shipped pipelines for hostile texts and
// writes down those that have none.
import { writeFileSync } from 'node:fs';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { checkPatterns, patternsOf } from '../../src/pipeline/slow-patterns.ts';
import { hashOf, PROVEN_FILE, readProven } from './proven-patterns.ts';

const { definitions } = await loadPipelines();
const proven = readProven();
const names = process.argv.slice(2);
const shipped = new Set(definitions.flatMap((definition) => patternsOf(definition).map(hashOf)));

for (const definition of definitions) {
  if (names.length > 0 && !names.includes(definition.name)) continue;
  const fresh = patternsOf(definition).filter((pattern) => !proven.has(hashOf(pattern)));
  if (fresh.length === 0) continue;
  const faults = await checkPatterns([definition], (pattern) => proven.has(hashOf(pattern)));
  process.stdout.write(
    `${definition.name}: ${fresh.length} new\n${faults.map((fault) => `  ${fault.message}\n`).join('')}`,
  );
  if (faults.length > 0) process.exitCode = 1;
  else for (const pattern of fresh) proven.add(hashOf(pattern));
  // After each pipeline, so that a run that is broken off was not in vain.
  writeFileSync(
    PROVEN_FILE,
    `${[...proven]
      .filter((hash) => shipped.has(hash))
      .sort()
      .join('\n')}\n`,
  );
}
process.exit();
