import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { IngestAnswer } from '../../src/api/contract/ingest.ts';
import { embeddedStore } from '../../src/drill/drill-store.ts';
import { FaultProxy } from '../../src/drill/fault-proxy.ts';
import { readStored } from '../../src/drill/stored.ts';
import { run, scratch, start, write } from './command.ts';
import { eventually } from './server.ts';

/* What waits in a queue while its store, or its pipeline, goes away. */

const NAMESPACE = 'leaves';
/** A pipeline of the user's own. */
const OWN = 'name: own\nsummary: own\ndataset: own\nstages:\n  - find-time: {}\n';
const LISTENING = /"url":"(http:[^"]+?)\/?","msg":"listening for senders"/;

async function opened(t: TestContext) {
  const folder = scratch(t);
  const store = await embeddedStore(path.join(folder, 'store'), path.join(folder, 'cache'));
  t.after(() => store.close());
  const proxy = new FaultProxy({ upstream: store.url, hasBlocks: false, rollOver: async () => {} });
  await proxy.start();
  t.after(() => proxy.close());
  const config = (more = '', node = proxy.node) => {
    const head = `data: ./data\nnamespace: ${NAMESPACE}\nstore: { elasticsearch: { node: "${node}" } }\n`;
    return write(folder, 'logmill.yaml', `${head}${more}inputs:\n  - { name: apps, http: { port: 0, wait: 300ms } }\n`);
  };
  return { folder, store, proxy, config };
}

async function post(url: string, pipeline: string, body: string) {
  const answer = await fetch(`${url}/api/v1/ingest/${pipeline}`, {
    method: 'POST',
    body,
    headers: { 'idempotency-key': body },
  });
  return { status: answer.status, body: (await answer.json()) as IngestAnswer & { queued?: number } };
}

test('a request is answered with 202 while the store is away, and with its verdict when it is sent again: there is one document', async (t) => {
  const { store, proxy, config } = await opened(t);
  const agent = start(t, ['agent', '--config', config()]);
  const [, url] = await agent.until(LISTENING);
  await eventually('the first is stored', async () => (await post(url!, 'plain-text', 'one\n')).status === 200);
  await proxy.set('down');
  const waits = await post(url!, 'plain-text', 'two\n');
  assert.deepEqual([waits.status, waits.body.queued], [202, 1]);
  await proxy.set('away');
  assert.equal((await post(url!, 'plain-text', 'two\n')).status, 202, 'sent again while the store is still away');
  await proxy.set('none');
  const settled = await eventually('the verdict', async () => {
    const again = await post(url!, 'plain-text', 'two\n');
    return again.status === 200 && again.body;
  });
  assert.deepEqual([settled.indexed, settled.already_there], [0, 1]);
  assert.deepEqual((await readStored(store.client, NAMESPACE)).map(({ text }) => text).sort(), ['one', 'two']);
  agent.child.kill('SIGTERM');
  assert.equal((await agent.ended).code, 0);
});

test('queued lines whose pipeline is configured no more become dead letters, whole, to be replayed with another one', async (t) => {
  const { folder, store, proxy, config } = await opened(t);
  mkdirSync(path.join(folder, 'own'));
  write(folder, 'own/own.yaml', OWN);
  const first = start(t, ['agent', '--config', config('pipelines: [./own]\n')]);
  const [, url] = await first.until(LISTENING);
  await proxy.set('down');
  assert.equal((await post(url!, 'own', 'kept whole\n')).status, 202);
  first.child.kill('SIGKILL');
  await first.ended;
  await proxy.set('none');
  // Straight to the store: the proxy's connections to it are of before.
  const direct = config('', store.url.href);
  const { code, stdout, stderr } = await run(t, ['agent', '--once', '--config', direct]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /1 dead letter/);
  const { hits } = await store.client.search<{ logmill: { dead_letter: { line: string; detail: string } } }>({
    index: `logs-logmill.dead_letter-${NAMESPACE}`,
  });
  const { line, detail } = hits.hits[0]!._source!.logmill.dead_letter;
  assert.deepEqual([line, detail], ['kept whole', 'no pipeline is called "own" any more']);
  const replayed = await run(t, ['dead-letters', 'replay', '--pipeline', 'plain-text', '--config', direct]);
  assert.equal(replayed.code, 0, replayed.stderr);
  assert.deepEqual(
    (await readStored(store.client, NAMESPACE)).map(({ text }) => text),
    ['kept whole'],
  );
});
