import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { IngestAnswer } from '../../src/api/contract/ingest.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';
import { run, SOURCES, scratch, start, startNode, write } from './command.ts';
import { eventually, serverOf } from './server.ts';

const elasticsearch = elasticsearchUrl();
const CONFIG = `data: ./data
http: { port: 0 }
store: { embedded: {} }
inputs:
  - { name: apps, http: {} }
  - { name: otel, otlp: {} }
`;

async function post(url: string, body: string, batch?: string): Promise<IngestAnswer> {
  const headers: Record<string, string> = batch === undefined ? {} : { 'idempotency-key': batch };
  const answer = await fetch(`${url}api/v1/ingest/json`, { method: 'POST', body, headers });
  assert.equal(answer.status, 200, `${answer.status}`);
  return (await answer.json()) as IngestAnswer;
}

const bodyOf = (batch: number) =>
  Array.from(
    { length: 20 },
    (_, n) => `${JSON.stringify({ msg: `line ${batch * 20 + n}`, number: batch * 20 + n })}\n`,
  ).join('');

test('lines sent to up are in the store when they are answered, and ledger and explain know them', async (t) => {
  const folder = scratch(t);
  const config = write(folder, 'logmill.yaml', CONFIG);
  const server = await serverOf(start(t, ['up', '--config', config]));
  const answer = await post(server.url, '{"msg":"one"}\nno JSON\n');
  assert.deepEqual([answer.indexed, answer.dead_lettered, answer.items[0]!.reason], [1, 1, 'unparsable']);
  const { hits } = await server.ask('search', { query: 'message: one' });
  assert.equal(hits.length, 1);
  const { files, balanced } = await server.ask('ledger');
  assert.ok(balanced);
  assert.deepEqual(
    files.map(({ path: name, read }) => [name, read.lines]),
    [
      ['http:apps', 2],
      ['otlp:otel', 0],
    ],
  );
  const explained = await run(t, ['explain', 'http:apps:1', '--config', config]);
  assert.match(explained.stdout, /^dead_lettered: line 1 of http:apps is a dead letter: unparsable/);
});

test('a process that is killed while senders send: what was answered is there once, also when all of it is sent again', async (t) => {
  const folder = scratch(t);
  const config = write(folder, 'logmill.yaml', CONFIG);
  const args = ['up', '--config', config];
  const first = start(t, args);
  const before = await serverOf(first);
  const answered = new Set<number>();
  const sending = Array.from({ length: 30 }, async (_, batch) => {
    try {
      await post(before.url, bodyOf(batch), `batch-${batch}`);
      answered.add(batch);
      // In the midst of it: some are answered, others are on their way.
      if (answered.size === 5) first.child.kill('SIGKILL');
    } catch (error) {
      if (first.child.exitCode === null && first.child.signalCode === null && !first.child.killed) throw error;
    }
  });
  await Promise.all(sending);
  assert.ok(answered.size >= 5 && first.child.killed);
  const after = await serverOf(start(t, args));
  for (let batch = 0; batch < 30; batch++) {
    const answer = await post(after.url, bodyOf(batch), `batch-${batch}`);
    assert.equal(answer.indexed + answer.already_there, 20);
    if (answered.has(batch)) assert.equal(answer.already_there, 20, 'an answer means that the store has them');
  }
  const counts = await eventually('every line', async () => {
    const { total } = await after.ask('search', { query: 'json.number >= 0', size: '1' });
    return total >= 600 ? total : undefined;
  });
  assert.equal(counts, 600);
  const { balanced } = await after.ask('ledger');
  assert.ok(balanced);
});

async function packagesOf(t: TestContext, inputs: string): Promise<Set<string>> {
  const folder = scratch(t);
  const coverage = path.join(folder, 'coverage');
  mkdirSync(coverage);
  const store = `store: { elasticsearch: { node: "${elasticsearch}" } }`;
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nnamespace: receivers${process.pid}\n${store}\ninputs:\n  - ${inputs}\n`,
  );
  // The sources, in which every package has its own scripts.
  const agent = startNode(t, [SOURCES, 'agent', '--config', config], { NODE_V8_COVERAGE: coverage });
  await agent.until(/listening for (senders|syslog)/);
  agent.child.kill('SIGTERM');
  const { code, stderr } = await agent.ended;
  assert.equal(code, 0, stderr);
  const urls = readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(path.join(coverage, file), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
  const names = urls.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

const skip = elasticsearch === undefined ? ELASTICSEARCH_SKIP : false;
test('an agent that takes syslog loads no HTTP server; one that takes requests loads that and no more', {
  skip,
}, async (t) => {
  const syslog = await packagesOf(t, '{ name: net, syslog: { tcp: "127.0.0.1:0" } }');
  assert.ok(syslog.has('@elastic/elasticsearch'), 'the look sees what is loaded');
  assert.ok(!syslog.has('fastify'), 'fastify is loaded');
  const http = await packagesOf(t, '{ name: apps, http: { port: 0 } }');
  assert.ok(http.has('fastify'));
  for (const name of ['@duckdb/node-api', '@fastify/swagger', 'nodemailer'])
    assert.ok(!http.has(name), `${name} is loaded`);
});

test('an agent answers requests at an address of its own, and SIGTERM ends it when they are answered', {
  skip,
}, async (t) => {
  const folder = scratch(t);
  const store = `store: { elasticsearch: { node: "${elasticsearch}" } }`;
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nnamespace: receivers${process.pid}\n${store}\ninputs:\n  - { name: apps, http: { port: 0 } }\n`,
  );
  const agent = start(t, ['agent', '--config', config]);
  const [, url] = await agent.until(/"url":"(http:[^"]+)","msg":"listening for senders"/);
  const answers = Promise.all(Array.from({ length: 10 }, (_, batch) => post(url!, bodyOf(batch))));
  const [first] = await Promise.all([answers]).then(([all]) => all);
  assert.equal(first!.indexed, 20);
  agent.child.kill('SIGTERM');
  const { code, stdout } = await agent.ended;
  assert.equal(code, 0);
  assert.match(stdout, /200 lines of 1 file: 200 indexed/);
});
