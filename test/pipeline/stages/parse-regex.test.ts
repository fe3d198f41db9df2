import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import { present, runnerOf } from '../stage-context.ts';

test('groups of number fields become numbers, and empty groups fill nothing', () => {
  const pattern = '^(?<source__port>\\d+) (?<user__name>\\S*) (?<event__duration>\\d+)$';
  const run = runnerOf('parse-regex', { patterns: [{ pattern }] });
  assert.deepEqual(present(run({ message: '22  7' })), { message: '22  7', 'source.port': 22, 'event.duration': 7 });
});

test('a pattern may set fields, and letters may match in both cases', () => {
  const run = runnerOf('parse-regex', {
    patterns: [{ pattern: '^LOGIN', set: { 'event.action': 'login' } }],
    ignore_case: true,
  });
  assert.deepEqual(present(run({ message: 'login bob' })), { message: 'login bob', 'event.action': 'login' });
});

test('a text that nothing matches may pass, and an event without the field always does', () => {
  const run = runnerOf('parse-regex', { field: 'x', patterns: [{ pattern: '^(?<a>b)$' }], otherwise: 'pass' });
  assert.deepEqual(present(run({ x: 'c' })), { x: 'c' });
  assert.deepEqual(present(run({ message: 'b' })), { message: 'b' });
});

test('a pattern that is none, or that says nothing, is refused with its place', () => {
  for (const pattern of ['(', '^plain$']) {
    assert.throws(
      () => runnerOf('parse-regex', { patterns: [{ pattern }] }),
      (error) => {
        return error instanceof LogmillError && error.where.key === 'patterns[0].pattern';
      },
    );
  }
});
