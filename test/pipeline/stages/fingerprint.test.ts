import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event, JsonValue } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

const values = fc.jsonValue() as fc.Arbitrary<JsonValue>;
const events = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), values) as fc.Arbitrary<Event>;

function turned(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(turned);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, turned(part)]),
  );
}

const fingerprint = (fields: string[], event: Event) =>
  present(runnerOf('fingerprint', { fields })(event))['event.hash'];

test('neither the order of keys, at any depth, nor that of the option shows, and other fields do not count', () => {
  fc.assert(
    fc.property(events, (event) => {
      const first = fingerprint(['a', 'b', 'c'], { ...event });
      assert.equal(fingerprint(['c', 'a', 'b'], { ...(turned(event) as Event), d: 'other' }), first);
    }),
  );
});

test('two events have the same fingerprint only if all the fields are the same', () => {
  const fields = ['a', 'b'];
  fc.assert(
    fc.property(events, events, (one, other) => {
      const picked = (event: Event) =>
        JSON.stringify(fields.map((field) => [field in event, turned(sorted(event[field] ?? null))]));
      assert.equal(
        fingerprint(fields, { ...one }) === fingerprint(fields, { ...other }),
        picked(one) === picked(other),
      );
    }),
  );
});

test('a value cannot pass for two', () => {
  assert.notEqual(fingerprint(['a', 'b'], { a: 'x', b: 'y' }), fingerprint(['a', 'b'], { a: 'x","b":"y' }));
  assert.notEqual(fingerprint(['a'], { a: 1 }), fingerprint(['a'], { a: '1' }));
});

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
