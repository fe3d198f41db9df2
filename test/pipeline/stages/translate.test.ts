import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import { present, runnerOf } from '../stage-context.ts';

test('the dictionary comes before the patterns, the first of which counts, and the default after all', () => {
  const run = runnerOf('translate', {
    field: 'a',
    dictionary: { x1: 'exact' },
    patterns: [
      { pattern: '^x', value: 'first' },
      { pattern: '1$', value: 2 },
    ],
    default: ['none'],
  });
  const translated = (a: string) => present(run({ a }))['a'];
  assert.deepEqual(['x1', 'x2', 'y1', 'y2'].map(translated), ['exact', 'first', 2, ['none']]);
});

test('a word without translation stays, and a new field is only made for one that has it', () => {
  const run = runnerOf('translate', { field: 'a', to: 'b', dictionary: { yes: true } });
  assert.deepEqual(present(run({ a: 'no' })), { a: 'no' });
  assert.deepEqual(present(run({ a: 'yes' })), { a: 'yes', b: true });
  assert.deepEqual(present(run({ a: null })), { a: null });
});

test('each word of a list is translated', () => {
  const run = runnerOf('translate', { field: 'a', dictionary: { r: ['read'], w: 'write', '7': 'seven' } });
  assert.deepEqual(present(run({ a: ['r', 'w', 'x', 7] })), { a: ['read', 'write', 'x', 'seven'] });
});

test('letters may match in both cases', () => {
  const run = runnerOf('translate', {
    field: 'a',
    dictionary: { WARN: 'w' },
    patterns: [{ pattern: '^err', value: 'e' }],
    ignore_case: true,
  });
  assert.deepEqual(
    ['warn', 'Warn', 'ERROR'].map((a) => present(run({ a }))['a']),
    ['w', 'w', 'e'],
  );
});

test('names that every object has are words like others', () => {
  const run = runnerOf('translate', { field: 'a', dictionary: { x: 'y' } });
  for (const a of ['constructor', '__proto__', 'toString']) assert.deepEqual(present(run({ a })), { a });
});

test('no regular expression, and nothing to translate by, are refused', () => {
  assert.throws(() => runnerOf('translate', { field: 'a', patterns: [{ pattern: '(', value: 'x' }] }), LogmillError);
  assert.throws(() => runnerOf('translate', { field: 'a' }), LogmillError);
});
