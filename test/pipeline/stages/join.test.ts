import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { present, runnerOf } from '../stage-context.ts';

test('what is split is joined again', () => {
  const split = runnerOf('split-string', { field: 'a', separator: '|', trim: false, empty: 'keep' });
  const joined = runnerOf('join', { field: 'a', separator: '|' });
  fc.assert(
    fc.property(fc.string(), (text) => {
      const event = split({ a: text });
      assert.deepEqual(present(joined(event as never)), { a: text });
    }),
  );
});

test('an empty list is an empty text', () => {
  assert.deepEqual(present(runnerOf('join', { field: 'a' })({ a: [] })), { a: '' });
});
