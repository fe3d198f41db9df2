import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sweepRetention } from '../../src/store/retention.ts';
import { startCluster } from './cluster.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-21T00:00:00Z');
const RETENTION = { default: '30d', datasets: {}, schedule: '17 3 * * *' };
const OURS = { _meta: { managed_by: 'logmill' } };
const THEIRS = { _meta: { managed_by: 'fleet', package: { name: 'nginx' } } };
const BY = {
  nobody: { next_generation_managed_by: 'Unmanaged' },
  lifecycle: { next_generation_managed_by: 'Data stream lifecycle', lifecycle: { data_retention: '365d' } },
  ilm: { next_generation_managed_by: 'Index Lifecycle Management' },
};

/** A cluster with one stream of nginx logs, whose indices, the oldest first, have these mappings, and what a sweep changes there. */
async function sweep(t: TestContext, stream: string, mappings: readonly object[], managed: object): Promise<string[]> {
  const indices = mappings.map((mapping, at) => {
    const created = NOW - (300 - 100 * at) * DAY;
    const name = `.ds-${stream}-${new Date(created).toISOString().slice(0, 10).replaceAll('-', '.')}-00000${at + 1}`;
    return [name, { settings: { index: { creation_date: String(created) } }, mappings: mapping }];
  });
  const { client, changes } = await startCluster(t, 200, {
    '/.ds-': Object.fromEntries(indices),
    '/_data_stream': { data_streams: [{ name: stream, ...managed }] },
    '/_index_template': { index_templates: [{ name: 'logmill-nginx.access' }] },
  });
  await sweepRetention(
    { client, home: 'elasticsearch', place: '', engine: undefined, close: async () => {} },
    RETENTION,
    NOW,
  );
  return changes;
}

test('old indices of a stream that logmill made go, and its write index is rolled over', async (t) => {
  assert.deepEqual(await sweep(t, 'logs-nginx.access-default', [OURS, OURS, OURS], BY.nobody), [
    'DELETE /.ds-logs-nginx.access-default-2026.01.25-000001',
    'DELETE /.ds-logs-nginx.access-default-2026.05.05-000002',
    'POST /logs-nginx.access-default/_rollover {"conditions":{"max_age":"7d","min_docs":1}}',
  ]);
});

test('a stream that logmill made under a lifecycle gets its retention and nothing else', async (t) => {
  assert.deepEqual(await sweep(t, 'logs-nginx.access-default', [OURS, OURS], BY.lifecycle), [
    'PUT /_data_stream/logs-nginx.access-default/_lifecycle {"data_retention":"30d"}',
  ]);
});

for (const [by, managed] of Object.entries(BY)) {
  test(`a stream of Elastic Agent's nginx integration stays as it is, also one managed by ${by}`, async (t) => {
    assert.deepEqual(await sweep(t, 'logs-nginx.access-fleet', [THEIRS, THEIRS], managed), []);
    assert.deepEqual(await sweep(t, 'logs-nginx.access-plain', [{}, {}], managed), []);
    assert.deepEqual(await sweep(t, 'logs-nginx.access-taken_over', [THEIRS, OURS, OURS], managed), []);
  });
}
