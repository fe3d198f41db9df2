import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { buildDashboards } from '../../src/dashboards/build.ts';
import { lintNdjson } from '../../src/dashboards/kibana/lint.ts';
import { checkDashboards } from '../../src/dashboards/load.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'dashboards');

test('the shipped dashboards have no fault', async () => {
  const { dashboards, faults } = await checkDashboards(folder);
  assert.deepEqual(
    faults.map(({ message }) => message),
    [],
  );
  assert.deepEqual(
    dashboards.map(({ name }) => name),
    ['error-aggregation', 'pipeline-health', 'security-events'],
  );
});

test('a folder that is not there holds no dashboards', async () => {
  assert.deepEqual(await checkDashboards('/nonexistent'), { dashboards: [], faults: [] });
});

for (const { path: file, content } of await buildDashboards(folder)) {
  const name = path.basename(file);
  test(`${name} breaks no invariant of an import`, () => assert.deepEqual(lintNdjson(content), []));
  test(`${name} is what its source builds`, () => {
    assert.equal(readFileSync(file, 'utf8'), content, 'run npm run generate');
  });
}

test('two builds are the same, byte for byte', async () => {
  assert.deepEqual(await buildDashboards(folder), await buildDashboards(folder));
});
