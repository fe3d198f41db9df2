import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import { pino } from 'pino';
import { awaitStore } from '../../src/cli/awaited-store.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openPipelines, SHIPPED_PIPELINES } from '../../src/pipeline/pipelines.ts';
import { scratch, write } from '../process/command.ts';

async function awaited(t: TestContext, answer: RequestListener) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Client({ node, maxRetries: 0 });
  const stop = new AbortController();
  const { config } = await loadConfig(write(scratch(t), 'logmill.yaml', 'inputs: []\n'));
  const pipelines = await openPipelines([SHIPPED_PIPELINES]);
  const store = { home: 'elasticsearch', place: node, client, engine: undefined, close: async () => {} } as const;
  const options = { signal: stop.signal, pipelines };
  return { stop, awaited: awaitStore(store, config, pino({ enabled: false }), options) };
}

test('what a store refuses is said to who asks and to who waits, and is nobody’s unhandled rejection', async (t) => {
  const { awaited: store } = await awaited(t, (request, response) => {
    const isHealth = request.url?.startsWith('/_cluster/health') === true;
    response.writeHead(isHealth ? 200 : 403, {
      'content-type': 'application/json',
      'x-elastic-product': 'Elasticsearch',
    });
    response.end(isHealth ? '{"status":"green"}' : '{"error":"no right"}');
  });
  await assert.rejects(store.ready, /no right/);
  await assert.rejects(store.asked, /no right/);
});

test('who asks a store that does not answer is let go by a stop', async (t) => {
  const { awaited: store, stop } = await awaited(t, () => stop.abort());
  await assert.rejects(store.asked);
});
