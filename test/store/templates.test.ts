import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Config } from '../../src/config/schema.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import type { Store } from '../../src/store/client.ts';
import { sweepRetention } from '../../src/store/retention.ts';
import { installTemplates, SHIPPED_DATASETS } from '../../src/store/templates.ts';
import { add, HOMES, type Home, streamOf } from './homes.ts';

const DAY = 86_400_000;
/** Other tests may use the same Elasticsearch: only these two datasets are ever swept. */
const RETENTION: Config['retention'] = {
  default: '3650d',
  datasets: { 'sweep.short': '2d', 'sweep.long': '30d' },
  schedule: '17 3 * * *',
};

async function prepared(t: TestContext, home: Home): Promise<Store> {
  const store = await home.open(t);
  t.after(() => store.close());
  const config = { inputs: [], retention: RETENTION, store: {} };
  await installTemplates(store, config);
  await installTemplates(store, config, { datasets: ['shop.orders'], metrics: ['shop.orders'] });
  return store;
}

for (const home of HOMES) {
  const { skip } = home;

  test(`${home.name}: events of shipped and own datasets go to data streams with ECS types`, { skip }, async (t) => {
    const { client } = await prepared(t, home);
    for (const dataset of ['nginx.access', 'shop.orders']) {
      const stream = streamOf(dataset);
      const event = {
        '@timestamp': '2026-01-01T00:00:00.000Z',
        message: 'GET /x',
        http: { response: { status_code: 404, bytes: 12 } },
        source: { ip: '10.0.0.1' },
        event: { category: ['web'], duration: 1_000_000 },
        shop: { price: 1.1, note: 'x', client_ip: '::1' },
      };
      assert.equal(await add(client, stream, event), 201);
      const { fields } = await client.fieldCaps({ index: stream, fields: '*' });
      const typeOf = (field: string) => Object.keys(fields[field] ?? {});
      assert.deepEqual(typeOf('@timestamp'), ['date']);
      assert.deepEqual(typeOf('message'), ['text']);
      assert.deepEqual(typeOf('http.response.status_code'), ['long']);
      assert.deepEqual(typeOf('source.ip'), ['ip']);
      assert.deepEqual(typeOf('event.category'), ['keyword']);
      assert.deepEqual(typeOf('shop.price'), ['double']);
      assert.deepEqual(typeOf('shop.note'), ['keyword']);
      assert.deepEqual(typeOf('shop.client_ip'), ['ip']);
      const { hits } = await client.search({ index: stream });
      assert.match(hits.hits[0]!._index, /^\.ds-logs-/);
    }
  });

  test(`${home.name}: counts of events go to data streams of metrics, whole and fractional alike`, {
    skip,
  }, async (t) => {
    const { client } = await prepared(t, home);
    const stream = streamOf('shop.orders', 'metrics');
    for (const sum of [3, 2.5]) {
      const metric = { name: 'orders', count: 2, values: { shop: { price: { sum } } } };
      const event = { '@timestamp': '2026-01-01T00:00:00.000Z', message: 'orders: 2', logmill: { metric } };
      assert.equal(await add(client, stream, event), 201);
    }
    const { aggregations, hits } = await client.search<unknown, { total: { value: number } }>({
      index: stream,
      aggs: { total: { sum: { field: 'logmill.metric.values.shop.price.sum' } } },
    });
    assert.equal(aggregations?.total.value, 5.5);
    assert.match(hits.hits[0]!._index, /^\.ds-metrics-/);
  });

  test(`${home.name}: a value of the wrong type is kept, a time of the wrong form is refused`, { skip }, async (t) => {
    const { client } = await prepared(t, home);
    const stream = streamOf('json');
    const time = '2026-01-01T00:00:00.000Z';
    const odd = {
      '@timestamp': time,
      http: { response: { status_code: 'n/a' } },
      source: { ip: 'unknown' },
      error: { stack_trace: 'at x\n'.repeat(1000), type: 'E'.repeat(2000) },
    };
    assert.equal(await add(client, stream, odd), 201);
    assert.equal(await add(client, stream, { '@timestamp': 'soon' }), 400);
    assert.equal(await add(client, stream, { message: 'no time' }), 400);
    assert.equal(await add(client, stream, { '@timestamp': time, host: 'web1' }), 400);
    const count = async (field: string) => (await client.count({ index: stream, query: { exists: { field } } })).count;
    const counts = await Promise.all(
      ['http.response.status_code', 'source.ip', 'error.stack_trace', 'error.type'].map(count),
    );
    assert.deepEqual(counts, [0, 0, 1, 0]);
    const { hits } = await client.search({ index: stream });
    assert.deepEqual(hits.hits[0]!._source, odd);
  });

  test(`${home.name}: more fields than the limit are accepted`, { skip }, async (t) => {
    const { client } = await prepared(t, home);
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`field_${at}`, at]));
    assert.equal(await add(client, streamOf('json'), { '@timestamp': 0, many }), 201);
  });

  test(`${home.name}: state indices are there and take conditional writes`, { skip }, async (t) => {
    const { client } = await prepared(t, home);
    const id = `t${process.pid}`;
    assert.equal((await client.count({ index: 'logmill-alerts,logmill-state' })).count >= 0, true);
    const first = await client.index({ index: 'logmill-state', id, document: { until_at: new Date(0).toISOString() } });
    const condition = { if_seq_no: first._seq_no!, if_primary_term: first._primary_term! };
    await client.index({ index: 'logmill-state', id, document: { n: 1 }, ...condition });
    await assert.rejects(client.index({ index: 'logmill-state', id, document: { n: 2 }, ...condition }));
  });

  test(`${home.name}: a sweep deletes slices past their retention, not the one written to`, { skip }, async (t) => {
    const store = await prepared(t, home);
    const { client } = store;
    const [short, long] = [streamOf('sweep.short'), streamOf('sweep.long')];
    for (const stream of [short, long]) {
      await add(client, stream, { '@timestamp': 0, n: 1 });
      await client.indices.rollover({ alias: stream });
      await add(client, stream, { '@timestamp': 0, n: 2 });
    }
    const mine = (names: readonly string[]) => names.filter((name) => name.includes(short) || name.includes(long));
    const now = Date.now();
    assert.deepEqual(mine(await sweepRetention(store, RETENTION, now + DAY)), []);
    const removed = mine(await sweepRetention(store, RETENTION, now + 3 * DAY));
    assert.equal(removed.length, 1);
    assert.match(removed[0]!, new RegExp(`^\\.ds-${short}-.*-000001$`));
    assert.equal((await client.count({ index: short })).count, 1);
    assert.equal((await client.count({ index: long })).count, 2);
    assert.equal(mine(await sweepRetention(store, RETENTION, now + 31 * DAY)).length, 1);
    assert.equal((await client.count({ index: long })).count, 1);
  });

  test(`${home.name}: a sweep leaves streams of others alone, also those of a dataset of logmill's`, {
    skip,
  }, async (t) => {
    const store = await prepared(t, home);
    const { client } = store;
    const theirs = streamOf('sweep.short');
    const taken = `${theirs}-taken`;
    const name = `theirs-${theirs}`;
    await client.indices.putIndexTemplate({ name, index_patterns: [`${theirs}*`], priority: 900, data_stream: {} });
    await add(client, theirs, { '@timestamp': 0 });
    await add(client, taken, { '@timestamp': 0 });
    await client.indices.rollover({ alias: theirs });
    await client.indices.deleteIndexTemplate({ name });
    // From here on logmill's template makes what rolls over.
    await client.indices.rollover({ alias: taken });
    await client.indices.rollover({ alias: taken });
    const names = async () => Object.keys(await client.indices.get({ index: `${theirs},${taken}` })).toSorted();
    const before = await names();
    assert.equal(before.length, 5);
    await sweepRetention(store, RETENTION, Date.now() + 3 * DAY);
    assert.deepEqual(await names(), before);
  });
}

test('the datasets that ship are those of the shipped pipelines, of logmill itself, and apt', async () => {
  const { definitions } = await loadPipelines();
  const own = ['apt', 'logmill.alert', 'logmill.dead_letter', 'logmill.log'];
  const all = new Set([...definitions.map(({ dataset }) => dataset), ...own]);
  assert.deepEqual([...SHIPPED_DATASETS].sort(), [...all].sort());
});
