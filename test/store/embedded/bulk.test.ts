import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { errors } from '@elastic/elasticsearch';
import { create, freshStore, STREAM, storedIds, TIME } from './engine.ts';

test('a create is stored once; the second of the same id is told 409 and changes nothing', async (t) => {
  const { client } = await freshStore(t);
  assert.deepEqual(
    await create(client, [
      { id: 'a', message: 'one' },
      { id: 'a', message: 'two' },
    ]),
    [201, 409],
  );
  assert.deepEqual(await create(client, [{ id: 'a', message: 'three' }, { id: 'b' }]), [409, 201]);
  const { docs } = await client.mget({ index: STREAM, ids: ['a'] });
  assert.deepEqual((docs[0] as { _source?: unknown })._source, { '@timestamp': TIME, message: 'one' });
  assert.deepEqual(await storedIds(client), ['a', 'b']);
});

test('the id of a document in an older slice of the stream is still taken after a rollover', async (t) => {
  const { client } = await freshStore(t);
  const id = 'AAAAAAAAAAAAAAAA-0000000001-deadbeef';
  assert.deepEqual(await create(client, [{ id }]), [201]);
  await client.indices.rollover({ alias: STREAM });
  assert.deepEqual(await create(client, [{ id }, { id: 'x' }]), [409, 201]);
});

test('a new day begins a new slice', async (t) => {
  let now = Date.parse('2026-01-01T23:59:00Z');
  const { client } = await freshStore(t, () => now);
  await create(client, [{ id: 'a' }]);
  now += 120_000;
  await create(client, [{ id: 'b' }]);
  const { data_streams: streams } = await client.indices.getDataStream({ name: STREAM });
  assert.deepEqual(
    streams[0]!.indices.map((index) => index.index_name),
    [`.ds-${STREAM}-2026.01.01-000001`, `.ds-${STREAM}-2026.01.02-000002`],
  );
  assert.deepEqual(await storedIds(client), ['a', 'b']);
});

test('a document that the mapping refuses gets 400 with the field, and the others of its bulk are stored', async (t) => {
  const { client } = await freshStore(t);
  const { errors: failed, items } = await client.bulk({
    operations: [
      { create: { _index: STREAM, _id: 'time' } },
      { '@timestamp': 'yesterday' },
      { create: { _index: STREAM, _id: 'no-time' } },
      { message: 'x' },
      { create: { _index: STREAM, _id: 'value' } },
      { '@timestamp': TIME, host: 'web1' },
      { create: { _index: STREAM, _id: 'object' } },
      { '@timestamp': TIME, message: { text: 'x' } },
      { create: { _index: STREAM, _id: 'good' } },
      { '@timestamp': TIME, status: 'not a number', host: { name: 'a name that is far too long' } },
    ],
  });
  assert.equal(failed, true);
  assert.deepEqual(
    items.map((item) => [item.create!.status, item.create!.error?.type]),
    [
      [400, 'document_parsing_exception'],
      [400, 'document_parsing_exception'],
      [400, 'document_parsing_exception'],
      [400, 'document_parsing_exception'],
      [201, undefined],
    ],
  );
  assert.match(items[0]!.create!.error!.reason!, /\[@timestamp\].*yesterday/);
  assert.match(items[2]!.create!.error!.reason!, /\[host\]/);
  assert.match(items[3]!.create!.error!.reason!, /\[message\]/);
  const { hits } = await client.search({ index: STREAM });
  const source = hits.hits[0]!._source as { status: unknown };
  assert.equal(source.status, 'not a number');
  const missing = await client.count({ index: STREAM, query: { exists: { field: 'status' } } });
  assert.equal(missing.count, 0, 'a value that does not fit its type is kept but not searchable');
});

test('a stream takes creates only', async (t) => {
  const { client } = await freshStore(t);
  await create(client, [{ id: 'a' }]);
  const { items } = await client.bulk({
    operations: [
      { index: { _index: STREAM, _id: 'b' } },
      { '@timestamp': TIME },
      { update: { _index: STREAM, _id: 'a' } },
      { doc: { message: 'x' } },
      { delete: { _index: STREAM, _id: 'a' } },
    ],
  });
  for (const item of items) assert.equal(Object.values(item)[0]!.status, 400);
});

test('a document of a stream can be deleted through its own backing index, and its id used again', async (t) => {
  const { client } = await freshStore(t);
  await create(client, [{ id: 'a' }, { id: 'b' }]);
  const backing = (await client.search({ index: STREAM })).hits.hits[0]!._index;
  const { items } = await client.bulk({ operations: [{ delete: { _index: backing, _id: 'a' } }] });
  assert.equal(items[0]!.delete!.result, 'deleted');
  assert.deepEqual(await storedIds(client), ['b']);
  assert.deepEqual(await create(client, [{ id: 'a' }]), [201]);
});

test('index, update and delete of one document in one bulk leave its last state', async (t) => {
  const { client } = await freshStore(t);
  const { items } = await client.bulk({
    operations: [
      { index: { _index: 'plain', _id: '1' } },
      { a: 1, deep: { x: 1 } },
      { update: { _index: 'plain', _id: '1' } },
      { doc: { deep: { y: 2 } } },
      { update: { _index: 'plain', _id: '1' } },
      { doc: { a: 1 } },
      { index: { _index: 'plain', _id: '2' } },
      { a: 2 },
      { delete: { _index: 'plain', _id: '2' } },
      { update: { _index: 'plain', _id: '3' } },
      { doc: { a: 3 } },
      { update: { _index: 'plain', _id: '3' } },
      { doc: { a: 3 }, doc_as_upsert: true },
      { delete: { _index: 'plain', _id: '4' } },
    ],
  });
  const results = items.map((item) => Object.values(item)[0]!).map(({ result, status }) => [result, status]);
  assert.deepEqual(results, [
    ['created', 201],
    ['updated', 200],
    ['noop', 200],
    ['created', 201],
    ['deleted', 200],
    [undefined, 404],
    ['created', 201],
    ['not_found', 404],
  ]);
  const { _source: source, _version: version } = await client.get({ index: 'plain', id: '1' });
  assert.deepEqual([source, version], [{ a: 1, deep: { x: 1, y: 2 } }, 2]);
  assert.deepEqual(await storedIds(client, 'plain'), ['1', '3']);
});

test('long integers keep every digit, also through an update', async (t) => {
  const { engine } = await freshStore(t);
  const send = (path: string, body: string) =>
    engine.handle({ method: 'POST', path, query: {}, headers: {}, body: Buffer.from(body) });
  await send(
    '/_bulk',
    '{"index":{"_index":"plain","_id":"1"}}\n{"n": 9007199254740993, "a": [12345678901234567890]}\n',
  );
  await send('/plain/_update/1', '{"doc":{"b":1}}');
  const answer = await engine.handle({
    method: 'GET',
    path: '/plain/_source/1',
    query: {},
    headers: {},
    body: Buffer.alloc(0),
  });
  assert.equal(answer.body.toString(), '{"n":9007199254740993,"a":[12345678901234567890],"b":1}');
});

test('a bulk body that cannot be read is refused whole, naming the line', async (t) => {
  const { client } = await freshStore(t);
  const send = async (body: string) => {
    try {
      await client.transport.request({ method: 'POST', path: '/_bulk', bulkBody: body });
      return 'accepted';
    } catch (error) {
      assert.ok(error instanceof errors.ResponseError);
      assert.equal(error.statusCode, 400);
      return (error.body as { error: { reason: string } }).error.reason;
    }
  };
  assert.match(await send('{"create":{"_index":"x"}}\n{"a":1}'), /terminated by a newline/);
  assert.match(await send('{"create":{"_index":"x"}}\n{"a":1}\nnonsense\n'), /line \[3\]/);
  assert.match(await send('{"upsert":{"_index":"x"}}\n{"a":1}\n'), /found \[upsert\]/);
  assert.match(await send('{"create":{}}\n{"a":1}\n'), /index is missing/);
  assert.match(await send('{"create":{"_index":"x"}}\n'), /document is missing/);
  assert.equal(await client.indices.exists({ index: 'x' }), false);
});

test('a document that is no JSON object fails alone', async (t) => {
  const { client } = await freshStore(t);
  const answer = await client.transport.request<{ items: { create: { status: number } }[] }>({
    method: 'PUT',
    path: '/plain/_bulk',
    bulkBody: '{"create":{}}\n{"a":\n{"create":{}}\n[1]\n{"create":{}}\r\n{"a":1}\r\n',
  });
  assert.deepEqual(
    answer.items.map((item) => item.create.status),
    [400, 400, 201],
  );
});

test('gzip bodies and filter_path are understood', async (t) => {
  const { engine } = await freshStore(t);
  const body = gzipSync(`{"create":{"_index":"${STREAM}","_id":"a"}}\n{"@timestamp":"${TIME}"}\n`);
  const headers = { 'content-encoding': 'gzip', accept: 'application/vnd.elasticsearch+json; compatible-with=9' };
  const query = { filter_path: 'errors,items.*.status' };
  const answer = await engine.handle({ method: 'POST', path: '/_bulk', query, headers, body });
  assert.equal(answer.body.toString(), '{"errors":false,"items":[{"create":{"status":201}}]}');
  assert.equal(answer.headers['x-elastic-product'], 'Elasticsearch');
  assert.match(answer.headers['content-type']!, /^application\/vnd\.elasticsearch\+json/);
});

test('bulks sent at the same time are all stored', async (t) => {
  const { client } = await freshStore(t);
  const bulk = (sender: number) =>
    create(
      client,
      Array.from({ length: 50 }, (_, at) => ({ id: `k${at}`, sender, [`field_${sender}`]: at })),
    );
  const statuses = await Promise.all(Array.from({ length: 8 }, (_, sender) => bulk(sender)));
  const created = statuses.flat().filter((status) => status === 201).length;
  assert.equal(created, 50, 'each id is created by one sender only');
  assert.equal((await storedIds(client)).length, 50);
});
