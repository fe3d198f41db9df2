import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (text: string, options: object = {}): Event | Rejected => {
  const result = runnerOf('parse-logfmt', { field: 'x', target: 'k', keys: 'own', ...options })({ x: text });
  if (result instanceof Rejected) return result;
  return Object.fromEntries(Object.entries(present(result)).map(([key, value]) => [key.replace(/^k\./, ''), value]));
};

test('values may be empty, quoted or bare, and hold equals signs and quotes inside', () => {
  assert.deepEqual(read('a= b="" c=x=y d=it\'s"so e'), { a: '', b: '', c: 'x=y', d: 'it\'s"so', e: true });
});

test('the escapes of Go are undone, unknown ones stay', () => {
  assert.deepEqual(read('a="\\t\\u00e9\\xc3\\xa9\\U0001F600\\"\\\\" b="\\q\\xff"'), {
    a: '\té\u00e9😀"\\',
    b: '\\q\\xff',
  });
});

test('a value becomes a number only where its text can be told from the number', () => {
  assert.deepEqual(read('a=1 b=-0.5 c=007 d=1e5 e=1.50 f=12345678901234567890 g=-0 h=- i=true'), {
    a: 1,
    b: -0.5,
    c: '007',
    d: '1e5',
    e: '1.50',
    f: '12345678901234567890',
    g: '-0',
    h: '-',
    i: true,
  });
});

test('text that is not logfmt is rejected', () => {
  for (const text of ['', 'plain words only', 'a="open b=1', 'a="x"y', '"a"=1', '=1', '2026 a=1 (b)"', '{"a": 1}']) {
    assert.ok(read(text) instanceof Rejected, text);
  }
});

test('a time that is none rejects the line and names the field', () => {
  const result = runnerOf('parse-logfmt')({ message: 'time=soon msg=x' });
  assert.ok(result instanceof Rejected);
  assert.deepEqual([result.reason, result.field], ['invalid_time', 'example.log.time']);
});

test('what is written as logfmt is read back, whatever the values', () => {
  const key = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,10}$/);
  const value = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.integer(), fc.boolean());
  const write = (given: unknown) => (typeof given === 'string' ? JSON.stringify(given) : String(given));
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1 }), (pairs) => {
      const line = Object.entries(pairs).map(([name, given]) => `${name}=${write(given)}`);
      const expected = Object.fromEntries(Object.entries(pairs).map(([name, given]) => [name, String(given)]));
      assert.deepEqual(read(line.join(' '), { values: 'text' }), expected);
    }),
  );
});

test('no text makes it throw', () => {
  const run = runnerOf('parse-logfmt');
  const part = fc.oneof(fc.string(), fc.constantFrom('a=', '"', '\\', ' ', 'time=', 'level=', 'error='));
  fc.assert(fc.property(fc.array(part), (parts) => void run({ message: parts.join('') })));
});

test('a long hostile text takes time in proportion to its length', () => {
  for (const part of ['a="', '=', 'a="\\" ', ' ', 'a=1 ', 'a=\\x41', 'a="\\x41\\x4']) read(part.repeat(200_000));
});
