import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { globSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { embeddedStore } from '../../src/drill/drill-store.ts';
import { FaultProxy } from '../../src/drill/fault-proxy.ts';
import { readStored } from '../../src/drill/stored.ts';
import { run, scratch, start, write } from './command.ts';
import { eventually } from './server.ts';

/* The store is away when logmill starts: what others send is taken, and is in the store once when that comes. */

const NAMESPACE = 'later';

/** A store that is away until told otherwise. */
async function storeAway(t: TestContext, folder: string) {
  const store = await embeddedStore(path.join(folder, 'store'), path.join(folder, 'cache'));
  t.after(() => store.close());
  const proxy = new FaultProxy({ upstream: store.url, hasBlocks: false, rollOver: async () => {} });
  await proxy.start();
  t.after(() => proxy.close());
  await proxy.set('down');
  const texts = async () => (await readStored(store.client, NAMESPACE)).map(({ text }) => text).sort();
  const [comes, goes] = [() => proxy.set('none'), () => proxy.set('down')];
  return { client: store.client, node: proxy.node, comes, goes, texts };
}

function configOf(folder: string, node: string, inputs: readonly string[]): string {
  const store = `store: { elasticsearch: { node: "${node}" } }`;
  const head = `data: ./data\nnamespace: ${NAMESPACE}\nhttp: { port: 0 }\n${store}\n`;
  return write(folder, 'logmill.yaml', `${head}inputs:\n${inputs.map((input) => `  - ${input}\n`).join('')}`);
}

const portOf = (text: string) => Number(/:(\d+)\/?$/.exec(text)![1]);
const syslog = (text: string) => `<13>1 2026-11-21T10:00:00Z host app 1 - - ${text}`;
const otlp = (text: string) =>
  JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: text } }] }] }] });
const onDisk = (folder: string, text: string) =>
  globSync(path.join(folder, 'data/queue/**/*.seg')).some((file) => readFileSync(file, 'latin1').includes(text));

async function post(url: string, body: string, type = 'text/plain'): Promise<number> {
  return (await fetch(url, { method: 'POST', body, headers: { 'content-type': type } })).status;
}

test('an agent whose store is away at start takes syslog, requests and OTLP, says what it waits for, and delivers all of it under its templates', async (t) => {
  const folder = scratch(t);
  const { client, node, comes, texts } = await storeAway(t, folder);
  write(folder, 'app.log', 'of a file\n');
  const inputs = [
    '{ name: net, syslog: { udp: "127.0.0.1:0", tcp: "127.0.0.1:0" } }',
    '{ name: apps, http: { port: 0, host: 127.0.0.1, wait: 100ms } }',
    '{ name: app, files: [./app.log], pipeline: plain-text }',
  ];
  const config = configOf(folder, node, inputs);
  const first = start(t, ['agent', '--config', config]);
  await first.until(
    /"level":40.*"msg":"waiting for the store; what others send is kept on disk meanwhile, files wait"/,
  );
  const [, udp, tcp] = await first.until(/"addresses":\["udp ([^"]+)","tcp ([^"]+)"\]/);
  const [, url] = await first.until(/"url":"(http:[^"]+)\/?","msg":"listening for senders"/);
  const datagrams = createSocket('udp4');
  t.after(() => datagrams.close());
  datagrams.send(syslog('a datagram'), portOf(udp!), '127.0.0.1');
  const socket = connect(portOf(tcp!), '127.0.0.1');
  socket.end(`${syslog('over a connection')}\n`);
  await once(socket, 'close');
  assert.equal(await post(`${url}api/v1/ingest/plain-text`, 'a request\n'), 202, 'on disk, and not in the store');
  await eventually('all on disk', async () =>
    ['a datagram', 'over a connection'].every((text) => onDisk(folder, text)),
  );
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start(t, ['agent', '--config', config]);
  const [, again] = await second.until(/"url":"(http:[^"]+)\/?","msg":"listening for senders"/);
  assert.equal(await post(`${again}api/v1/ingest/plain-text`, 'after a kill\n'), 202);
  await comes();
  await second.until(/"msg":"the store is there"/);
  const all = ['a datagram', 'a request', 'after a kill', 'of a file', 'over a connection'];
  await eventually('all of it', async () => (await texts()).length >= all.length);
  assert.deepEqual(await texts(), all);
  const mappings = await client.indices.getMapping({ index: `logs-*-${NAMESPACE}` });
  for (const { mappings: mapping } of Object.values(mappings)) {
    const { properties = {} } = (mapping.properties?.['event'] ?? {}) as {
      properties: Record<string, { type: string }>;
    };
    assert.equal(properties['dataset']?.type, 'keyword', 'the template came first');
  }
  second.child.kill('SIGTERM');
  assert.equal((await second.ended).code, 0);
});

test('up whose store is away at start serves its page and takes requests and OTLP at its own address', async (t) => {
  const folder = scratch(t);
  const { node, comes, texts } = await storeAway(t, folder);
  const inputs = ['{ name: apps, http: { wait: 50ms } }', '{ name: otel, otlp: { wait: 50ms } }'];
  const up = start(t, ['up', '--config', configOf(folder, node, inputs)]);
  await up.until(/^waiting for Elasticsearch at \S+: .*; what others send is kept on disk meanwhile, files wait$/m);
  const [, url] = await up.until(/page +(http:\S+)/);
  await up.until(/store +Elasticsearch at \S+, which is waited for/);
  assert.equal(await post(`${url}api/v1/ingest/plain-text`, 'a request\n'), 202);
  assert.equal(await post(`${url}v1/logs`, otlp('an exported record'), 'application/json'), 200);
  await comes();
  await up.until(/^Elasticsearch at \S+ is there$/m);
  await eventually('all of it', async () => (await texts()).length >= 2);
  assert.equal(await post(`${url}api/v1/ingest/plain-text`, 'later\n').then((status) => status < 203), true);
  await eventually('the later one', async () => (await texts()).includes('later'));
  assert.equal((await texts()).length, 3);
  up.child.kill('SIGTERM');
  assert.equal((await up.ended).code, 0);
});

test('another configuration is taken while the store is away, from the start and later, and its lines are there once it comes', async (t) => {
  const folder = scratch(t);
  const { node, comes, goes, texts } = await storeAway(t, folder);
  const inputs = ['a', 'b', 'c'].map((name) => `{ name: ${name}, files: [./${name}.log], pipeline: plain-text }`);
  for (const name of ['a', 'b', 'c']) write(folder, `${name}.log`, `of ${name}\n`);
  const agent = start(t, ['agent', '--config', configOf(folder, node, inputs.slice(0, 1))]);
  await agent.until(/"msg":"waiting for the store;/);
  const taken = async (count: number) => {
    configOf(folder, node, inputs.slice(0, count));
    agent.child.kill('SIGHUP');
    await agent.until(new RegExp(`"inputs":${count},[^\n]*"msg":"the configuration is taken anew"`));
  };
  await taken(2);
  assert.deepEqual(await texts(), []);
  await comes();
  await eventually('both', async () => (await texts()).length === 2);
  await goes();
  await taken(3);
  await comes();
  await eventually('all three', async () => (await texts()).length === 3);
  assert.deepEqual(await texts(), ['of a', 'of b', 'of c']);
  agent.child.kill('SIGTERM');
  assert.equal((await agent.ended).code, 0);
});

test('an agent that never found its store stops at once at SIGTERM, and its checkpoint does not grow with what waits', async (t) => {
  const folder = scratch(t);
  const config = configOf(folder, 'http://127.0.0.1:9', ['{ name: apps, http: { port: 0, wait: 1ms } }']);
  const agent = start(t, ['agent', '--config', config]);
  const [, url] = await agent.until(/"url":"(http:[^"]+)\/?","msg":"listening for senders"/);
  const checkpoint = () => {
    const sizes = globSync(path.join(folder, 'data/state/checkpoint.*')).map((file) => statSync(file).size);
    return sizes.length === 0 ? undefined : Math.max(...sizes);
  };
  assert.equal(await post(`${url}api/v1/ingest/plain-text`, 'first\n'), 202);
  const before = await eventually('a checkpoint', async () => checkpoint());
  const body = Array.from({ length: 5000 }, (_, number) => `line ${number}\n`).join('');
  for (let round = 0; round < 5; round++) assert.equal(await post(`${url}api/v1/ingest/plain-text`, body), 202);
  const stopping = performance.now();
  agent.child.kill('SIGTERM');
  const { code, stdout } = await agent.ended;
  assert.equal(code, 0);
  assert.match(stdout, /0 indexed/);
  assert.ok(performance.now() - stopping < 8000, 'nothing is waited for that cannot come');
  assert.ok(checkpoint()! < before + 200, `${before} and then ${checkpoint()} bytes`);
});

test('a single run fails after --wait where the store stays away, and leaves what the queue holds', async (t) => {
  const folder = scratch(t);
  const config = configOf(folder, 'http://127.0.0.1:9', ['{ name: apps, http: { port: 0, wait: 1ms } }']);
  const agent = start(t, ['agent', '--config', config]);
  const [, url] = await agent.until(/"url":"(http:[^"]+)\/?","msg":"listening for senders"/);
  assert.equal(await post(`${url}api/v1/ingest/plain-text`, 'kept\n'), 202);
  agent.child.kill('SIGTERM');
  await agent.ended;
  const { code, stderr } = await run(t, ['agent', '--once', '--wait', '300ms', '--config', config]);
  assert.equal(code, 1);
  assert.match(stderr, /127\.0\.0\.1:9.*does not answer/s);
  assert.ok(onDisk(folder, 'kept'));
});
