import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('false and zero are values; null, empty lists and empty texts are none', () => {
  const run = runnerOf('coalesce', { fields: ['a', 'b', 'c', 'd'], target: 't' });
  assert.equal(present(run({ a: null, b: [], c: '', d: false }))['t'], false);
  assert.equal(present(run({ a: '-', d: 0 }))['t'], 0);
});

test('where nothing is found the target stays as it is', () => {
  const run = runnerOf('coalesce', { fields: ['a'], target: 't', keep: false });
  assert.deepEqual(present(run({ a: '', t: 1 })), { a: '', t: 1 });
});

test('the target may be one of the fields', () => {
  const run = runnerOf('coalesce', { fields: ['t', 'a'], target: 't', keep: false });
  assert.deepEqual(present(run({ t: 1, a: 2 })), { t: 1, a: 2 });
  assert.deepEqual(present(run({ a: 2 })), { t: 2 });
});
