import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffContracts } from '../../../src/pipeline/contracts/diff.ts';
import { resolved } from '../../../src/pipeline/contracts/resolve.ts';

type Schema = Record<string, unknown>;

/** What is said of a change, breaking ones with a `!` before them. */
function changes(before: Schema, after: Schema): string[] {
  const whole = (schema: Schema) => resolved({ type: 'object', ...schema });
  return diffContracts(whole(before), whole(after)).map(
    ({ field, what, breaking }) => `${breaking ? '! ' : ''}${field} ${what}`,
  );
}

/** The same of one field. */
const ofField = (before: unknown, after: unknown, more: Schema = {}) =>
  changes({ properties: { a: before }, ...more }, { properties: { a: after }, ...more });

test('keys of an object are compared as fields are, also where only one version names them', () => {
  const named = { type: 'object', required: ['x', 'y'], properties: { x: { type: 'string' }, y: { type: 'integer' } } };
  const { properties: _, required: __, ...open } = named;
  assert.deepEqual(ofField(named, { ...named, required: ['x'] }), ['! a.y is not always there any more']);
  assert.deepEqual(ofField(named, { ...named, required: ['x', 'y', 'z'] }), ['! a.z is required now']);
  assert.deepEqual(ofField(named, open), ['! a.x is gone', '! a.y is gone']);
  assert.deepEqual(ofField(open, named), [
    '! a.x is required now',
    '! a.y is required now',
    'a.x is new',
    'a.y is new',
  ]);
});

test('items that only one version describes count as any before or after', () => {
  const list = { type: 'array', items: { type: 'string' } };
  assert.deepEqual(ofField({ type: 'array' }, list), ['! a[] was anything and is string']);
  assert.deepEqual(ofField(list, { type: 'array' }), ['! a[] was string and is anything']);
  assert.deepEqual(ofField({ type: 'array', items: true }, { type: 'array' }), []);
  assert.deepEqual(ofField({ type: 'array', items: [{ type: 'string' }] }, list), [
    '! a had items [{"type":"string"}] and has {"type":"string"}',
  ]);
});

test('what fields without a name may be is compared by its meaning, at the top and within objects', () => {
  const text = { additionalProperties: { type: 'string' } };
  assert.deepEqual(changes(text, structuredClone(text)), []);
  assert.deepEqual(changes({}, { additionalProperties: true }), []);
  assert.deepEqual(changes({ additionalProperties: false }, {}), ['* further fields are allowed now']);
  assert.deepEqual(changes({ additionalProperties: false }, text), ['* further fields are allowed now']);
  assert.deepEqual(changes(text, { additionalProperties: false }), ['! * no further fields are allowed now']);
  assert.deepEqual(changes(text, { additionalProperties: { type: 'integer' } }), ['! * was string and is integer']);
  assert.deepEqual(changes({}, text), ['! * was anything and is string']);
  const object = (more: Schema) => ({ type: 'object', ...more });
  assert.deepEqual(ofField(object({ additionalProperties: false }), object({ additionalProperties: true })), [
    'a.* further fields are allowed now',
  ]);
  assert.deepEqual(ofField(object({}), object({ additionalProperties: false })), [
    '! a.* no further fields are allowed now',
  ]);
});

test('a definition counts where it is named', () => {
  const withOne = (type: string, key = 'definitions') => ({
    properties: { a: { $ref: `#/${key}/one` } },
    [key]: { one: { type } },
  });
  assert.deepEqual(changes(withOne('string'), withOne('integer')), ['! a was string and is integer']);
  assert.deepEqual(changes(withOne('string'), withOne('string', '$defs')), []);
  assert.deepEqual(changes(withOne('string'), { properties: { a: { type: 'string' } } }), []);
  const list = (one: Schema) => ({ properties: { a: { anyOf: [{ $ref: '#/$defs/o' }] } }, $defs: { o: one } });
  assert.equal(changes(list({ type: 'string' }), list({ type: 'boolean' })).length, 1);
});

test('a definition that names itself comes to an end', () => {
  const tree = (type: string) => ({
    properties: { a: { $ref: '#/$defs/node' } },
    $defs: {
      node: {
        type: 'object',
        properties: { v: { type }, left: { $ref: '#/$defs/node' }, right: { $ref: '#/$defs/node' } },
      },
    },
  });
  assert.deepEqual(changes(tree('string'), tree('string')), []);
  assert.ok(changes(tree('string'), tree('integer')).includes('! a.left.right.v was string and is integer'));
  assert.deepEqual(changes({ properties: { a: { $ref: '#' } } }, { properties: { a: { $ref: '#' } } }), []);
});

test('what the contract asks of the event as a whole is compared', () => {
  assert.deepEqual(changes({}, { patternProperties: { '^x_': { type: 'integer' } } }), [
    '! * had patternProperties none and has {"^x_":{"type":"integer"}}',
  ]);
  assert.deepEqual(changes({}, { anyOf: [{ required: ['n'] }] }), ['! * had anyOf none and has [{"required":["n"]}]']);
  assert.deepEqual(changes({ minProperties: 3 }, {}), ['* had minProperties 3 and has none']);
  assert.deepEqual(changes({ title: 'a', $comment: 'b' }, { title: 'c' }), []);
});

test('values of a list are told apart by what they are, and say of what type the field is', () => {
  assert.deepEqual(ofField({ enum: ['', 'x', null] }, { enum: ['x', { n: 1 }] }), [
    '! a was string or null and is string or object',
    '! a may not be "", null any more',
    '! a may also be {"n":1}',
  ]);
  assert.deepEqual(ofField({ enum: [{ n: 1 }] }, { enum: [{ n: 1 }] }), []);
  assert.deepEqual(ofField({ type: 'string' }, { const: 'x' }), ['! a had const none and has x']);
  assert.deepEqual(ofField({ type: 'string', enum: ['x'] }, { enum: ['x'] }), []);
});

test('a lower bound that goes down asks less, whatever its name', () => {
  assert.deepEqual(ofField({ exclusiveMinimum: 0 }, { exclusiveMinimum: -1 }), ['a had exclusiveMinimum 0 and has -1']);
  assert.deepEqual(ofField({ exclusiveMaximum: 9 }, { exclusiveMaximum: 8 }), ['! a had exclusiveMaximum 9 and has 8']);
});
