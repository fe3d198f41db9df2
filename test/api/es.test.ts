import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Store } from '../../src/store/client.ts';
import type { Engine, EngineRequest } from '../../src/store/engine.ts';
import { sendRaw } from './sockets.ts';
import { absentStore, openTestStore, testServer } from './test-server.ts';

const headers = { host: 'localhost', 'content-type': 'application/json' };
const LINES = '{"create":{"_index":"packed"}}\n{"n":1}\n{"create":{"_index":"packed"}}\n{"n":2}\n';
type Count = { count: number };

describe('the embedded store under /es', () => {
  let store: Store;
  let server: FastifyInstance;
  let port: number;
  before(async () => {
    store = await openTestStore();
    server = testServer(store);
    await server.listen({ host: '127.0.0.1', port: 0 });
    port = (server.server.address() as AddressInfo).port;
  });
  after(async () => {
    await server.close();
    await store.close();
  });
  const send = (asked: InjectOptions) => server.inject({ ...asked, headers: { ...headers, ...asked.headers } });

  it('takes bulks packed with gzip, as shippers send them', async () => {
    const answer = await send({
      method: 'POST',
      url: '/es/_bulk?refresh=true',
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' },
      payload: gzipSync(LINES),
    });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.equal((await send({ url: '/es/packed/_count' })).json<Count>().count, 2);
  });

  it('works with Elasticsearch’s own client, packed and not', async () => {
    for (const compression of [true, false]) {
      const client = new Client({ node: `http://127.0.0.1:${port}/es`, compression });
      const index = `by-client-${compression}`;
      await client.bulk({ refresh: true, operations: [{ create: { _index: index } }, { word: 'é'.repeat(3000) }] });
      const found = await client.search<{ word: string }>({ index });
      assert.equal(found.hits.hits[0]?._source?.word, 'é'.repeat(3000));
      assert.equal(await client.indices.exists({ index: 'not-there' }), false);
      await client.close();
    }
  });

  it('packs long answers for those who can read them', async () => {
    const asked = { url: '/es/_cluster/health?pretty', headers: { 'accept-encoding': 'gzip' } };
    assert.equal((await send(asked)).headers['content-encoding'], undefined);
    const refused = await send({ url: `/es/${'a'.repeat(1500)}/_search`, headers: { 'accept-encoding': 'gzip' } });
    assert.equal(refused.headers['content-encoding'], 'gzip');
    assert.match(gunzipSync(refused.rawPayload).toString(), /index_not_found/);
    const plain = await send({ url: `/es/${'a'.repeat(1500)}/_search` });
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.match(plain.body, /index_not_found/);
  });

  it('answers HEAD without a body, and GET with one', async () => {
    const head = await send({ method: 'HEAD', url: '/es/packed' });
    assert.deepEqual([head.statusCode, head.body], [200, '']);
    const counted = await send({ method: 'GET', url: '/es/packed/_count', payload: '{"query":{"term":{"n":2}}}' });
    assert.equal(counted.json<Count>().count, 1);
    const root = await send({ url: '/es' });
    assert.equal(root.statusCode, 200);
    assert.equal(root.headers['x-elastic-product'], 'Elasticsearch');
  });

  it('is the same store that the API searches', async () => {
    const payload = { '@timestamp': '2026-11-21T09:00:00Z', message: 'came through the back door' };
    await send({ method: 'POST', url: '/es/logs-back.door-default/_doc?refresh=true', payload });
    const answer = await send({ url: '/api/v1/search?query="back door"' });
    assert.equal(answer.json<{ total: number }>().total, 1);
  });

  it('refuses what is packed wrongly or in a way it does not know, and goes on', async () => {
    for (const [encoding, payload] of [
      ['gzip', Buffer.from('not packed')],
      ['gzip', gzipSync(LINES).subarray(0, 30)],
      ['br', Buffer.from(LINES)],
    ] as const) {
      const answer = await send({
        method: 'POST',
        url: '/es/_bulk',
        headers: { 'content-encoding': encoding },
        payload,
      });
      assert.equal(answer.statusCode, 400, encoding);
      assert.equal(answer.json<{ error: { code: string } }>().error.code, 'BODY_ENCODING');
    }
    assert.equal((await send({ url: '/es' })).statusCode, 200);
  });

  it('takes bodies far larger than the API’s, but refuses one over 100 MB before reading it', async () => {
    const text = 'x'.repeat(500_000);
    const payload = `{"create":{"_index":"large"}}\n{"text":"${text}"}\n`.repeat(4);
    const bulk = await send({ method: 'POST', url: '/es/_bulk', payload });
    assert.equal(bulk.json<{ errors: boolean }>().errors, false);
    const head = 'POST /es/_bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const answer = await sendRaw(port, `${head}Content-Length: 104857601\r\n\r\n{"cre`);
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.match(answer, /BODY_TOO_LARGE/);
    assert.match(answer, /connection: close/i);
  });

  it('shows errors of the server in Elasticsearch’s form', async () => {
    const answer = await server.inject({ url: '/es/_search', headers: { host: 'evil.example' } });
    const { error, status } = answer.json<{ error: Record<string, unknown>; status: number }>();
    assert.deepEqual([answer.statusCode, status], [403, 403]);
    assert.equal(error['type'], 'security_exception');
    assert.match(String(error['reason']), /evil\.example/);
  });

  it('refuses a request line that names an address of its own', async () => {
    const answer = await sendRaw(
      port,
      `GET http://evil.example/es/_search HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /must name a path/);
  });

  it('answers nobody who names no host at all', async () => {
    assert.match(await sendRaw(port, 'GET /es/_search HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 403 [\s\S]*HOST_FOREIGN/);
  });
});

describe('what /es hands on to the store', () => {
  it('is the path behind /es however that was written, without credentials, unpacked', async () => {
    const requests: EngineRequest[] = [];
    const engine: Engine = {
      handle: async (request) => {
        requests.push(request);
        return { status: 200, headers: {}, body: Buffer.from('{}') };
      },
      close: async () => {},
    };
    const store = absentStore();
    const server = testServer({ ...store, engine }, { tokens: ['secret'] });
    const authorization = 'Bearer secret';
    for (const url of ['/es', '/es/', '/es?pretty', '/es/a%2Fb/_doc/1?x=1&x=2', '/%65s/_search', '/es//x']) {
      const answer = await server.inject({
        method: 'POST',
        url,
        headers: { ...headers, authorization, 'content-encoding': 'gzip' },
        payload: gzipSync('{"a":1}'),
      });
      assert.equal(answer.statusCode, 200, url);
    }
    assert.deepEqual(
      requests.map(({ path }) => path),
      ['/', '/', '/', '/a%2Fb/_doc/1', '/_search', '//x'],
    );
    assert.deepEqual(requests[3]!.query, { x: '2' });
    for (const request of requests) {
      assert.equal(request.body.toString(), '{"a":1}');
      assert.deepEqual([request.headers['authorization'], request.headers['content-encoding']], [undefined, undefined]);
    }
    await store.close();
  });

  it('is nothing where the store is an Elasticsearch', async () => {
    const store = absentStore();
    const answer = await testServer(store).inject({ url: '/es/_search', headers });
    assert.equal(answer.statusCode, 404);
    assert.match(answer.body, /ES_ELSEWHERE/);
    await store.close();
  });
});
