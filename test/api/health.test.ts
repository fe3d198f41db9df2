import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Fault } from '../../src/api/contract/fault.ts';
import type { HealthAnswer, ReadyAnswer } from '../../src/api/contract/health.ts';
import type { Store } from '../../src/store/client.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { createAsker } from './answers.ts';
import { absentStore, openTestStore, testServer } from './test-server.ts';

const headers = { host: 'localhost' };
const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (-?[\d.e+-]+|[+-]Inf|NaN)$/;

describe('what monitors ask', () => {
  let store: Store;
  before(async () => {
    store = await openTestStore();
  });
  after(() => store.close());

  it('says that the process lives, store or none', async () => {
    const away = absentStore();
    for (const one of [store, away]) {
      const ask = await createAsker(testServer(one));
      const { status, body } = await ask<HealthAnswer>('GET', '/health');
      assert.deepEqual([status, body.status, body.version], [200, 'up', '0.0.0-test']);
    }
    await away.close();
  });

  it('says that it is ready while the store answers and every other check holds', async () => {
    const ask = await createAsker(
      testServer(store, { ready: () => [{ name: 'disk', ok: true, detail: '5 GB free' }] }),
    );
    const { status, body } = await ask<ReadyAnswer>('GET', '/ready');
    assert.deepEqual([status, body.ready], [200, true]);
    assert.deepEqual(
      body.checks.map(({ name, ok }) => [name, ok]),
      [
        ['store', true],
        ['disk', true],
      ],
    );
  });

  it('says 503 and why when the store is away or another check fails', async () => {
    const away = absentStore();
    const ask = await createAsker(testServer(away));
    const gone = await ask<ReadyAnswer>('GET', '/ready');
    assert.deepEqual([gone.status, gone.body.ready, gone.body.checks[0]?.ok], [503, false, false]);
    assert.match(gone.body.checks[0]!.detail, /127\.0\.0\.1:9 does not answer/);
    await away.close();
    const full = await createAsker(
      testServer(store, { ready: async () => [{ name: 'disk', ok: false, detail: 'full' }] }),
    );
    assert.equal((await full('GET', '/ready')).status, 503);
  });

  it('gives all metrics in Prometheus’ text format, labels escaped', async () => {
    const telemetry = createTelemetry();
    telemetry.readLines.labels('a "quoted"\\ input\nover two lines').inc(3);
    const server = testServer(store, { telemetry });
    await server.inject({ url: '/health', headers });
    const answer = await server.inject({ url: '/metrics', headers });
    assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    const lines = answer.body.split('\n').filter((line) => line !== '');
    const known = new Set<string>();
    for (const line of lines) {
      const comment = /^# (HELP|TYPE) (\S+) .+$/.exec(line);
      if (comment !== null) {
        known.add(comment[2]!);
        continue;
      }
      const sample = SAMPLE.exec(line);
      assert.ok(sample !== null, line);
      assert.ok(
        known.has(sample[1]!) || known.has(sample[1]!.replace(/_(bucket|sum|count)$/, '')),
        `${line} has a type`,
      );
    }
    assert.ok(lines.includes('logmill_agent_read_lines_total{input="a \\"quoted\\"\\\\ input\\nover two lines"} 3'));
    assert.ok(
      lines.some((line) => line.startsWith('logmill_http_request_seconds_count{route="/health",status="200"} 1')),
    );
  });

  it('counts requests by route, so that made-up paths make no new series', async () => {
    const telemetry = createTelemetry();
    const server = testServer(store, { telemetry });
    for (const url of ['/api/v1/alerts/one', '/api/v1/alerts/two', '/es/a/_search', '/es/b/_search', '/x', '/y'])
      await server.inject({ url, headers });
    const { values } = await telemetry.httpSeconds.get();
    const routes = new Set(values.map(({ labels }) => labels.route));
    assert.deepEqual([...routes].sort(), ['/api/v1/alerts/:id', '/es/*', 'unknown']);
  });
});

describe('a store that is away', () => {
  it('makes every question 503, with where it should be and what to do', async () => {
    const store = absentStore();
    const ask = await createAsker(testServer(store));
    for (const path of ['search', 'fields', 'error-groups', 'security', 'alerts', 'alerts/x', 'dead-letters']) {
      const { status, body } = await ask<Fault>('GET', `/api/v1/${path}`);
      assert.deepEqual([status, body.error.code], [503, 'STORE_UNREACHABLE'], path);
      assert.match(body.error.message, /127\.0\.0\.1:9/);
    }
    assert.equal((await ask('POST', '/api/v1/aggregate', { payload: {} })).status, 503);
    assert.equal((await ask('POST', '/api/v1/alerts/x/resolve', { payload: {} })).status, 503);
    assert.equal((await ask('GET', '/api/v1/ledger')).status, 200, 'what needs no store is answered');
    await store.close();
  });
});
