// `node24 test/pipeline/prove-patterns.ts [PIPELINE…]`: searches new patterns of shipped pipelines for hostile texts and
// writes down those that have none.
import { writeFileSync } from 'node:fs';
import { slowness } from '../../src/config/slow-pattern.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { checkPatterns, patternsOf } from '../../src/pipeline/slow-patterns.ts';
import { securityCases } from '../../src/pipeline/stages/security/cases.ts';
import { hashOf, PROVEN_FILE, readProven } from './proven-patterns.ts';

const { definitions } = await loadPipelines();
const proven = readProven();
const names = process.argv.slice(2);
const ofSecurity = securityCases().map(({ pattern }) => pattern);
const shipped = new Set([...definitions.flatMap(patternsOf), ...ofSecurity].map(hashOf));

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
  save();
}
for (const pattern of ofSecurity) {
  if (proven.has(hashOf(pattern))) continue;
  const detail = await slowness(pattern.source, pattern.flags);
  if (detail === undefined) proven.add(hashOf(pattern));
  else process.exitCode = 1;
  process.stdout.write(`security events, ${pattern}: ${detail ?? 'new'}\n`);
}
save();
process.exit();

function save(): void {
  const kept = [...proven].filter((hash) => shipped.has(hash)).sort();
  writeFileSync(PROVEN_FILE, `${kept.join('\n')}\n`);
}
