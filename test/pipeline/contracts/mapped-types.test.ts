import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Contract, DIALECT, type FieldContract } from '../../../src/pipeline/contracts/contract.ts';
import { mappedTypes } from '../../../src/pipeline/contracts/mapped-types.ts';

function typesOf(properties: Record<string, FieldContract>): Record<string, string> {
  const contract: Contract = { $schema: DIALECT, title: 'x', type: 'object', properties };
  return Object.fromEntries(mappedTypes(contract));
}

/** The type of one field of a source. */
function typeOf(contract: FieldContract, field = 'shop.x'): string | undefined {
  return typesOf({ [field]: contract })[field];
}

test('types of JSON Schema become those of the store, lists by what they hold', () => {
  assert.equal(typeOf({ type: 'string' }), 'keyword');
  assert.equal(typeOf({ type: 'string', format: 'date-time' }), 'date');
  assert.equal(typeOf({ type: 'string', format: 'ipv6' }), 'ip');
  assert.equal(typeOf({ type: 'string', format: 'uri' }), 'keyword');
  assert.equal(typeOf({ type: 'integer' }), 'long');
  assert.equal(typeOf({ type: ['null', 'number'] }), 'double');
  assert.equal(typeOf({ type: ['integer', 'number'] }), 'double');
  assert.equal(typeOf({ type: 'boolean' }), 'boolean');
  assert.equal(typeOf({ type: 'object' }), 'object');
  assert.equal(typeOf({ type: 'array', items: { type: 'array', items: { type: 'integer' } } }), 'long');
  assert.equal(typeOf({ enum: [1, 2.5, null] }), 'double');
});

test('a text is of the type that its name has everywhere', () => {
  assert.equal(typeOf({ type: 'string' }, 'shop.error_message'), 'text');
  assert.equal(typeOf({ type: 'string' }, 'shop.client_ip'), 'ip');
  assert.equal(typeOf({ type: 'string', format: 'date-time' }, 'shop.message'), 'date');
});

test('values of several types are kept as words, except for whole numbers too large for a number', () => {
  assert.equal(typeOf({ type: ['integer', 'string'] }), 'keyword');
  assert.equal(typeOf({ type: ['boolean', 'string'], items: { type: 'string' } }), 'keyword');
  assert.equal(typeOf({ type: ['integer', 'string'], pattern: '^-?[0-9]{16,}$' }), 'long');
});

test('what a contract leaves open is not mapped', () => {
  assert.deepEqual(
    typesOf({
      'shop.a': {},
      'shop.b': { type: 'null' },
      'shop.c': { type: 'array' },
      'shop.d': { type: ['object', 'string'] },
    }),
    {},
  );
});

test('ECS and logmill have their fields their way', () => {
  assert.deepEqual(
    typesOf({
      'http.response.status_code': { type: 'string' },
      'message.text': { type: 'string' },
      'logmill.shop': { type: 'string' },
      http: { type: 'string' },
    }),
    { 'http.response.status_code': 'long' },
  );
});

test('fields that cannot stand beside deeper ones, or have no name that a store takes, are left out', () => {
  assert.deepEqual(
    typesOf({
      'shop.item': { type: 'string' },
      'shop.item.id': { type: 'integer' },
      'shop..x': { type: 'string' },
      '.x': { type: 'string' },
      '': { type: 'string' },
    }),
    { 'shop.item.id': 'long' },
  );
});

test('objects that say what is in them are gone through, also in lists', () => {
  const price = { type: 'object', properties: { net: { type: 'number' } } } as const;
  assert.deepEqual(typesOf({ 'shop.price': price, 'shop.items': { type: 'array', items: price } }), {
    'shop.price.net': 'double',
    'shop.items.net': 'double',
  });
});

test('no two types that come out contradict each other, whatever the names', () => {
  const name = fc.array(fc.constantFrom('a', 'b', 'http', 'message', '', ' '), { minLength: 1, maxLength: 4 });
  const field = fc.record({ type: fc.constantFrom('string', 'integer', 'object') });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, field)), (fields) => {
      const names = Object.keys(
        typesOf(Object.fromEntries(fields.map(([parts, one]) => [parts.join('.'), one])) as never),
      );
      for (const one of names) assert.ok(!names.some((other) => other.startsWith(`${one}.`)), names.join());
    }),
  );
});
