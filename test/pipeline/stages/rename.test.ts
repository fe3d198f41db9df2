import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('a rename with override replaces the field that has the name', () => {
  const run = runnerOf('rename', { fields: { a: 'b' }, override: true });
  assert.deepEqual(present(run({ a: 1, b: 2 })), { b: 1 });
});

test('a chain of renames goes in the order of the file', () => {
  const run = runnerOf('rename', { fields: { a: 'b', b: 'c' } });
  assert.deepEqual(present(run({ a: 1 })), { c: 1 });
});

test('a rename without any field is refused', () => {
  assert.throws(() => runnerOf('rename', { fields: {} }));
});
