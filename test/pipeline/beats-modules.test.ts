import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import type { Comparison } from './beats/compare.ts';
import { absent, compareFile, filesets } from './beats/read.ts';
import { butDeliberate, figures, heading, sum } from './beats/table.ts';

/** Per cent: ECS fields equal, values present under some name, documents entirely right. */
const BARS = { ecs: 97, values: 95, right: 90 } as const;

/** Filesets whose pipeline is not there or below the bars; who brings one over them takes it off. */
const NOT_YET: readonly string[] = [];

const pipelines = await loadPipelines();
const known = new Set(pipelines.definitions.map(({ name }) => name));

/** What a fileset lacks, in words; nothing when it is over the bars. */
function shortfalls(comparison: Comparison): string[] {
  const shares = butDeliberate(comparison);
  const { missing, extra, forbidden } = comparison;
  const found: string[] = [];
  if (missing.length > 0) found.push(`no document at ${missing.join(', ')}`);
  if (extra.length > 0) found.push(`a document too many at ${extra.join(', ')}`);
  if (forbidden.length > 0) found.push(`ECS does not allow ${[...new Set(forbidden)].join(', ')}`);
  for (const key of ['ecs', 'values', 'right'] as const) {
    if (shares[key] < BARS[key]) found.push(`${key} ${shares[key].toFixed(1)} %, asked for ${BARS[key]}`);
  }
  return found;
}

describe('the documents of another shipper, field by field', { skip: absent }, () => {
  const compared: Comparison[] = [];
  const table = [heading()];
  after(() => process.stdout.write(`${[...table, figures('all of them', sum(compared))].join('\n')}\n`));

  for (const [name, files] of absent === false ? filesets() : []) {
    test(`${name} over ${files.length} files`, async () => {
      if (!known.has(name)) {
        table.push(`${name.padEnd(52)} has no pipeline`);
        assert.ok(NOT_YET.includes(name), `there is no pipeline ${name}`);
        return;
      }
      const found: Comparison[] = [];
      for (const file of files) {
        const comparison = await compareFile(pipelines, name, file);
        table.push(figures(file, comparison));
        found.push(comparison);
      }
      compared.push(...found);
      const faults = shortfalls(sum(found));
      if (NOT_YET.includes(name)) assert.notDeepEqual(faults, [], `${name} is over the bars: take it off NOT_YET`);
      else assert.deepEqual(faults, []);
    });
  }

  test('the data are all there', () => {
    assert.equal([...filesets().values()].flat().length, 49);
    assert.deepEqual(
      NOT_YET.filter((name) => !filesets().has(name)),
      [],
    );
  });
});
