import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (pattern: string, text: string, options: object = {}): Event | Rejected => {
  const result = runnerOf('parse-dissect', { field: 'x', target: 'k', patterns: [pattern], ...options })({ x: text });
  if (result instanceof Rejected) return result;
  const { x: _, ...fields } = present(result);
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key.replace(/^k\./, ''), value]));
};

test('the last part takes the rest, unless something stands after it', () => {
  assert.deepEqual(read('%{a} %{b}', '1 2 3'), { a: '1', b: '2 3' });
  assert.deepEqual(read('[%{a}] <%{b}>', '[1] <2>'), { a: '1', b: '2' });
  assert.ok(read('[%{a}]', '[1') instanceof Rejected);
  assert.ok(read('<%{a}', '[1') instanceof Rejected);
});

test('padding is skipped only where the pattern says so', () => {
  assert.deepEqual(read('%{a->} %{b}', '1   2'), { a: '1', b: '2' });
  assert.deepEqual(read('%{a} %{b} %{c}', '1  2'), { a: '1', c: '2' });
  assert.deepEqual(read('[%{a}]%{->} [%{b}]', '[1]   [2]'), { a: '1', b: '2' });
});

test('what is to be left out is left out, with a name or without', () => {
  assert.deepEqual(read('%{?x} %{} %{a}', '1 2 3'), { a: '3' });
});

test('parts are joined in their order, by what the pipeline says', () => {
  assert.deepEqual(read('%{+a/3} %{+a/1} %{+a/2}', '1 2 3', { append_separator: '-' }), { a: '2-3-1' });
  assert.deepEqual(read('%{a} %{+a} %{+a}', '1 2 3', { append_separator: '' }), { a: '123' });
  assert.deepEqual(read('%{+a} %{+a} %{+a}', '1  3'), { a: '1 3' });
});

test('names and types as in grok: brackets, ECS fields by their type, others by that of the pattern', () => {
  assert.deepEqual(read('%{[a][b]} %{source.port} %{n|integer} %{ok|boolean} %{bad|ip}', 'x 022 7 true z'), {
    'a.b': 'x',
    'source.port': 22,
    n: 7,
    ok: true,
    bad: 'z',
  });
});

test('what is left out by a name may name a field, as Logstash has it', () => {
  assert.deepEqual(read('%{?k}=%{&k} %{r}', 'cart=7 z'), { cart: '7', r: 'z' });
});

test('parts may be trimmed', () => {
  assert.deepEqual(read('%{a}|%{b}', ' 1 | 2 ', { trim: true }), { a: '1', b: '2' });
});

test('of several patterns the first that fits counts, and a text that none fits may pass', () => {
  const run = runnerOf('parse-dissect', { patterns: ['%{a}: %{b}', '%{c}=%{d}'], otherwise: 'pass' });
  assert.deepEqual(present(run({ message: 'x=y' })), { message: 'x=y', 'example.log.c': 'x', 'example.log.d': 'y' });
  assert.deepEqual(present(run({ message: 'x' })), { message: 'x' });
});

test('a pattern that says nothing clear is refused with its place', () => {
  for (const pattern of [
    'plain',
    '%{a}%{b}',
    '%{a} %{a}',
    '%{*k}',
    '%{*k}=%{&k} %{&k}',
    '%{a/1} %{b}',
    '%{+}',
    '%{a|money}',
    '%{a/b} %{c}',
    '%{?k} %{?k} %{&k}',
  ]) {
    assert.throws(
      () => read(pattern, 'x'),
      (error) => error instanceof LogmillError && error.where.key === 'patterns[0]',
      pattern,
    );
  }
});

test('what is put together by a pattern is taken apart by it', () => {
  const text = fc.stringMatching(/^[^|;\s]{1,10}$/);
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('|', '; ', ' | '),
      (texts, separator) => {
        const pattern = texts.map((_, index) => `%{f${index}}`).join(separator);
        assert.deepEqual(
          read(pattern, texts.join(separator)),
          Object.fromEntries(texts.map((one, at) => [`f${at}`, one])),
        );
      },
    ),
  );
});

test('no text makes it throw', () => {
  const run = runnerOf('parse-dissect', { patterns: ['%{a->} [%{*k}]=%{&k} %{+a}', '<%{b}>'] });
  const part = fc.oneof(fc.string(), fc.constantFrom(' ', '[', ']=', '<', '>', '__proto__'));
  fc.assert(fc.property(fc.array(part), (parts) => void run({ message: parts.join('') })));
});
