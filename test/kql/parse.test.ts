import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateParser } from '../../bin/kql-parser.ts';
import { LogmillError } from '../../src/errors.ts';
import { parseKql } from '../../src/kql/parse.ts';
import { kqlTree } from './arbitraries.ts';
import { printKql, withoutColumns } from './print.ts';

/** The tree as KQL with every group in brackets: shows what binds to what. */
const shape = (text: string) => printKql(parseKql(text));

/** The fault of a text. */
function fault(text: string, options = {}): LogmillError {
  try {
    parseKql(text, options);
  } catch (error) {
    if (error instanceof LogmillError) return error;
  }
  throw new assert.AssertionError({ message: `${text} was accepted` });
}

const SHAPES: [text: string, shape: string][] = [
  ['', '*'],
  ['*', '*'],
  ['*: *', '*'],
  ['a:1', 'a: 1'],
  ['  a  :  1  ', 'a: 1'],
  ['a: b or c: d and e: f', '(a: b) or ((c: d) and (e: f))'],
  ['not a: b and c: d', '(not (a: b)) and (c: d)'],
  ['NOT a: b AND c: d Or e: f', '((not (a: b)) and (c: d)) or (e: f)'],
  ['a: (b or c and not d)', '(a: b) or ((a: c) and (not (a: d)))'],
  ['a: b and (c: d or e: f)', '(a: b) and ((c: d) or (e: f))'],
  ['not not a: b', 'not (not (a: b))'],
  ['not(a: b)', 'not (a: b)'],
  ['a: "b c"', 'a: "b c"'],
  ['a: b c', 'a: b\\u0020c'],
  ['knot tied', 'knot\\u0020tied'],
  ['Androids order', 'Androids\\u0020order'],
  ['a: *', 'a: *'],
  ['a: b*c**d', 'a: b*c*d'],
  ['a: b\\*', 'a: b\\*'],
  ['http.*: 404', 'http.*: 404'],
  ['a >= 400 and b < "2026-11-21"', '(a >= 400) and (b < "2026-11-21")'],
  ['a: \\(b\\:c\\)', 'a: \\(b\\:c\\)'],
  ['a: "say \\"hi\\" \\\\ \\d"', 'a: "say \\"hi\\" \\\\ \\\\d"'],
  ['a: caf\\u00e9', 'a: café'],
  ['a: \\and', 'a: \\and'],
  ['"a b": c', 'a\\u0020b: c'],
  ['@timestamp > now-15m/m', '@timestamp > now-15m/m'],
  ['a:1 and\n  b:2', '(a: 1) and (b: 2)'],
];

for (const [text, expected] of SHAPES) {
  test(`${JSON.stringify(text)} means ${expected}`, () => assert.equal(shape(text), expected));
}

const FAULTS: [text: string, column: number, message: RegExp][] = [
  ['a: ', 4, /expected .*a field or value, found the end/],
  ['a: b)', 5, /expected "and", "or" or the end, found "\)"/],
  ['(a: b', 6, /found the end/],
  ['a: b and', 9, /found the end/],
  ['a: "b', 6, /the closing quote is missing/],
  ['a: C:\\users', 5, /found ":"/],
  ['a: C\\users', 6, /write a backslash as \\\\/],
  ['a: { b: c }', 4, /nested objects .* are not supported/],
  ['http.* > 5', 1, /a comparison needs one field/],
  ['a > 5*', 5, /a comparison takes no wildcard/],
  ['a: not b', 4, /found "n"/],
  [': a', 1, /found ":"/],
];

for (const [text, column, message] of FAULTS) {
  test(`a fault in ${JSON.stringify(text)} is shown at column ${column}`, () => {
    const { code, where, message: said } = fault(text);
    assert.equal(code, 'KQL_SYNTAX');
    assert.equal(where.column, column, said);
    assert.match(said, message);
    const [, line = '', caret = ''] = said.split('\n');
    assert.equal(line, `  ${text}`);
    assert.equal(caret, `${' '.repeat(column + 1)}^`);
  });
}

test('the mark stands in the right line of a long query', () => {
  const [, line, caret] = fault('a: 1 and\nb: (2').message.split('\n');
  assert.deepEqual([line, caret], ['  b: (2', '       ^']);
});

test('a pipeline condition may not depend on when it runs', () => {
  assert.equal(fault('@timestamp >= now-1h', { now: false }).code, 'KQL_NOW');
  assert.equal(fault('a: b or shop.order.at < now', { now: false }).where.column, 25);
  assert.equal(shape('message: now'), 'message: now');
  parseKql('message: now and tags: "now-1h"', { now: false });
});

test('endless nesting and endless text are refused, quickly', () => {
  assert.match(fault(`${'('.repeat(20_000)}a`).message, /nested/);
  assert.match(fault(`${'not '.repeat(100)}a`).message, /nested more than/);
  assert.match(fault('a'.repeat(40_000)).message, /more than/);
  assert.equal(shape(`${'('.repeat(400)}a${')'.repeat(400)}`), 'a');
});

test('printing a query and parsing it again gives the same query', () => {
  fc.assert(
    fc.property(kqlTree, (tree) => {
      assert.deepEqual(withoutColumns(parseKql(printKql(tree))), withoutColumns(tree));
    }),
    { numRuns: 2000 },
  );
});

test('any text is parsed or refused with a column inside it', () => {
  const signs = fc.string({ unit: fc.constantFrom(...'ab:()"*\\<>={} \n', 'and ', ' or ', 'not '), maxLength: 30 });
  fc.assert(
    fc.property(signs, (text) => {
      try {
        parseKql(text);
      } catch (error) {
        assert.ok(error instanceof LogmillError, String(error));
        const { column = 0 } = error.where;
        assert.ok(column >= 1 && column <= text.length + 1, `column ${column}`);
      }
    }),
    { numRuns: 3000 },
  );
});

for (const { path, content } of generateParser()) {
  test(`${path} is what the grammar generates`, () => {
    assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), content, 'run npm run generate');
  });
}
