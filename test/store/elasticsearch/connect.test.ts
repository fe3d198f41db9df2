import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { errors } from '@elastic/elasticsearch';
import { LogmillError } from '../../../src/errors.ts';
import { connectElasticsearch } from '../../../src/store/elasticsearch/connect.ts';

const SECTION = { dataStreams: true, timeout: '5s' };

test('a failing request is sent once, with its credentials, and they stand in no error', async (t) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(503, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end('{}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  const node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secret = 'dGhpcy1pcy1zZWNyZXQ=';
  const store = connectElasticsearch({ ...SECTION, node, apiKey: secret });
  t.after(() => store.close());
  await assert.rejects(store.client.cluster.health(), (error) => {
    assert.ok(error instanceof errors.ResponseError);
    assert.ok(!inspect(error, { depth: 10 }).includes(secret));
    assert.ok(!JSON.stringify(error).includes(secret));
    return true;
  });
  assert.deepEqual(seen, [`ApiKey ${secret}`]);
});

test('credentials in the URL are not shown as the place', async () => {
  const store = connectElasticsearch({ ...SECTION, node: ['http://user:secret@127.0.0.1:1/', 'http://127.0.0.1:2'] });
  assert.equal(store.place, 'Elasticsearch at http://127.0.0.1:1, http://127.0.0.1:2');
  await store.close();
});

test('a certificate file that cannot be read is named', () => {
  const section = { ...SECTION, node: 'https://127.0.0.1:1', caFile: '/nowhere/ca.pem' };
  assert.throws(
    () => connectElasticsearch(section),
    (error) => error instanceof LogmillError && error.message.includes('/nowhere/ca.pem'),
  );
});

test('the Elasticsearch home loads neither DuckDB nor fastify', () => {
  const script = `
    await import(${JSON.stringify(new URL('../../../src/store/elasticsearch/connect.ts', import.meta.url).href)});
    await import(${JSON.stringify(new URL('../../../src/store/templates.ts', import.meta.url).href)});
    await import(${JSON.stringify(new URL('../../../src/store/client.ts', import.meta.url).href)});
    const { createRequire } = await import('node:module');
    const cached = Object.keys(createRequire(import.meta.url).cache).join();
    console.log(/duckdb|fastify/.test(cached), process.report.getReport().sharedObjects.join().includes('duckdb'));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(output.trim(), 'false false');
});
