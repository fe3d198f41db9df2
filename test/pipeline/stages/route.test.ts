import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import { present, runnerOf } from '../stage-context.ts';

test('a route without a condition is for every event', () => {
  const run = runnerOf('route', { namespace: 'audit' });
  assert.deepEqual(present(run({ a: 1 })), { a: 1, 'data_stream.namespace': 'audit' });
});

test('a route to nowhere is refused', () => {
  assert.throws(() => runnerOf('route', { when: 'a: 1' }), LogmillError);
});

test('names that no index may have are refused', () => {
  for (const dataset of ['Shop', 'a-b', 'a/b', '']) assert.throws(() => runnerOf('route', { dataset }), dataset);
});
