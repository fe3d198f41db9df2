import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import { present, runnerOf } from '../stage-context.ts';

test('groups stand in the replacement by number and by name, lists part by part', () => {
  const run = runnerOf('gsub', { fields: ['a', 'b'], pattern: '(?<x>\\d)(\\d)', replacement: '$2$<x>$$' });
  assert.deepEqual(present(run({ a: '12 34', b: ['56', 7] })), { a: '21$ 43$', b: ['65$', 7] });
});

test('letters match in both cases where the pipeline says so', () => {
  const run = runnerOf('gsub', { fields: ['a'], pattern: 'x', replacement: 'y', ignore_case: true });
  assert.deepEqual(present(run({ a: 'xX' })), { a: 'yy' });
});

test('the same text gives the same result each time', () => {
  const run = runnerOf('gsub', { fields: ['a'], pattern: '^x' });
  assert.deepEqual([present(run({ a: 'xa' })), present(run({ a: 'xa' }))], [{ a: 'a' }, { a: 'a' }]);
});

test('a pattern that is none is refused with its place', () => {
  assert.throws(
    () => runnerOf('gsub', { fields: ['a'], pattern: '(' }),
    (error) => error instanceof LogmillError && error.where.key === 'pattern',
  );
});
