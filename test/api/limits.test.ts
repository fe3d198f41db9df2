import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Fault } from '../../src/api/contract/fault.ts';
import type { SearchAnswer } from '../../src/api/contract/search.ts';
import { encodeCursor } from '../../src/api/queries/cursor.ts';
import type { Store } from '../../src/store/client.ts';
import { sendRaw } from './sockets.ts';
import { openSeededStore, testServer } from './test-server.ts';

const headers = { host: 'localhost' };
const json = { ...headers, 'content-type': 'application/json' };

describe('a request that is not as it should be', () => {
  let store: Store;
  let server: FastifyInstance;
  before(async () => {
    store = await openSeededStore();
    server = testServer(store);
    await server.listen({ host: '127.0.0.1', port: 0 });
  });
  after(async () => {
    await server.close();
    await store.close();
  });
  const refused = async (asked: {
    method?: 'GET' | 'POST' | 'DELETE';
    url: string;
    payload?: string;
    headers?: object;
  }) => {
    const answer = await server.inject({ ...asked, headers: { ...headers, ...asked.headers } });
    const { error, status } = answer.json<Fault>();
    assert.equal(status, answer.statusCode);
    assert.ok(error.help.length > 0 && !/\{[a-z]+\}/i.test(error.message), 'says what to do');
    return { status, ...error };
  };

  it('is refused when nothing answers it, also with a method that something else has', async () => {
    for (const asked of [
      { url: '/api/v1/nothing' },
      { url: '/api/v2/search' },
      { method: 'DELETE', url: '/api/v1/alerts' },
      { method: 'POST', url: '/health' },
    ] as const) {
      const { status, code, message } = await refused(asked);
      assert.deepEqual([status, code], [404, 'ROUTE_UNKNOWN']);
      assert.ok(message.includes(asked.url));
    }
  });

  it('is refused when its path is wrongly encoded or endless', async () => {
    for (const url of ['/api/v1/alerts/%zz', '/%', `/api/v1/alerts/${'x'.repeat(3000)}`]) {
      const { status, code } = await refused({ url });
      assert.deepEqual([status, code], [400, 'REQUEST_INVALID'], url.slice(0, 30));
    }
    const long = await refused({ url: `/api/v1/alerts/${'x'.repeat(513)}` });
    assert.deepEqual([long.status, long.where?.key], [400, 'id']);
  });

  it('is refused over 1 MB, half a JSON, of another type or without any', async () => {
    const search = { method: 'POST', url: '/api/v1/search' } as const;
    const large = await refused({
      ...search,
      payload: JSON.stringify({ query: 'x'.repeat(1024 * 1024) }),
      headers: json,
    });
    assert.deepEqual([large.status, large.code], [413, 'BODY_TOO_LARGE']);
    const half = await refused({ ...search, payload: '{"query": "x"', headers: json });
    assert.deepEqual([half.status, half.code], [400, 'REQUEST_INVALID']);
    const xml = await refused({ ...search, payload: '<query/>', headers: { 'content-type': 'text/xml' } });
    assert.deepEqual([xml.status, xml.code], [415, 'MEDIA_TYPE_UNKNOWN']);
    const form = await refused({
      ...search,
      payload: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.deepEqual([form.status, form.code], [415, 'MEDIA_TYPE_UNKNOWN']);
    const poison = await refused({ ...search, payload: '{"__proto__": {"size": 1}}', headers: json });
    assert.deepEqual([poison.status, poison.code], [400, 'REQUEST_INVALID']);
    assert.equal((await refused({ ...search, headers: json })).status, 400);
  });

  it('is refused with a key it does not know, a size out of bounds or a value of another type, and the key is named', async () => {
    for (const [payload, key] of [
      [{ sizes: 5 }, 'sizes'],
      [{ size: 10_001 }, 'size'],
      [{ size: -1 }, 'size'],
      [{ size: '5' }, 'size'],
      [{ query: 5 }, 'query'],
      [{ query: 'x'.repeat(10_001) }, 'query'],
      [{ sort: 'a:up' }, 'sort'],
      [{ sort: 'a,b' }, 'sort'],
      [{ index: '/etc' }, 'index'],
      [{ index: 'a?b' }, 'index'],
      [{ from: 5 }, 'from'],
    ] as const) {
      const answer = await refused({
        method: 'POST',
        url: '/api/v1/search',
        payload: JSON.stringify(payload),
        headers: json,
      });
      assert.deepEqual([answer.status, answer.code, answer.where?.key], [400, 'REQUEST_INVALID', key]);
      assert.match(answer.message, new RegExp(`"${key}" in the body`));
    }
    const query = await refused({ url: '/api/v1/search?size=5&size=6' });
    assert.match(query.message, /"size" in the query/);
    const choice = await refused({ url: '/api/v1/alerts?status=closed' });
    assert.match(choice.message, /open, acknowledged, resolved, dismissed/);
  });

  it('is refused for a time that does not exist or a range that ends before it begins', async () => {
    for (const [from, key] of [
      ['2026-02-31', 'from'],
      ['2026-02-31T10:00:00Z', 'from'],
      ['yesterday', 'from'],
      ['now-99999999w', 'from'],
    ] as const) {
      const { status, code, where, message } = await refused({ url: `/api/v1/search?from=${from}` });
      assert.deepEqual([status, code, where], [400, 'TIME_INVALID', { key }]);
      assert.ok(message.includes(from));
    }
    const swapped = await refused({ url: '/api/v1/search?from=now&to=now-1h' });
    assert.deepEqual([swapped.code, swapped.where?.key], ['TIME_RANGE_EMPTY', 'to']);
  });

  it('is answered although a cursor makes its address very long', async () => {
    const ids = Array.from({ length: 1500 }, (_, at) => `an-id-of-usual-length-${at}`);
    const cursor = encodeCursor({ after: null, at: [1, 1], given: ids });
    assert.ok(cursor.length > 50_000);
    const { port } = server.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/search?size=1&cursor=${cursor}`);
    assert.equal(response.status, 200);
    assert.equal(((await response.json()) as SearchAnswer).hits.length, 1);
  });

  it('leaves the server able to answer the next one, even if it is no HTTP at all', async () => {
    const { port } = server.server.address() as AddressInfo;
    assert.match(await sendRaw(port, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(
      await sendRaw(port, `GET / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`),
      /^HTTP\/1\.1 431 /,
    );
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    assert.equal(response.status, 200);
    await response.body?.cancel();
  });
});
