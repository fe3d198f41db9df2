import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { Client, errors } from '@elastic/elasticsearch';
import { connectionTo, EMBEDDED_NODE } from '../../../src/store/embedded/connection.ts';
import type { Engine } from '../../../src/store/engine.ts';
import { freshStore, STREAM, storedIds, TIME } from './engine.ts';

function clientOf(handle: Engine['handle'], options: { requestTimeout?: number } = {}): Client {
  const engine: Engine = { handle, close: async () => {} };
  return new Client({ node: EMBEDDED_NODE, Connection: connectionTo(engine), maxRetries: 0, ...options });
}

/** Answers only when it is told to stop. */
const hang: Engine['handle'] = (_request, signal) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('stopped')));
  });

test('a request that takes too long ends as the client’s TimeoutError, and the engine is told to stop', async () => {
  let stopped = false;
  const client = clientOf((request, signal) => {
    signal?.addEventListener('abort', () => {
      stopped = true;
    });
    return hang(request, signal);
  });
  await assert.rejects(client.cluster.health({}, { requestTimeout: 20 }), errors.TimeoutError);
  assert.equal(stopped, true);
});

test('a request that the caller gives up ends as RequestAbortedError', async () => {
  const stop = new AbortController();
  const request = clientOf(hang).cluster.health({}, { signal: stop.signal });
  setImmediate(() => stop.abort());
  await assert.rejects(request, errors.RequestAbortedError);
});

test('an engine that is closed or broken is a ConnectionError', async () => {
  const client = clientOf(() => Promise.reject(new Error('broken')));
  await assert.rejects(client.cluster.health(), errors.ConnectionError);
});

test('the client’s bulk helper, stream bodies and stream answers work', async (t) => {
  const { client } = await freshStore(t);
  const documents = Array.from({ length: 100 }, (_, at) => ({ '@timestamp': TIME, at }));
  const told = await client.helpers.bulk({
    datasource: documents,
    onDocument: (document) => ({ create: { _index: STREAM, _id: `d${String(document.at).padStart(3, '0')}` } }),
    refreshOnCompletion: true,
  });
  assert.deepEqual([told.successful, told.failed], [100, 0]);
  const body = Readable.from([`{"create":{"_index":"${STREAM}","_id":"s"}}\n`, `{"@timestamp":"${TIME}"}\n`]);
  await client.transport.request({ method: 'POST', path: '/_bulk', bulkBody: body });
  assert.equal((await storedIds(client)).length, 101);
  const answer = await client.search({ index: STREAM, size: 1 }, { asStream: true });
  assert.match(await text(answer as unknown as Readable), /^\{"took"/);
});
