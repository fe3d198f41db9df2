import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('set writes numbers, booleans and lists as they stand in the file', () => {
  const run = runnerOf('set', { fields: { a: 1, b: true, tags: ['x', 'y'] } });
  assert.deepEqual(present(run({})), { a: 1, b: true, tags: ['x', 'y'] });
});
