import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { Dropped, Rejected } from '../../../src/model/rejected.ts';
import type { MapRunner, StageContext } from '../../../src/pipeline/stage.ts';
import { present, runnerOf } from '../stage-context.ts';

const make = (options: object, context: Partial<StageContext> = {}) =>
  runnerOf('parse-csv', { field: 'x', target: 'k', ...options }, context);

const readBy = (run: MapRunner, text: string): Event | Rejected | Dropped => {
  const result = run({ x: text });
  if (result instanceof Rejected || result instanceof Dropped) return result;
  return Object.fromEntries(Object.entries(present(result)).map(([key, value]) => [key.replace(/^k\./, ''), value]));
};

describe('rows', () => {
  const columns = ['a', 'b', 'c'];

  test('cells may be empty, quoted, and hold separators, quotes and line ends', () => {
    assert.deepEqual(readBy(make({ columns }), '"1,\n2","say ""hi""",'), { a: '1,\n2', b: 'say "hi"' });
    assert.deepEqual(readBy(make({ columns, none: [] }), '1,"",'), { a: '1', b: '', c: '' });
  });

  test('a quote inside a cell that does not begin with one is an ordinary character', () => {
    assert.deepEqual(readBy(make({ columns }), '5" disk,b "c",d'), { a: '5" disk', b: 'b "c"', c: 'd' });
  });

  test('any character separates, and quotes may be others, escaped or none', () => {
    assert.deepEqual(readBy(make({ columns, separator: '|', quote: "'" }), "'1|2'|''''|3"), {
      a: '1|2',
      b: "'",
      c: '3',
    });
    assert.deepEqual(
      readBy(make({ columns, escape: 'backslash' }), '"a \\"b\\" \\n \\\\",2,3')['a' as never],
      'a "b" \\n \\',
    );
    assert.deepEqual(readBy(make({ columns, separator: '\t', quote: '' }), '"a\tb\tc'), { a: '"a', b: 'b', c: 'c' });
  });

  test('blanks between separator and quote count only where cells are not trimmed', () => {
    assert.deepEqual(readBy(make({ columns, trim: true }), ' 1 , "2, x" ,3'), { a: '1', b: '2, x', c: '3' });
    assert.deepEqual(readBy(make({ columns }), ' 1 , 2,3'), { a: ' 1 ', b: ' 2', c: '3' });
  });

  test('rows with open quotes or with text after a quote are rejected', () => {
    for (const text of ['"1,2,3', '"1"x,2,3', '1,2', '1,2,3,4'])
      assert.ok(readBy(make({ columns }), text) instanceof Rejected);
  });

  test('uneven rows may be taken as they are', () => {
    assert.deepEqual(readBy(make({ columns, uneven: 'accept' }), '1,2,3,4'), { a: '1', b: '2', c: '3', column4: '4' });
    assert.deepEqual(readBy(make({ columns, uneven: 'accept' }), '1'), { a: '1' });
    assert.ok(readBy(make({ columns, uneven: 'accept' }), ','.repeat(100_000)) instanceof Rejected);
  });
});

describe('a header row', () => {
  test('names what is below it in its own source, and is dropped each time it comes', () => {
    const sources = [{}, {}];
    let at = 0;
    const run = make({ header: 'row', separator: 'auto' }, { source: () => sources[at]! });
    assert.ok(readBy(run, 'Name|cs(User-Agent)|source.port') instanceof Dropped);
    at = 1;
    assert.ok(readBy(run, 'a\t') instanceof Dropped);
    assert.deepEqual(readBy(run, '1\t2'), { a: '1', column2: '2' });
    at = 0;
    assert.deepEqual(readBy(run, 'bob|curl|7'), { name: 'bob', cs_user_agent: 'curl', 'source.port': '7' });
    assert.ok(readBy(run, 'Name|cs(User-Agent)|source.port') instanceof Dropped);
  });

  test('is read from the head of a file that is taken up in the middle', () => {
    const run = make({ header: 'row' }, { head: () => ['', 'a,b', '1,2'] });
    assert.deepEqual(readBy(run, '3,4'), { a: '3', b: '4' });
  });

  test('is never a row that is read again by itself', () => {
    const again = make({ header: 'row' }, { isReplay: true });
    assert.ok(readBy(again, 'a,b') instanceof Rejected);
    const known = make({ header: 'row' }, { isReplay: true, head: () => ['n,m'] });
    assert.deepEqual(readBy(known, 'a,b'), { n: 'a', m: 'b' });
  });

  test('is none where a cell is a number or comes twice: the lines are rejected', () => {
    for (const header of ['1,2', 'a,a', '2026-01-01,x']) {
      const run = make({ header: 'row' });
      assert.ok(readBy(run, header) instanceof Rejected);
      assert.ok(readBy(run, 'a,b') instanceof Rejected);
    }
  });
});

describe('a log of Zeek', () => {
  const head = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    '#fields\tts\tuid\tid.orig_p\tduration\ttunnel_parents\tlocal_orig\tnote',
    '#types\ttime\tstring\tport\tinterval\tset[string]\tbool\tstring',
  ];

  test('has the types of its head', () => {
    const run = make({ header: 'zeek' }, { head: () => head });
    assert.deepEqual(readBy(run, '1300475167.096535\tCXWv\t5353\t-\t(empty)\tF\t\\xc3\\xa9 \\x41'), {
      ts: 1300475167.096535,
      uid: 'CXWv',
      'id.orig_p': 5353,
      tunnel_parents: [],
      local_orig: false,
      note: 'é A',
    });
  });

  test('has lines with a # dropped, and changes its columns where they say so', () => {
    const run = make({ header: 'zeek' });
    assert.ok(readBy(run, 'early') instanceof Rejected);
    for (const line of [...head, '#fields\ta', '#types\tstring']) assert.ok(readBy(run, line) instanceof Dropped);
    assert.deepEqual(readBy(run, 'x'), { a: 'x' });
  });
});

test('options that contradict each other are refused', () => {
  for (const options of [{}, { columns: ['a'], separator: 'auto' }, { columns: ['a'], separator: ', ' }]) {
    assert.throws(() => make(options), LogmillError);
  }
});

test('what is written as rows is read back, whatever the cells', () => {
  const cells = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 8 });
  const syntax = fc.record({
    separator: fc.constantFrom(',', ';', '\t', '|', ' '),
    style: fc.constantFrom('double', 'backslash'),
  });
  fc.assert(
    fc.property(cells, syntax, (row, { separator, style }) => {
      const columns = row.map((_, index) => `c${index}`);
      const quoted = (cell: string) =>
        `"${style === 'double' ? cell.replaceAll('"', '""') : cell.replace(/["\\]/g, '\\$&')}"`;
      const event = readBy(make({ columns, separator, escape: style, none: [] }), row.map(quoted).join(separator));
      assert.deepEqual(event, Object.fromEntries(row.map((cell, index) => [`c${index}`, cell])));
    }),
  );
});

test('no text makes it throw', () => {
  const runs = [make({ columns: ['a', 'b'] }), make({ header: 'row', separator: 'auto' }), make({ header: 'zeek' })];
  const part = fc.oneof(fc.string(), fc.constantFrom('"', ',', '\t', '#fields', '#separator ', '#types', '\\x', '\\'));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      for (const run of runs) run({ x: parts.join('') });
    }),
  );
});
