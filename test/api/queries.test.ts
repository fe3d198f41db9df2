import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Cursor, decodeCursor, encodeCursor, nextCursor } from '../../src/api/queries/cursor.ts';
import { cutSteps, fillSteps, fixedInterval } from '../../src/api/queries/interval.ts';
import { sourceField, sourceText } from '../../src/api/queries/source-field.ts';
import { parseRange, parseTime } from '../../src/api/queries/time-range.ts';
import { LogmillError } from '../../src/errors.ts';
import { parseDuration } from '../../src/model/units.ts';
import { NOW } from './seed.ts';

const refusedAs = (code: string, key: string) => (error: unknown) =>
  error instanceof LogmillError && error.code === code && error.where.key === key;

describe('a time', () => {
  it('is read as ISO 8601, in UTC where it names no zone, and counted from now', () => {
    for (const [text, time] of [
      ['2026-11-21', Date.UTC(2026, 10, 21)],
      ['2026-11-21T10:05', Date.UTC(2026, 10, 21, 10, 5)],
      ['2026-11-21T10:05:06.789Z', Date.UTC(2026, 10, 21, 10, 5, 6, 789)],
      ['2026-11-21T10:05:06,789123', Date.UTC(2026, 10, 21, 10, 5, 6, 789)],
      ['2026-11-21T10:05:06+02:00', Date.UTC(2026, 10, 21, 8, 5, 6)],
      ['2026-11-21T10:05:06-0530', Date.UTC(2026, 10, 21, 15, 35, 6)],
      ['2024-02-29', Date.UTC(2024, 1, 29)],
      ['now', NOW],
      ['now-15m', NOW - 900_000],
      ['now+1w', NOW + 604_800_000],
    ] as const)
      assert.equal(parseTime(text, NOW, 'from'), time, text);
  });

  it('that does not exist is refused, and never taken for another', () => {
    for (const text of [
      ...['2026-02-31', '2026-02-29', '2026-04-31T10:00:00Z', '2026-13-01', '2026-00-10', '2026-11-00'],
      ...[
        '2026-11-21T25:00',
        '2026-11-21T10:60',
        '2026-11-21T10:00:61',
        '2026-11-21T10:00+99:00',
        '2026-11-21T10:00:00z ',
      ],
      ...[
        '',
        '1763719200000',
        '20261121',
        '2026',
        'now-',
        'now-1y',
        'now-1.5h',
        'NOW',
        '21.11.2026',
        '10:00',
        'now-999999999w',
      ],
    ])
      assert.throws(() => parseTime(text, NOW, 'to'), refusedAs('TIME_INVALID', 'to'), text);
  });

  it('as this program writes it is read back as the same', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(Date.UTC(9999, 11, 31)), noInvalidDate: true }), (date) => {
        assert.equal(parseTime(date.toISOString(), NOW, 'from'), date.getTime());
      }),
    );
  });

  it('range is open where an end is left out, and must not be empty', () => {
    assert.deepEqual(parseRange({}, NOW), { from: undefined, to: undefined });
    assert.deepEqual(parseRange({ from: 'now-1s', to: 'now' }, NOW), { from: NOW - 1000, to: NOW });
    assert.throws(() => parseRange({ from: 'now', to: 'now' }, NOW), refusedAs('TIME_RANGE_EMPTY', 'to'));
  });
});

describe('the steps of a series', () => {
  const spans = fc
    .tuple(fc.integer({ min: -5e12, max: 5e12 }), fc.integer({ min: 1, max: 2e12 }))
    .map(([from, length]) => [from, from + length] as const);

  it('cover the range without a gap and lie on multiples of their width; auto makes few of them', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 2, max: 200 }), ([from, to], most) => {
        const { step, first, count } = cutSteps(from, to, 'auto', most);
        assert.ok(first <= from && first > from - step, 'begin with the range');
        assert.ok(first + count * step >= to && first + (count - 1) * step < to, 'end with the range');
        assert.equal(Math.abs(first % step), 0);
        assert.ok(count <= most + 1);
        assert.equal(parseDuration(fixedInterval(step)), step);
      }),
    );
  });

  it('are refused when too many or too wide', () => {
    assert.equal(cutSteps(0, 5000 * 60_000, '1m').count, 5000);
    assert.throws(() => cutSteps(0, 5000 * 60_000 + 1, '1m'), refusedAs('INTERVAL_TOO_SMALL', 'interval'));
    assert.throws(() => cutSteps(0, 1, '99999w'), refusedAs('REQUEST_INVALID', 'interval'));
  });

  it('are all there, with the store’s buckets where it has some', () => {
    const steps = { step: 10, first: 100, count: 3 };
    const filled = fillSteps(
      steps,
      [
        { key: 110, n: 7 },
        { key: 999, n: 1 },
      ],
      (bucket, time) => [time, bucket?.n ?? 0],
    );
    assert.deepEqual(filled, [
      [100, 0],
      [110, 7],
      [120, 0],
    ]);
  });
});

describe('a cursor', () => {
  const values = fc.array(
    fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
  );
  const cursors: fc.Arbitrary<Cursor> = fc.record({
    after: fc.option(values, { nil: null }),
    at: values,
    given: fc.array(fc.string()),
  });

  it('survives the way through an address', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        const text = encodeCursor(cursor);
        assert.match(text, /^[\w-]*$/);
        assert.equal(encodeCursor(decodeCursor(text)), text);
      }),
    );
  });

  it('made by somebody else is refused or harmless, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
        ),
        (text) => {
          try {
            const { after, at, given } = decodeCursor(text);
            assert.ok((after === null || Array.isArray(after)) && Array.isArray(at) && Array.isArray(given));
          } catch (error) {
            assert.ok(refusedAs('CURSOR_INVALID', 'cursor')(error));
          }
        },
      ),
    );
  });

  it('says so when more events tie than it can hold', () => {
    const hits = Array.from({ length: 2001 }, (_, at) => ({ _index: 'x', _id: String(at), sort: [1] }));
    assert.throws(() => nextCursor(hits, undefined), refusedAs('CURSOR_TIES', 'sort'));
    assert.equal(nextCursor(hits.slice(1), undefined).given.length, 2000);
  });
});

describe('a value of a document', () => {
  it('is found nested, flat or both, and never in what every object has', () => {
    for (const source of [{ a: { b: { c: 1 } } }, { 'a.b.c': 1 }, { a: { 'b.c': 1 } }, { 'a.b': { c: 1 } }])
      assert.equal(sourceField(source, 'a.b.c'), 1);
    assert.equal(sourceField({ a: { b: 1 }, 'a.b': { c: 2 } }, 'a.b.c'), 2);
    for (const name of ['constructor', 'a.constructor.name', 'toString', 'a.x', 'x'])
      assert.equal(sourceField({ a: { b: 1 } }, name), undefined);
    assert.deepEqual(
      [sourceText({ a: ['x', 'y'] }, 'a'), sourceText({ a: null }, 'a'), sourceText({ a: 0 }, 'a')],
      ['x', undefined, '0'],
    );
  });
});
