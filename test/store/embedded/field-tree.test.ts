import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FieldTree } from '../../../src/store/embedded/field-tree.ts';
import { Mapping } from '../../../src/store/embedded/mapping.ts';
import { EsError } from '../../../src/store/embedded/route.ts';
import { freshStore } from './engine.ts';

function treeOf(mappings: object): FieldTree {
  const mapping = new Mapping();
  mapping.merge(mappings);
  return new FieldTree(mapping, []);
}

/** What the columns hold of one document, by column name. */
function take(tree: FieldTree, document: object): Record<string, unknown> {
  tree.write(document as Record<string, unknown>, 0, 'id');
  const held = tree.slots.flatMap(({ column, values }) => (values[0] === undefined ? [] : [[column, values[0]]]));
  tree.reset();
  return Object.fromEntries(held) as Record<string, unknown>;
}

test('nested objects, dotted names and lists of objects come down to the same columns', () => {
  const tree = treeOf({ date_detection: false });
  const expected = { 'a.b': 1, 'a.c': 'x' };
  assert.deepEqual(take(tree, { a: { b: 1, c: 'x' } }), expected);
  assert.deepEqual(take(tree, { 'a.b': 1, a: { c: 'x' } }), expected);
  assert.deepEqual(take(tree, { a: [{ b: 1 }, { c: 'x' }] }), expected);
  assert.deepEqual(take(tree, { a: [{ b: 1 }, { b: 2 }] }), { 'a.b[]': [1, 2] });
  assert.deepEqual(take(tree, { a: { b: [3, [4, null]] } }), { 'a.b[]': [3, 4] });
});

test('values are brought to their type, and left out where they do not fit', () => {
  const types = ['long', 'double', 'boolean', 'date', 'ip', 'keyword', 'text'];
  const tree = treeOf({ properties: Object.fromEntries(types.map((type) => [type, { type }])) });
  const cases: [object, object][] = [
    [
      { long: '12', double: '1.5', boolean: 'true', keyword: 1, text: true },
      { long: 12, double: 1.5, boolean: true, keyword: '1', text: 'true' },
    ],
    [{ long: 1.9 }, { long: 1 }],
    [{ long: 'x', double: 'y', boolean: 'yes', date: 'soon', ip: 'host' }, {}],
    [{ long: 2n ** 63n }, {}],
    [{ long: 2n ** 62n }, { long: 2n ** 62n }],
    [{ date: '2026-02-31T00:00:00.000Z' }, {}],
    [{ date: '2026-01-02' }, { date: Date.UTC(2026, 0, 2) }],
    [{ date: '2026-01-02T03:04:05.123456789+02:00' }, { date: Date.UTC(2026, 0, 2, 1, 4, 5, 123) }],
    [{ date: 1_700_000_000_000 }, { date: 1_700_000_000_000 }],
    [{ ip: '2001:DB8:0:0::1' }, { ip: '2001:db8::1' }],
    [{ ip: '::ffff:10.0.0.1' }, { ip: '10.0.0.1' }],
  ];
  for (const [document, expected] of cases) assert.deepEqual(take(tree, document), expected);
});

test('a refused document leaves nothing of itself in the row', () => {
  const tree = treeOf({ properties: { a: { type: 'keyword' }, host: { properties: { name: { type: 'keyword' } } } } });
  assert.throws(() => tree.write({ a: 'x', host: 'y' }, 0, 'id'), EsError);
  assert.deepEqual(take(tree, { host: { name: 'z' } }), { 'host.name': 'z' });
});

test('any documents can be stored together: each is kept letter by letter or refused with 400', async (t) => {
  const { engine } = await freshStore(t);
  let round = 0;
  const document = fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'a.b', 'A'), fc.string()), fc.jsonValue(), {
    maxKeys: 6,
  });
  const property = fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 8 }), async (documents) => {
    const index = `any${round++}`;
    const texts = documents.map((each) => JSON.stringify(each));
    const lines = texts.map((text, at) => `{"create":{"_id":"${at}"}}\n${text}\n`);
    const ask = (method: 'GET' | 'POST', path: string, body = '') =>
      engine.handle({ method, path, query: {}, headers: {}, body: Buffer.from(body) });
    const answer = await ask('POST', `/${index}/_bulk`, lines.join(''));
    const { items } = JSON.parse(answer.body.toString()) as { items: { create: { status: number } }[] };
    for (const [at, { create }] of items.entries()) {
      assert.ok(create.status === 201 || create.status === 400, answer.body.toString());
      if (create.status !== 201) continue;
      const source = (await ask('GET', `/${index}/_source/${at}`)).body.toString();
      assert.equal(source, Buffer.from(texts[at]!).toString());
    }
    assert.equal((await ask('GET', `/${index}/_search`)).status, 200);
  });
  await fc.assert(property, { numRuns: 40 });
});
