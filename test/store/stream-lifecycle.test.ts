import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { agedByElasticsearch } from '../../src/store/stream-lifecycle.ts';
import { startCluster } from './cluster.ts';

type Stream = { name: string; next_generation_managed_by?: string; lifecycle?: object };

async function cluster(t: TestContext, status: number, streams: readonly Stream[]) {
  return await startCluster(t, status, { '/_data_stream': { data_streams: streams } });
}

const managed = (name: string, retention: string): Stream => ({
  name,
  next_generation_managed_by: 'Data stream lifecycle',
  lifecycle: { enabled: true, data_retention: retention },
});

test('streams under a lifecycle are left to it and get the configured retention, others are not named', async (t) => {
  const { client, changes } = await cluster(t, 200, [
    managed('logs-json-default', '30d'),
    managed('logs-nginx.access-default', '30d'),
    managed('logs-of.others-default', '5d'),
    { name: 'logs-pino-default', next_generation_managed_by: 'Index Lifecycle Management' },
    { name: 'logs-apt-default', next_generation_managed_by: 'Unmanaged' },
  ]);
  const ours = ['logs-json-default', 'logs-nginx.access-default', 'logs-pino-default', 'logs-apt-default'];
  const aged = await agedByElasticsearch(client, ours, (stream) => (stream.includes('nginx') ? '2w' : '30d'));
  assert.deepEqual([...aged].sort(), ['logs-json-default', 'logs-nginx.access-default', 'logs-pino-default']);
  assert.deepEqual(changes, ['PUT /_data_stream/logs-nginx.access-default/_lifecycle {"data_retention":"14d"}']);
});

test('a cluster without the data stream service ages nothing', async (t) => {
  // In the words of the real core.
  const error = 'no handler found for uri [/_data_stream/logs-*,metrics-*] and method [GET]';
  const { client } = await startCluster(t, 400, { '/_data_stream': { error } });
  assert.deepEqual([...(await agedByElasticsearch(client, ['logs-json-default'], () => '30d'))], []);
});

test('a cluster that refuses the question is an error, not a sweep', async (t) => {
  for (const status of [400, 403]) {
    const { client } = await cluster(t, status, []);
    await assert.rejects(agedByElasticsearch(client, ['logs-json-default'], () => '30d'));
  }
});
