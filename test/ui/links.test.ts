import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { PAGE_RANGES } from '../../src/api/contract/page.ts';
import { readForm } from '../../src/api/queries/page-form.ts';
import { parseKql } from '../../src/kql/parse.ts';
import { kqlToPredicate } from '../../src/kql/to-predicate.ts';
import type { Event } from '../../src/model/event.ts';
import { alertUrl, isCondition, narrowedUrl, pageUrl, withCondition } from '../../src/ui/links.ts';
import { hostileText } from './hostile.ts';

const value = fc.oneof(fc.constantFrom('a', 'b', 'x or y'), hostileText, fc.boolean(), fc.integer());
const field = fc.constantFrom('one', 'two.three', '@kind', 'or', 'with space', 'odd"(name):');
const condition = fc
  .tuple(field, value, fc.boolean())
  .map(([name, wanted, not]) => (not ? 'not ' : '') + isCondition(name, wanted));
const query = fc
  .array(fc.tuple(condition, fc.constantFrom(' and ', ' or ')), { maxLength: 3 })
  .map((parts) => parts.map(([text, join], at) => (at === 0 ? text : join + text)).join(''));
const event = fc.dictionary(field, value, { noNullPrototype: true });

suite('A click on a value', () => {
  test('finds the event that has it', () => {
    fc.assert(
      fc.property(field, value, (name, wanted) => {
        assert.ok(holds(isCondition(name, wanted), { [name]: wanted }));
      }),
    );
  });

  test('narrows whatever was asked before, and nothing else', () => {
    fc.assert(
      fc.property(query, condition, event, (before, added, document) => {
        const both = holds(before, document) && holds(added, document);
        assert.equal(holds(withCondition(before, added), document), both);
      }),
      { numRuns: 500 },
    );
  });

  test('once more adds nothing', () => {
    assert.equal(withCondition('a: 1 and b: "2"', 'b: "2"'), 'a: 1 and b: "2"');
    assert.equal(withCondition('not b: "2"', 'b: "2"'), 'not b: "2" and b: "2"');
    assert.equal(withCondition('a or b and c', 'c'), '(a or b and c) and c');
  });

  test('leads to the first page', () => {
    assert.equal(narrowedUrl({ query: '', range: '1h', cursor: 'abc' }, 'a: 1'), '/?q=a%3A+1&range=1h');
  });
});

test('The link of an alert finds its events, also those that lack a field it is grouped by', () => {
  const window = { start: '2026-11-21T09:55:00.000Z', end: '2026-11-21T10:00:00.000Z' };
  const group = { 'error.type': '', 'error.grouping_key': '12a8' };
  const { query, from, to } = readForm(new URL(alertUrl({ window, group }), 'http://page.example').searchParams);
  assert.equal(query, 'not error.type: * and error.grouping_key: "12a8"');
  assert.deepEqual([from, to], [window.start, window.end]);
  assert.ok(holds(query, { '@timestamp': window.start, 'error.grouping_key': '12a8' }));
  assert.ok(!holds(query, { '@timestamp': window.start, 'error.type': 'Oops', 'error.grouping_key': '12a8' }));
});

test('An address says all that the page is asked for, and is read back to the same', () => {
  const text = hostileText.filter((candidate) => candidate.isWellFormed());
  fc.assert(
    fc.property(text, fc.constantFrom(...PAGE_RANGES), text, text, (asked, range, from, cursor) => {
      const form = { query: asked, range, from: `f${from}`, to: undefined, index: 'logs-*', cursor: `c${cursor}` };
      const read = readForm(new URL(pageUrl(form), 'http://page.example').searchParams);
      assert.equal(read.query, asked.replace(/[\r\n]+/g, ' ').trim());
      assert.equal(read.range, range);
      assert.equal(read.index, 'logs-*');
      assert.equal(read.cursor, form.cursor);
      assert.equal(read.from, range === 'custom' ? form.from.slice(0, 64) : undefined);
    }),
  );
});

test('The address of an opened field’s button narrows the query beside it', () => {
  const read = readForm(
    new URLSearchParams([
      ['q', 'a: 1 or b: 2'],
      ['and', 'not c: "3"'],
    ]),
  );
  assert.equal(read.query, '(a: 1 or b: 2) and not c: "3"');
});

function holds(kql: string, document: Event): boolean {
  return kqlToPredicate(parseKql(kql), () => 'keyword')(document);
}
