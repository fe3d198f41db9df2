import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('a copy with override replaces the field that has the name', () => {
  assert.deepEqual(present(runnerOf('copy', { fields: { a: 'b' }, override: true })({ a: 1, b: 2 })), { a: 1, b: 1 });
});

test('a field that is not there is not copied, and a chain goes in the order of the file', () => {
  assert.deepEqual(present(runnerOf('copy', { fields: { x: 'y', a: 'b', b: 'c' } })({ a: 1 })), { a: 1, b: 1, c: 1 });
});
