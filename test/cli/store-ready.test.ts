import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import { storeReady } from '../../src/cli/store-ready.ts';
import { LogmillError } from '../../src/errors.ts';

const PLACE = 'the store';

/** A real server in the store's place; `answer` gets the number of the request, from 1. */
async function stub(t: TestContext, answer: (request: number, response: ServerResponse) => void) {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    response.setHeader('x-elastic-product', 'Elasticsearch').setHeader('content-type', 'application/json');
    answer(paths.length, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client({ node: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  t.after(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return { client, paths };
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end(status === 200 ? '{"status":"green"}' : '{"error":{"type":"t","reason":"r"}}');
}

test('a store that answers is asked for its health once, and nothing is said', async (t) => {
  const said: string[] = [];
  const { client, paths } = await stub(t, (_request, response) => end(response, 200));
  await storeReady(client, PLACE, 0, (reason) => said.push(reason));
  assert.deepEqual([paths, said], [['GET /_cluster/health'], []]);
});

test('a store that comes late is waited for, and its reason is said once', async (t) => {
  const said: string[] = [];
  const { client, paths } = await stub(t, (request, response) => end(response, request < 3 ? 503 : 200));
  await storeReady(client, PLACE, Number.POSITIVE_INFINITY, (reason) => said.push(reason));
  assert.equal(paths.length, 3);
  assert.equal(said.length, 1);
});

for (const { status, reason } of [
  { status: 401, reason: /refuses the credentials \(401\)/ },
  { status: 403, reason: /lack the right to ask for its health \(403\)/ },
  { status: 404, reason: /it answers 404/ },
  { status: 503, reason: /the store does not answer/ },
]) {
  test(`a store that answers ${status} until the patience is over is a fault that says so`, async (t) => {
    const { client } = await stub(t, (_request, response) => end(response, status));
    await assert.rejects(
      storeReady(client, PLACE, 0, () => {}),
      (error) => error instanceof LogmillError && error.code === 'STORE_UNREACHABLE' && reason.test(error.message),
    );
  });
}

test('Ctrl-C ends the wait, also while a store is silent', async (t) => {
  const stop = new AbortController();
  const { client } = await stub(t, () => stop.abort(new Error('Ctrl-C')));
  await assert.rejects(
    storeReady(client, PLACE, Number.POSITIVE_INFINITY, () => {}, stop.signal),
    /Ctrl-C/,
  );
});

test('a store that goes away while it is prepared is waited for, and prepared again', async (t) => {
  const { client, paths } = await stub(t, (request, response) => {
    if (request === 2) response.destroy();
    else end(response, request === 4 ? 503 : 200);
  });
  const prepare = async () => void (await client.indices.refresh({ index: 'logs-*' }, { maxRetries: 0 }));
  await storeReady(client, PLACE, Number.POSITIVE_INFINITY, () => {}, undefined, prepare);
  assert.deepEqual(paths, Array.from({ length: 3 }, () => ['GET /_cluster/health', 'GET /logs-*/_refresh']).flat());
});

for (const status of [401, 404, 405, 429]) {
  test(`a store that answers ${status} to what prepares it is waited for: credentials may be changing, a proxy in its place`, async (t) => {
    const said: string[] = [];
    const { client, paths } = await stub(t, (request, response) => end(response, request === 2 ? status : 200));
    const prepare = async () => void (await client.indices.refresh({ index: 'logs-*' }, { maxRetries: 0 }));
    await storeReady(client, PLACE, 60_000, (reason) => said.push(reason), undefined, prepare);
    assert.equal(paths.length, 4);
    assert.match(said[0]!, new RegExp(String(status)));
  });
}

test('what a store refuses is not asked for again', async (t) => {
  const { client, paths } = await stub(t, (request, response) => end(response, request === 2 ? 403 : 200));
  const prepare = async () => void (await client.indices.refresh({ index: 'logs-*' }, { maxRetries: 0 }));
  await assert.rejects(
    storeReady(client, PLACE, 60_000, () => {}, undefined, prepare),
    /403|"r"|t/,
  );
  assert.equal(paths.length, 2);
});
