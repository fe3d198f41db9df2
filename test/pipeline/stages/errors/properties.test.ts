import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../../src/model/event.ts';
import { present, runnerOf } from '../../stage-context.ts';
import { languages, textsOf } from './pairs.ts';

const run = runnerOf('group-errors');
const result = (message: string): Event => present(run({ 'log.level': 'error', message }));
const keyOf = (message: string): unknown => result(message)['error.grouping_key'];

const TRACES = languages()
  .filter((file) => file !== 'messages.txt')
  .flatMap(textsOf);
const trace = fc.constantFrom(...TRACES);

/** Numbers of lines and columns, wherever a language writes them. */
const POSITION =
  /(?<=\.(?:js|mjs|py|java|kt|scala|clj|go|s|cs|rb|php|rs):)\d+(?::\d+)?|(?<=\bline )\d+(?!\d* >)|(?<=\.php\()\d+(?=\))/g;

test('other lines and columns never make another key', () => {
  fc.assert(
    fc.property(trace, fc.infiniteStream(fc.integer({ min: 1, max: 99_999 })), (text, numbers) => {
      const next = (): number => numbers.next().value ?? 1;
      const moved = text.replace(POSITION, (old) => (old.includes(':') ? `${next()}:${next()}` : `${next()}`));
      assert.equal(keyOf(moved), keyOf(text), moved);
    }),
  );
});

test('other addresses in memory, goroutines and threads never make another key', () => {
  const hex = fc.bigInt({ min: 1n, max: 0xffffffffffffn }).map((value) => `0x${value.toString(16)}`);
  fc.assert(
    fc.property(trace, hex, fc.nat(), (text, address, number) => {
      const moved = text
        .replace(/0x[0-9a-f]+/g, address)
        .replace(/^goroutine \d+/gm, `goroutine ${number}`)
        .replace(/^thread '[^']*'/, `thread 'worker-${number}'`)
        .replace(/Exception in thread "[^"]*"/, `Exception in thread "pool-${number}"`);
      assert.equal(keyOf(moved), keyOf(text), moved);
    }),
  );
});

test('whatever is logged before a trace does not make another key', () => {
  const words = fc.array(fc.constantFrom('order', '4711', 'failed', '10:00:00', '[main]', 'ERROR'), { maxLength: 6 });
  fc.assert(
    fc.property(trace, words, (text, before) => {
      if (/^\s*(?:\+|Caused|\[)/.test(text)) return;
      const head = before.join(' ');
      assert.equal(keyOf(`${head}\n${text}`), keyOf(text), head);
    }),
  );
});

test('ids of every form in a message never make another key', () => {
  const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
  const forms = [
    fc.uuid(),
    fc.nat().map(String),
    fc.ipV4(),
    fc.webUrl({ withQueryParameters: true }).map((url) => url.replace(/['"`<>]/g, '')),
    day.map((date) => date.toISOString()),
    fc.integer({ min: 1, max: 9_999 }).map((ms) => `${ms}ms`),
    fc.array(fc.constantFrom('a', 'B', '7', 'x y'), { minLength: 1 }).map((parts) => `"${parts.join('')}"`),
    fc.array(fc.constantFrom('var', 'lib', 'b.txt', 'x_1'), { minLength: 2 }).map((parts) => `/${parts.join('/')}`),
    fc.tuple(fc.integer({ min: 0x1000, max: 0xffffff })).map(([value]) => `0x${value.toString(16)}`),
  ];
  const twice = fc.oneof(...forms.map((form) => fc.tuple(form, form)));
  fc.assert(
    fc.property(twice, ([a, b]) => {
      assert.equal(keyOf(`could not load ${a} of the shop`), keyOf(`could not load ${b} of the shop`));
    }),
    { numRuns: 500 },
  );
});

/** Pieces that patterns look for, put together in any order. */
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(...TRACES.flatMap((text) => text.split('\n'))),
  fc.constantFrom(
    'at ',
    '(',
    ')',
    ':1',
    '\n',
    '\t',
    ' ',
    'File "',
    '@',
    '#0 ',
    ' ---> ',
    'Caused by: ',
    '[errors]: [',
    "'",
  ),
);

test('no text makes the stage fail, and every error has a key', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const events: Event[] = [
        { 'log.level': 'error', message: text },
        { 'error.stack_trace': text, 'error.message': text },
      ];
      for (const event of events) {
        const out = present(run({ ...event }));
        assert.match(String(out['error.grouping_key']), /^[0-9a-f]{16}$/);
        assert.equal(out['message'], event['message']);
      }
    }),
    { numRuns: 500 },
  );
});

test('texts of a mebibyte that begin like traces over and over come through', () => {
  const size = 1 << 20;
  for (const start of [
    'at (((',
    '    at a (',
    '\t/a.go:1',
    'Caused by:',
    ' panicked at ',
    '@',
    'a@http:',
    '#0 ',
    ':in `',
    '  | ',
  ]) {
    const short = `${start}\n`.repeat(size / (start.length + 1));
    const long = `${start.repeat(1999 / start.length)}\n`.repeat(size / 2000);
    for (const text of [start.repeat(size / start.length), short, long]) assert.equal(typeof keyOf(text), 'string');
  }
});
