import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesBetween } from '../../src/pipeline/compare.ts';

const outcome = (offset: number, ...made: Record<string, string | number>[]) => ({ offset, line: 'x', made });

test('a line is compared with all that is made of it, also what is about it and comes later', () => {
  const before = [outcome(0, { a: 1 }), outcome(5, { a: 2 }), outcome(0, { count: 2 })];
  const after = [outcome(0, { a: 7 }), outcome(5, { a: 2 }), outcome(0, { count: 3 })];
  assert.deepEqual(changesBetween(before, after), [
    {
      offset: 0,
      line: 'x',
      parts: [[{ field: 'a', before: 1, after: 7 }], [{ field: 'count', before: 2, after: 3 }]],
    },
  ]);
  assert.deepEqual(changesBetween(before, before), []);
});

test('a line that only one of them has is all changed', () => {
  assert.deepEqual(changesBetween([outcome(0, { a: 1 })], []), [
    { offset: 0, line: 'x', parts: [[{ field: 'a', before: 1 }]] },
  ]);
});
