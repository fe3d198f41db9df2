import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '@elastic/elasticsearch';
import { create, freshStore, makeFolder, openStoreIn, putStreamTemplate, STREAM, TIME } from './engine.ts';

async function refusal(work: Promise<unknown>): Promise<{ status: number; type: string; reason: string }> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof errors.ResponseError);
    const body = error.body as { error: { type: string; reason: string } };
    return { status: error.statusCode!, type: body.error.type, reason: body.error.reason };
  }
  return assert.fail('it was accepted');
}

test('index names and wildcards pick streams, indices and aliases; a plain name that is not there is 404', async (t) => {
  const { client } = await freshStore(t);
  await create(client, [{ id: 'a' }]);
  await client.indices.create({ index: 'logs-other', aliases: { everything: {} } });
  await client.index({ index: 'logs-other', id: '1', document: {} });
  const count = async (index: string) => (await client.count({ index })).count;
  assert.equal(await count('logs-*'), 2);
  assert.equal(await count('logs-*,-logs-other'), 1);
  assert.equal(await count('everything'), 1);
  assert.equal(await count('.ds-logs-test-*'), 1);
  assert.equal(await count('nothing-*'), 0);
  const { status, type, reason } = await refusal(client.count({ index: 'logs-*,nowhere' }));
  assert.deepEqual([status, type, reason], [404, 'index_not_found_exception', 'no such index [nowhere]']);
  assert.equal((await client.count({ index: 'logs-*,nowhere', ignore_unavailable: true })).count, 2);
});

test('documents add fields to the mapping by the template rules', async (t) => {
  const { client } = await freshStore(t);
  await create(client, [
    { id: 'a', text: 'x', n: 1, f: 1.5, b: true, list: ['x', 'y'], 'dotted.name': 'z', none: null },
  ]);
  const mapping = Object.values(await client.indices.getMapping({ index: STREAM }))[0]!.mappings;
  const properties = mapping.properties as Record<string, { type?: string; properties?: object }>;
  assert.equal(properties['text']!.type, 'keyword');
  assert.equal(properties['n']!.type, 'long');
  assert.equal(properties['f']!.type, 'float');
  assert.equal(properties['b']!.type, 'boolean');
  assert.equal(properties['list']!.type, 'keyword');
  assert.deepEqual(properties['dotted']!.properties, { name: { type: 'keyword' } });
  assert.equal(properties['none'], undefined);
});

test('thousands of distinct field names neither fail nor lose anything', async (t) => {
  const { client } = await freshStore(t);
  const documents = Array.from({ length: 30 }, (_, at) => ({
    id: `d${at}`,
    ...Object.fromEntries(Array.from({ length: 100 }, (__, n) => [`field_${at * 100 + n}`, `value ${n}`])),
  }));
  assert.deepEqual(new Set(await create(client, documents)), new Set([201]));
  const { docs } = await client.mget({ index: STREAM, ids: ['d29'] });
  const source = (docs[0] as { _source: Record<string, unknown> })._source;
  assert.equal(source['field_2999'], 'value 99');
});

test('field names that differ only in case are two fields', async (t) => {
  const { client } = await freshStore(t);
  await create(client, [{ id: 'a', Name: 'upper', name: 'lower', _SEQ: 'x' }]);
  const hits = async (field: string, value: string) =>
    (await client.count({ index: STREAM, query: { term: { [field]: value } } })).count;
  assert.deepEqual([await hits('Name', 'upper'), await hits('name', 'lower'), await hits('name', 'upper')], [1, 1, 0]);
});

test('names that Elasticsearch refuses are refused', async (t) => {
  const { client } = await freshStore(t);
  for (const index of ['Upper', 'a b', '-minus', 'x'.repeat(256), 'a#b']) {
    const { status, type } = await refusal(client.indices.create({ index }));
    assert.deepEqual([status, type], [400, 'invalid_index_name_exception'], index);
  }
  assert.equal((await refusal(client.indices.create({ index: STREAM }))).status, 400);
});

test('deleting takes an index or a stream with its documents, never the slice being written to', async (t) => {
  const { client } = await freshStore(t);
  await create(client, [{ id: 'a' }]);
  await client.indices.rollover({ alias: STREAM });
  const [first, write] = (await client.indices.getDataStream({ name: STREAM })).data_streams[0]!.indices;
  assert.match((await refusal(client.indices.delete({ index: write!.index_name }))).reason, /write index/);
  assert.match((await refusal(client.indices.delete({ index: STREAM }))).reason, /data stream/);
  await client.indices.delete({ index: first!.index_name });
  assert.equal((await client.count({ index: STREAM })).count, 0);
  assert.deepEqual(await create(client, [{ id: 'a' }]), [201], 'a deleted document can come again');
  await client.indices.deleteDataStream({ name: STREAM });
  assert.equal((await refusal(client.count({ index: STREAM }))).status, 404);
  assert.deepEqual(await create(client, [{ id: 'a' }]), [201]);
});

test('a mapping that contradicts the index is refused and changes nothing', async (t) => {
  const { client } = await freshStore(t);
  await client.indices.create({ index: 'plain', mappings: { properties: { a: { type: 'long' } } } });
  const change = client.indices.putMapping({
    index: 'plain',
    properties: { b: { type: 'ip' }, a: { type: 'keyword' } },
  });
  assert.match((await refusal(change)).reason, /\[a\] cannot be changed from type \[long\] to \[keyword\]/);
  const mapping = (await client.indices.getMapping({ index: 'plain' }))['plain']!.mappings;
  assert.deepEqual(mapping.properties, { a: { type: 'long' } });
});

test('everything is there again after a restart', async (t) => {
  const folder = await makeFolder(t);
  const before = await openStoreIn(t, folder);
  await putStreamTemplate(before.client);
  await create(before.client, [{ id: 'a', tags: ['x', 'y'], message: 'hello' }]);
  const mapping = await before.client.indices.getMapping({ index: STREAM });
  await before.close();
  const { client } = await openStoreIn(t, folder);
  assert.deepEqual(await client.indices.getMapping({ index: STREAM }), mapping);
  assert.equal(await client.indices.existsIndexTemplate({ name: 'test' }), true);
  assert.deepEqual(await create(client, [{ id: 'a' }, { id: 'b', tags: 'z', more: 1 }]), [409, 201]);
  const found = await client.search({ index: STREAM, query: { term: { tags: 'y' } } });
  assert.deepEqual(found.hits.hits[0]!._source, { '@timestamp': TIME, tags: ['x', 'y'], message: 'hello' });
});

test('clients that look around first find what they ask for', async (t) => {
  const { client, engine } = await freshStore(t);
  assert.match((await client.info()).version.number, /^9\./);
  assert.equal((await client.cluster.health()).status, 'green');
  await create(client, [{ id: 'a' }]);
  const [row] = (await client.cat.indices({ index: STREAM, format: 'json' })) as { 'docs.count'?: string }[];
  assert.equal(row!['docs.count'], '1');
  const head = { method: 'HEAD', path: '/_cat/health', query: {}, headers: {}, body: Buffer.alloc(0) } as const;
  assert.equal((await engine.handle(head)).status, 200);
  assert.equal((await engine.handle({ ...head, path: '/nowhere' })).status, 404);
  assert.equal((await engine.handle({ ...head, method: 'GET', path: '/_unheard_of' })).status, 400);
  assert.equal((await engine.handle({ ...head, method: 'DELETE', path: '/_bulk' })).status, 405);
});

test('tells how many documents a stream has and how much text they are', async (t) => {
  const { client } = await freshStore(t);
  await create(client, [{ id: 'a' }, { id: 'b', text: 'x'.repeat(1000) }]);
  await client.indices.rollover({ alias: STREAM });
  await create(client, [{ id: 'c', text: 'x'.repeat(1000) }]);
  const { _all: all } = await client.indices.stats({ index: STREAM, metric: 'store' });
  assert.equal(all.primaries!.docs!.count, 3);
  const bytes = all.primaries!.store!.size_in_bytes!;
  assert.ok(bytes > 2000 && bytes < 3000, `${bytes} bytes`);
  assert.equal((await refusal(client.indices.stats({ index: 'nowhere' }))).status, 404);
});
