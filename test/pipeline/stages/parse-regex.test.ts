import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogmillError } from '../../../src/errors.ts';
import { Rejected } from '../../../src/model/rejected.ts';
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

test('a declared type makes the field that type, whatever its name says', () => {
  const pattern = '^(?<n>\\S+) (?<d>\\S+) (?<b>\\S+) (?<i>\\S+) (?<source__port>\\S+)$';
  const types = { n: 'long', d: 'double', b: 'boolean', i: 'ip', 'source.port': 'keyword' };
  const run = runnerOf('parse-regex', { patterns: [{ pattern }], types });
  const message = '-31 0.5 false 2001:db8::1 22';
  assert.deepEqual(present(run({ message })), {
    message,
    n: -31,
    d: 0.5,
    b: false,
    i: '2001:db8::1',
    'source.port': '22',
  });
});

test('a value is either of its declared type or the line is rejected with the field named', () => {
  const numbers = fc.oneof(
    fc.integer().map(String),
    fc.double({ noNaN: true }).map(String),
    fc.string({ minLength: 1 }),
  );
  for (const type of ['long', 'double']) {
    const run = runnerOf('parse-regex', { patterns: [{ pattern: '^(?<x>[\\s\\S]+)$' }], types: { x: type } });
    fc.assert(
      fc.property(numbers, (message) => {
        const result = run({ message });
        if (result instanceof Rejected) assert.deepEqual([result.reason, result.field], ['invalid', 'x']);
        else assert.equal((present(result)['x'] as number) - Number(message), 0);
      }),
    );
  }
});

test('an integer too long for a number keeps its digits', () => {
  const run = runnerOf('parse-regex', { patterns: [{ pattern: '^(?<id>.+)$' }], types: { id: 'long' } });
  assert.equal(present(run({ message: '1234567890123456789' }))['id'], '1234567890123456789');
  assert.ok(run({ message: '12345678901234567890' }) instanceof Rejected);
});

test('a group that took no part fills nothing, whatever its type', () => {
  const run = runnerOf('parse-regex', { patterns: [{ pattern: 'took=(?:-|(?<took>\\d+))' }], types: { took: 'long' } });
  assert.deepEqual(present(run({ message: 'took=-' })), { message: 'took=-' });
});

test('a type for a field that no group fills is refused with its place', () => {
  assert.throws(
    () => runnerOf('parse-regex', { patterns: [{ pattern: '(?<took>\\d+)' }], types: { tok: 'long' } }),
    (error) => error instanceof LogmillError && error.where.key === 'types["tok"]' && /took/.test(error.message),
  );
});
