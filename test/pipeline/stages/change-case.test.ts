import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('what is no text stays as it is', () => {
  const run = runnerOf('change-case', { fields: ['a', 'b', 'c', 'd'], to: 'upper' });
  assert.deepEqual(present(run({ a: 7, b: null, c: ['x', true], d: 'äß' })), {
    a: 7,
    b: null,
    c: ['X', true],
    d: 'ÄSS',
  });
});

test('a case that there is none of is refused', () => {
  assert.throws(() => runnerOf('change-case', { fields: ['a'], to: 'camel' }));
});
