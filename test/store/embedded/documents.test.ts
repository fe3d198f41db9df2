import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '@elastic/elasticsearch';
import { freshStore, makeFolder, openStoreIn, STREAM, TIME } from './engine.ts';

async function statusOf(work: Promise<unknown>): Promise<number | undefined> {
  try {
    await work;
    return 200;
  } catch (error) {
    return error instanceof errors.ResponseError ? error.statusCode : undefined;
  }
}

test('of two writers that both read a document, only the first to write succeeds', async (t) => {
  const { client } = await freshStore(t);
  const first = await client.index({ index: 'state', id: 'lease', document: { owner: 'nobody' } });
  const condition = { if_seq_no: first._seq_no!, if_primary_term: first._primary_term! };
  const write = (owner: string) => client.index({ index: 'state', id: 'lease', document: { owner }, ...condition });
  const statuses = await Promise.all([statusOf(write('a')), statusOf(write('b'))]);
  assert.deepEqual(statuses.sort(), [200, 409]);
  assert.equal(await statusOf(client.delete({ index: 'state', id: 'lease', ...condition })), 409);
  const missing = client.index({ index: 'state', id: 'other', document: {}, ...condition });
  assert.equal(await statusOf(missing), 409);
});

test('sequence numbers are not given out again after a restart, even when the last document was deleted', async (t) => {
  const folder = await makeFolder(t);
  const before = await openStoreIn(t, folder);
  await before.client.index({ index: 'state', id: 'a', document: {} });
  const last = await before.client.index({ index: 'state', id: 'b', document: {} });
  const gone = await before.client.delete({ index: 'state', id: 'b' });
  await before.close();
  const { client } = await openStoreIn(t, folder);
  const next = await client.index({ index: 'state', id: 'b', document: {} });
  assert.ok(gone._seq_no! > last._seq_no!);
  assert.ok(next._seq_no! > gone._seq_no!);
});

test('create, get, update, source and delete of one document', async (t) => {
  const { client } = await freshStore(t);
  const created = await client.create({ index: 'plain', id: 'ä/1', document: { a: { b: 1, c: 2 } } });
  assert.equal(created.result, 'created');
  assert.equal(await statusOf(client.create({ index: 'plain', id: 'ä/1', document: {} })), 409);
  const updated = await client.update({ index: 'plain', id: 'ä/1', doc: { a: { c: 3 } } });
  assert.deepEqual([updated.result, updated._version], ['updated', 2]);
  const { _source: part } = await client.get({ index: 'plain', id: 'ä/1', _source_includes: ['a.c'] });
  assert.deepEqual(part, { a: { c: 3 } });
  assert.deepEqual(await client.getSource({ index: 'plain', id: 'ä/1' }), { a: { b: 1, c: 3 } });
  assert.equal(await client.exists({ index: 'plain', id: 'ä/1' }), true);
  assert.equal((await client.delete({ index: 'plain', id: 'ä/1' })).result, 'deleted');
  assert.equal(await client.exists({ index: 'plain', id: 'ä/1' }), false);
  assert.equal(await statusOf(client.get({ index: 'plain', id: 'ä/1' })), 404);
  assert.equal(await statusOf(client.delete({ index: 'plain', id: 'ä/1' })), 404);
  assert.equal(await statusOf(client.update({ index: 'plain', id: 'x', doc: {} })), 404);
  assert.equal(await statusOf(client.update({ index: 'plain', id: 'x', doc: { n: 1 }, doc_as_upsert: true })), 200);
});

test('a document without id gets one', async (t) => {
  const { client } = await freshStore(t);
  const one = await client.index({ index: STREAM, document: { '@timestamp': TIME } });
  const two = await client.index({ index: 'plain', document: { a: 1 } });
  assert.match(one._id, /^[\w-]{20}$/);
  assert.notEqual(one._id, two._id);
  assert.match(one._index, /^\.ds-/);
});

test('many documents are got at once, those missing said to be', async (t) => {
  const { client } = await freshStore(t);
  await client.index({ index: 'plain', id: '1', document: { a: 1 } });
  const { docs } = await client.mget({
    docs: [
      { _index: 'plain', _id: '1' },
      { _index: 'plain', _id: '2' },
      { _index: 'nowhere', _id: '1' },
    ],
  });
  assert.deepEqual(
    docs.map((doc) => ('found' in doc ? doc.found : 'error')),
    [true, false, 'error'],
  );
});
