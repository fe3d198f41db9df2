import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('a text without any part takes the field off, another field stays', () => {
  assert.deepEqual(present(runnerOf('split-string', { field: 'a' })({ a: ' , ,' })), {});
  assert.deepEqual(present(runnerOf('split-string', { field: 'a', target: 'b' })({ a: ',', b: 1 })), { a: ',', b: 1 });
});

test('a list stays as it is, a text without separator is a list of one', () => {
  const run = runnerOf('split-string', { field: 'a' });
  assert.deepEqual(present(run({ a: ['x'] })), { a: ['x'] });
  assert.deepEqual(present(run({ a: 'x' })), { a: ['x'] });
});
