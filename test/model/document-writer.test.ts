import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { closeDocument, createDocumentWriter } from '../../src/model/document-writer.ts';
import { type Event, type JsonValue, removeField } from '../../src/model/event.ts';
import { isArrayField } from '../../src/model/field-type.ts';

const write = createDocumentWriter();
const read = (event: Event, writer = write): JsonValue => JSON.parse(closeDocument(writer(event)));

/** The nesting of an event without collisions, said the simple way. */
function nesting(event: Event): JsonValue {
  const root: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(event)) {
    const path = key.split('.');
    let at = root as Record<string, Record<string, JsonValue>>;
    for (const name of path.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, Record<string, JsonValue>>;
    }
    const listed = isArrayField(key) && value !== null && !Array.isArray(value) ? [value] : value;
    (at as Record<string, JsonValue>)[path.at(-1)!] = listed;
  }
  return root['event'] === undefined ? { ...root, event: { kind: 'event' } } : root;
}

const leaves: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true })), {
    maxLength: 4,
  }),
);
const part = fc.constantFrom('a', 'b', 'event', 'host', 'name', 'tags', 'category', '"', 'ü', '');
const keys = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const events = fc.dictionary(keys, leaves, { maxKeys: 12, noNullPrototype: true });

/** Whether no key stands in the way of another, and none is odd. */
function isPlain(event: Event): boolean {
  const names = Object.keys(event);
  return names.every(
    (key) => key !== 'event' && !key.split('.').includes('') && !names.some((other) => other.startsWith(`${key}.`)),
  );
}

describe('the document writer', () => {
  test('writes the nesting of any event', () => {
    fc.assert(
      fc.property(events.filter(isPlain), (event) => assert.deepEqual(read(event), nesting(event))),
      { numRuns: 500 },
    );
  });

  test('writes each of many lines of one layout as itself, however its values change or stay', () => {
    const values = fc.constantFrom<JsonValue>('same', 'other', 'a"b', 7, true, null, ['x'], 'same');
    const lines = fc.array(
      fc.record({ 'host.name': values, tags: values, message: values }, { noNullPrototype: true }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(lines, (batch) => {
        const writer = createDocumentWriter();
        for (const event of batch) assert.deepEqual(read(event, writer), nesting(event));
      }),
    );
  });

  test('loses nothing where keys stand in each other’s way', () => {
    fc.assert(
      fc.property(fc.dictionary(keys, fc.uuid(), { maxKeys: 12, noNullPrototype: true }), (event) => {
        const text = JSON.stringify(read(event));
        for (const value of Object.values(event)) assert.ok(text.includes(value), value);
        assert.equal(text.match(/[0-9a-f-]{36}/g)?.length ?? 0, Object.keys(event).length, 'every value once');
      }),
      { numRuns: 500 },
    );
  });

  test('moves a value that stands in the way of fields below it to .value', () => {
    const event: Event = { a: 1, 'a.b': 2, 'a.value': 3, event: 'x', 'event.kind': 'event' };
    assert.deepEqual(read(event), { a: { value: 3, value_2: 1, b: 2 }, event: { kind: 'event', value: 'x' } });
  });

  test('writes event last and leaves it open for the time of delivery', () => {
    const open = write({ 'event.kind': 'event', message: 'm', 'event.a.b': 1 });
    assert.equal(open, '{"message":"m","event":{"kind":"event","a":{"b":1}');
    assert.equal(closeDocument(open, '2026-01-01T00:00:00.000Z'), `${open},"ingested":"2026-01-01T00:00:00.000Z"}}`);
  });

  test('gives an event without any event field the kind event, so that the object can be closed', () => {
    assert.deepEqual(JSON.parse(closeDocument(write({}), 't')), { event: { kind: 'event', ingested: 't' } });
  });

  test('writes fields that ECS keeps as lists as lists', () => {
    assert.deepEqual(read({ tags: 'a', 'event.category': ['web'], 'host.ip': null }), {
      tags: ['a'],
      host: { ip: null },
      event: { category: ['web'] },
    });
  });

  test('leaves out fields that were taken off, whatever event came before', () => {
    const event: Event = { a: 1, b: 2, 'event.kind': 'event' };
    read({ ...event });
    removeField(event, 'a');
    assert.deepEqual(read(event), { b: 2, event: { kind: 'event' } });
  });

  test('writes numbers that JSON does not know as null', () => {
    assert.deepEqual(read({ a: Number.NaN, b: [Number.POSITIVE_INFINITY], 'event.kind': 'event' }), {
      a: null,
      b: [null],
      event: { kind: 'event' },
    });
  });

  test('writes lines of ever new keys as themselves, and known ones between them', () => {
    const writer = createDocumentWriter();
    for (let line = 0; line < 3000; line++) {
      const event: Event = { [`a.${line % 700}`]: line, 'host.name': 'h', [`b${line}`]: 'x', 'event.kind': 'event' };
      assert.equal(writer(event), createDocumentWriter()(event));
      assert.equal(
        writer({ message: 'm', 'host.name': 'h' }),
        '{"message":"m","host":{"name":"h"},"event":{"kind":"event"',
      );
    }
  });

  test('keeps names of too many levels in one from there on, and loses none', () => {
    const deep = 'a.'.repeat(30_000);
    const event: Event = { [`${deep}b`]: 1, [`${deep}c`]: 2, [deep.slice(0, 99)]: 3, 'a.a': 4 };
    const text = closeDocument(createDocumentWriter()(event));
    assert.deepEqual(text.match(/:\d/g), [':1', ':2', ':3', ':4']);
    assert.doesNotThrow(() => JSON.parse(text));
  });

  test('gives the same text whether or not it has seen such events before', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 5 }), (several) => {
        const warm = createDocumentWriter();
        for (const event of several) warm(event);
        for (const event of several) assert.equal(warm(event), createDocumentWriter()(event));
      }),
    );
  });
});
