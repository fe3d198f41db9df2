import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import type { Fault } from '../../src/api/contract/fault.ts';
import { connectElasticsearch } from '../../src/store/elasticsearch/connect.ts';
import type { Engine } from '../../src/store/engine.ts';
import { createAsker } from './answers.ts';
import { absentStore, testServer } from './test-server.ts';

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A store that answers as told, through a real connection. */
async function storeThat(t: TestContext, answer: (server: Server) => void, timeout = '30s') {
  const server = createServer();
  answer(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const node = `http://127.0.0.1:${portOf(server)}`;
  const store = connectElasticsearch({ node, dataStreams: true, timeout });
  t.after(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
  });
  return { store, server };
}

function answering(status: number, body: object) {
  return (server: Server) =>
    server.on('request', (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      response.end(JSON.stringify(body));
    });
}

describe('a store that does not answer as it should', () => {
  it('makes a question 503 when it takes longer than the configuration allows', async (t) => {
    const { store } = await storeThat(t, (server) => server.on('request', () => {}), '100ms');
    const ask = await createAsker(testServer(store));
    const { status, body } = await ask<Fault>('GET', '/api/v1/search');
    assert.deepEqual([status, body.error.code], [503, 'STORE_UNREACHABLE']);
    assert.match(body.error.message, /timed out/);
  });

  it('is told apart by what it answers: overloaded, refusing the question, refusing us', async (t) => {
    const reason = 'the innermost reason';
    const error = {
      type: 'x',
      reason: 'all shards failed',
      failed_shards: [{ reason: { reason: 'outer', caused_by: { reason } } }],
    };
    for (const [status, code, ours] of [
      [400, 'STORE_REFUSED', 400],
      [401, 'STORE_FORBIDDEN', 502],
      [403, 'STORE_FORBIDDEN', 502],
      [429, 'STORE_UNREACHABLE', 503],
      [500, 'STORE_UNREACHABLE', 503],
      [503, 'STORE_UNREACHABLE', 503],
    ] as const) {
      const { store } = await storeThat(t, answering(status, { error, status }));
      const ask = await createAsker(testServer(store));
      const answer = await ask<Fault>('GET', '/api/v1/search');
      assert.deepEqual([answer.status, answer.body.error.code], [ours, code], `${status}`);
      assert.ok(answer.body.error.message.includes(reason));
    }
  });

  it('is not ready while its health is red', async (t) => {
    const { store } = await storeThat(t, answering(200, { status: 'red' }));
    const ask = await createAsker(testServer(store));
    assert.equal((await ask('GET', '/ready')).status, 503);
  });

  it('does not show its inner faults to callers, only to the log', async (t) => {
    const engine: Engine = {
      handle: async () => {
        throw new Error('secret inner detail');
      },
      close: async () => {},
    };
    const away = absentStore();
    t.after(() => away.close());
    const lines = new PassThrough();
    const server = testServer({ ...away, engine }, { log: pino({}, lines) });
    const answer = await server.inject({ url: '/es/_search', headers: { host: 'localhost' } });
    assert.equal(answer.statusCode, 500);
    assert.ok(!answer.body.includes('secret inner detail'));
    assert.match(String(lines.read()), /secret inner detail/);
  });
});

describe('a client that leaves', () => {
  it('stops its question in the store, and is no fault in the log', async (t) => {
    let stopped: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    let asked: () => void = () => {};
    const under = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { store } = await storeThat(t, (server) =>
      server.on('request', (_request, response) => {
        response.once('close', stopped);
        asked();
      }),
    );
    const lines = new PassThrough();
    const server = testServer(store, { log: pino({ level: 'debug' }, lines) });
    await server.listen({ host: '127.0.0.1', port: 0 });
    t.after(() => server.close());
    const asking = request({ port: portOf(server.server), host: '127.0.0.1', path: '/api/v1/search' });
    asking.on('error', () => {});
    asking.end();
    await under;
    asking.destroy();
    await gone;
    const [line] = (await once(lines, 'data')) as [Buffer];
    assert.match(line.toString(), /"level":20,.*the client left before the answer/);
    assert.equal(lines.read(), null);
  });

  it('stops its question under /es as well', async (t) => {
    let asked: (signal: AbortSignal | undefined) => void = () => {};
    const under = new Promise<AbortSignal | undefined>((resolve) => {
      asked = resolve;
    });
    const engine: Engine = {
      handle: (_request, signal) => {
        asked(signal);
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('stopped')));
        });
      },
      close: async () => {},
    };
    const away = absentStore();
    const server = testServer({ ...away, engine });
    await server.listen({ host: '127.0.0.1', port: 0 });
    t.after(async () => {
      await server.close();
      await away.close();
    });
    const asking = request({ port: portOf(server.server), host: '127.0.0.1', path: '/es/_search' });
    asking.on('error', () => {});
    asking.end();
    const signal = await under;
    const aborted = once(signal!, 'abort');
    asking.destroy();
    await aborted;
  });
});
