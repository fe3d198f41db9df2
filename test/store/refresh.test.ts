import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import { refreshAll } from '../../src/store/client.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';

/** A store that answers every request in one way. */
async function answering(t: TestContext, status: number, body: object): Promise<Client> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      response.end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new Client({ node: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, maxRetries: 0 });
  t.after(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return client;
}

/** The answer of Elasticsearch 9 where the shards of one index failed and those of others did not. */
const failed = (type: string, status: string) => ({
  _shards: {
    total: 4,
    successful: 1,
    failed: 1,
    failures: [{ shard: 0, index: 'another', status, reason: { type, reason: 'closed' } }],
  },
});

test('an index that is closed or deleted while all of a pattern are refreshed is no fault of the others', async (t) => {
  await refreshAll(await answering(t, 400, failed('index_closed_exception', 'BAD_REQUEST')), 'logs-*');
  await refreshAll(await answering(t, 404, failed('index_not_found_exception', 'NOT_FOUND')), 'logs-*');
});

test('any other failure of a refresh is one', async (t) => {
  const other = await answering(t, 500, failed('engine_exception', 'INTERNAL_SERVER_ERROR'));
  await assert.rejects(refreshAll(other, 'logs-*'), { statusCode: 500 });
  const refused = await answering(t, 403, { error: { type: 'security_exception', reason: 'no' }, status: 403 });
  await assert.rejects(refreshAll(refused, 'logs-*'), { statusCode: 403 });
});

const skip = elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP;
test('Elasticsearch refreshes the open ones of a pattern while one of it opens and closes', { skip }, async () => {
  const client = new Client({ node: elasticsearchUrl()! });
  const name = `refreshed-${process.pid}`;
  const [stays, goes] = [`${name}-a`, `${name}-b`];
  for (const index of [stays, goes]) await client.index({ index, document: { n: 1 } });
  let over = false;
  const flipping = (async () => {
    while (!over) {
      await client.indices.close({ index: goes });
      await client.indices.open({ index: goes, wait_for_active_shards: 0 });
    }
  })();
  for (let round = 0; round < 100; round++) await refreshAll(client, `${name}-*`);
  over = true;
  await flipping;
  assert.equal((await client.count({ index: stays })).count, 1);
  await client.indices.delete({ index: [stays, goes] });
  await client.close();
});
