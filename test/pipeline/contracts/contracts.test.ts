import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../src/model/event.ts';
import { type Contract, DIALECT, type FieldContract } from '../../../src/pipeline/contracts/contract.ts';
import { diffContracts } from '../../../src/pipeline/contracts/diff.ts';
import { inferContract } from '../../../src/pipeline/contracts/infer.ts';
import { typeScriptOf, typeScriptOfAll } from '../../../src/pipeline/contracts/typescript.ts';

function contract(properties: Record<string, FieldContract>, more: Partial<Contract> = {}): Contract {
  return { $schema: DIALECT, title: 'Events', type: 'object', properties, ...more };
}

function breaking(before: Contract, after: Contract): string[] {
  return diffContracts(before, after).flatMap(({ field, what, breaking: hurts }) =>
    hurts ? [`${field} ${what}`] : [],
  );
}

test('fields of ECS get its types, others what the documents show, and what all have is required', () => {
  const found = inferContract('Events of shop', [
    {
      '@timestamp': '2026-11-21T10:00:00.000Z',
      'source.port': 1,
      'shop.took': 1,
      'event.type': ['start'],
      'log.offset': 0,
    },
    { '@timestamp': '2026-11-21T10:00:01.000Z', 'shop.took': 1.5, 'event.type': ['end'], 'shop.tags': ['a', 1] },
  ]);
  assert.deepEqual(found.required, ['@timestamp', 'event.type', 'shop.took']);
  assert.deepEqual(found.properties, {
    '@timestamp': { type: 'string', format: 'date-time' },
    'event.type': { type: 'array', items: { type: 'string' } },
    'shop.tags': { type: 'array', items: { type: ['integer', 'string'] } },
    'shop.took': { type: 'number' },
    'source.port': { type: 'integer' },
  });
});

test('what hurts readers or refuses documents is breaking, what only adds is not', () => {
  const before = contract({ a: { type: 'string' }, b: { type: 'integer', minimum: 0 } }, { required: ['a'] });
  assert.deepEqual(diffContracts(before, before), []);
  assert.deepEqual(breaking(before, { ...before, properties: { ...before.properties, c: { type: 'string' } } }), []);
  assert.deepEqual(breaking(before, contract({ a: { type: 'string' } }, { required: ['a'] })), ['b is gone']);
  assert.deepEqual(
    breaking(before, { ...before, properties: { a: { type: 'integer' }, b: before.properties['b']! } }),
    ['a was string and is integer'],
  );
  assert.deepEqual(breaking(before, { ...before, required: ['a', 'b'] }), ['b is required now']);
  assert.deepEqual(breaking(before, { ...before, required: [] }), ['a is not always there any more']);
  assert.deepEqual(breaking(before, { ...before, additionalProperties: false }), [
    '* no further fields are allowed now',
  ]);
});

test('bounds, formats, values of lists and items are compared', () => {
  const changes = (one: FieldContract, other: FieldContract) => breaking(contract({ a: one }), contract({ a: other }));
  assert.deepEqual(changes({ minimum: 1 }, { minimum: 0 }), []);
  assert.deepEqual(changes({ minimum: 0 }, { minimum: 1 }), ['a had minimum 0 and has 1']);
  assert.deepEqual(changes({ maxLength: 9 }, {}), []);
  assert.deepEqual(changes({}, { maxLength: 9 }), ['a had maxLength none and has 9']);
  assert.deepEqual(changes({ format: 'date-time' }, {}), []);
  assert.deepEqual(changes({ enum: ['a', 'b'] }, { enum: ['a', 'c'] }), ['a may not be b any more', 'a may also be c']);
  const inList = (type: 'string' | 'integer'): FieldContract => ({
    type: 'array',
    items: { type: 'object', properties: { n: { type } } },
  });
  assert.deepEqual(changes(inList('string'), inList('integer')), ['a[].n was string and is integer']);
  assert.deepEqual(
    changes({ type: 'array', items: { type: 'string' } }, { type: 'array', items: { type: 'integer' } }),
    ['a[] was string and is integer'],
  );
});

test('what is gone is said once, and a form that makes the store keep another type is breaking', () => {
  const before = contract({ 'shop.a': { type: 'string', format: 'date-time' } }, { required: ['shop.a'] });
  assert.deepEqual(breaking(before, contract({})), ['shop.a is gone']);
  assert.deepEqual(breaking(before, contract({ 'shop.a': { type: 'string' } }, { required: ['shop.a'] })), [
    'shop.a was stored as date and is stored as keyword',
  ]);
});

test('types say what is optional, a list, or open, and their names are those of the streams', () => {
  const text = typeScriptOf(
    'nginx.access-2',
    contract(
      {
        a: { type: 'string' },
        "it's": { type: ['integer', 'null'] },
        list: { type: 'array', items: { type: ['string', 'boolean'] } },
        level: { enum: ['info', 'warn'] },
        open: {},
        items: {
          type: 'array',
          items: { type: 'object', properties: { id: { type: 'integer' }, tags: { type: 'array' } }, required: ['id'] },
        },
      },
      { required: ['a'], title: 'a */ b' },
    ),
  );
  assert.equal(
    text,
    [
      '/** a * / b */',
      'export type NginxAccess2Event = {',
      "  readonly 'a': string;",
      "  readonly 'it\\'s'?: number | null;",
      "  readonly 'list'?: readonly (string | boolean)[];",
      `  readonly 'level'?: "info" | "warn";`,
      "  readonly 'open'?: unknown;",
      "  readonly 'items'?: readonly { readonly 'id': number; readonly 'tags'?: readonly unknown[] }[];",
      '};',
      '',
    ].join('\n'),
  );
});

test('a stream whose name starts with a digit has a type that may be called so', () => {
  assert.match(typeScriptOf('3ware.log', contract({})), /export type _3wareLogEvent = \{/);
});

test('types of streams whose names differ in signs only have names of their own, and any name of a field is a text', () => {
  const text = typeScriptOfAll([
    ['shop-log', contract({ 'a\n\\b"': { const: 1 } })],
    ['shop.log', contract({}, { title: undefined as never })],
  ]);
  assert.match(text, /export type ShopLogEvent = \{\n {2}readonly 'a\\n\\\\b"'\?: 1;/);
  assert.match(text, /\/\*\* Events of shop\.log \*\/\nexport type ShopLogEvent2 = /);
});

test('an event without fields is no fault', () => {
  const events: Event[] = [];
  assert.deepEqual(inferContract('x', events).properties, {});
});

test('any other keyword that changes is told of, but for words for people', () => {
  const of = (field: FieldContract) => contract({ a: { type: 'integer', ...field } });
  assert.deepEqual(breaking(of({}), of({ exclusiveMinimum: 0 })), ['a had exclusiveMinimum none and has 0']);
  assert.deepEqual(breaking(of({ const: 1 }), of({ const: 2 })), ['a had const 1 and has 2']);
  assert.deepEqual(diffContracts(of({ multipleOf: 2 }), of({})), [
    { field: 'a', what: 'had multipleOf 2 and has none', breaking: false },
  ]);
  assert.deepEqual(breaking(of({ not: { enum: [1] } }), of({ not: { enum: [1] } })), []);
  assert.deepEqual(diffContracts(of({ description: 'x' }), of({ description: 'y', title: 'z' })), []);
});
