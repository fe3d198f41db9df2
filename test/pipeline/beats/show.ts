// `node24 test/pipeline/beats/show.ts FILESET [DOCUMENTS]`: what differs in the first documents, for who writes a pipeline.
import { inspect } from 'node:util';
import { loadPipelines } from '../../../src/pipeline/pipelines.ts';
import { compareFile, filesets } from './read.ts';
import { figures, heading } from './table.ts';

const [name = '', limit = '5'] = process.argv.slice(2);
const files = filesets().get(name);
if (files === undefined) {
  process.stderr.write(`no fileset ${name}; there are ${[...filesets().keys()].join(', ')}\n`);
  process.exit(1);
}
const pipelines = await loadPipelines();
for (const file of files) {
  const comparison = await compareFile(pipelines, name, file);
  process.stdout.write(`\n${heading()}\n${figures(file, comparison)}\n`);
  const { missing, extra, forbidden, differences } = comparison;
  if (missing.length > 0) process.stdout.write(`missing: ${missing.join(', ')}\n`);
  if (extra.length > 0) process.stdout.write(`extra: ${extra.join(', ')}\n`);
  for (const value of new Set(forbidden)) process.stdout.write(`not allowed: ${value}\n`);
  const told = new Set(missing);
  let documents = 0;
  let offset: unknown;
  for (const difference of differences) {
    if (told.has(difference.offset)) continue;
    if (difference.offset !== offset) {
      if (++documents > Number(limit)) break;
      offset = difference.offset;
      process.stdout.write(`document at ${offset}\n`);
    }
    const { field, theirs, ours, ecs, deliberate } = difference;
    const note = deliberate === undefined ? '' : `   (on purpose: ${deliberate})`;
    const mine = ecs ? inspect(ours, { breakLength: Number.POSITIVE_INFINITY }) : 'under no name';
    process.stdout.write(
      `  ${ecs ? 'ECS  ' : 'value'} ${field}: ${JSON.stringify(theirs)}\n        ours: ${mine}${note}\n`,
    );
  }
}
