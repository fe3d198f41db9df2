import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/model/event.ts';
import type { FieldContract } from '../../../src/pipeline/contracts/contract.ts';
import { inferContract } from '../../../src/pipeline/contracts/infer.ts';

/** What is proposed for a field of a source with these values. */
function proposed(values: readonly JsonValue[], enums = false): FieldContract | undefined {
  const documents = values.map((value) => ({ 'shop.x': value }));
  return inferContract('x', documents, { enums }).properties['shop.x'];
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

test('texts that are times in all of ten events or more are of that form', () => {
  const at = (n: number) => `2026-11-21T10:00:0${n}.123+01:00`;
  assert.deepEqual(proposed(times(10, at)), { type: 'string', format: 'date-time' });
  assert.deepEqual(proposed(times(9, at)), { type: 'string' });
  assert.deepEqual(proposed([...times(10, at), '2026-11-31T10:00:00Z']), { type: 'string' });
  assert.deepEqual(proposed([...times(10, at), '2026-11-30 10:00:00']), { type: 'string' });
});

test('texts that are only beside numbers because these are too large for one are told from words', () => {
  assert.deepEqual(proposed([1, '12345678901234567']), {
    type: ['integer', 'string'],
    pattern: '^-?[0-9]{16,}$',
  });
  assert.deepEqual(proposed([1, '1234']), { type: ['integer', 'string'] });
});

test('objects in lists say what is in them, unless their keys are values', () => {
  assert.deepEqual(proposed([[{ a: 1, b: 'x' }], [{ a: 1.5, c: null }]]), {
    type: 'array',
    items: {
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'string' }, c: {} },
    },
  });
  const table = Object.fromEntries(times(101, (at) => [`k${at}`, at]));
  assert.deepEqual(proposed([[table]]), { type: 'array', items: { type: 'object' } });
});

test('a field of ECS that the source writes otherwise may be both', () => {
  const documents: Record<string, JsonValue>[] = [
    { 'event.sequence': 7, 'url.port': null, 'event.created': 'soon' },
    { 'event.sequence': '8', 'url.port': 1, 'event.created': '2026-11-21T10:00:00Z' },
  ];
  assert.deepEqual(inferContract('x', documents).properties, {
    'event.created': { type: 'string' },
    'event.sequence': { type: ['integer', 'string'] },
    'url.port': { type: ['integer', 'null'] },
  });
});

test('a field that is sometimes a list says what is in it', () => {
  assert.deepEqual(proposed(['a', ['b', 1]]), {
    type: ['string', 'array'],
    items: { type: ['integer', 'string'] },
  });
});

test('a field that was only ever null may be anything', () => {
  assert.deepEqual(proposed([null, null]), {});
  assert.deepEqual(proposed([null, 'x']), { type: ['null', 'string'] });
});

test('only on request may texts with few values in a hundred events have no others', () => {
  const states = times(100, (at) => ['paid', 'open'][at % 2]!);
  assert.deepEqual(proposed(states), { type: 'string' });
  assert.deepEqual(proposed(states, true), { type: 'string', enum: ['open', 'paid'] });
  assert.deepEqual(proposed(states.slice(1), true), { type: 'string' });
  assert.deepEqual(proposed([...states, ...times(9, (at) => `x${at}`)], true), { type: 'string' });
  const lists = states.map((state) => ({ 'event.type': [state], 'host.name': 'web1', message: 'x' }));
  const { properties } = inferContract('x', lists, { enums: true });
  assert.deepEqual(properties['event.type'], { type: 'array', items: { type: 'string', enum: ['open', 'paid'] } });
  assert.deepEqual([properties['host.name'], properties['message']], [{ type: 'string' }, { type: 'string' }]);
});

test('documents always fit the contract that is proposed from them, enums and objects included', () => {
  const scalar = fc.oneof(
    fc.constantFrom('a', 'b', '1234567890123456789', '2026-02-30T00:00:00Z', '2026-02-28T23:59:59.9Z'),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('value')),
    ),
  }));
  const document = fc.dictionary(fc.constantFrom('shop.a', 'shop.b', 'event.type'), value as fc.Arbitrary<JsonValue>);
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 12 }), (few) => {
      const documents = times(10, () => few).flat();
      const ofShop = documents.map(({ 'event.type': _, ...one }) => one);
      const ajv = new Ajv({ strict: true, allowUnionTypes: true });
      (addFormats as unknown as (instance: Ajv) => void)(ajv);
      const validate = ajv.compile(inferContract('x', ofShop, { enums: true }));
      for (const one of ofShop) assert.ok(validate({ ...one }), JSON.stringify(validate.errors));
    }),
    { numRuns: 60 },
  );
});
