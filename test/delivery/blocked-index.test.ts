import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { checkConfig } from '../../src/config/load.ts';
import { type MainLine, startMainLine } from '../../src/main-line.ts';
import { HeldBack } from '../../src/model/held-back.ts';
import { balances } from '../../src/model/ledger.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import type { Store } from '../../src/store/client.ts';
import { connectElasticsearch } from '../../src/store/elasticsearch/connect.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { chunkOf, type Kind, STREAM, sourceOf, startTestDelivery } from './chunks.ts';
import { type FaultStore, startFaultStore } from './fault-store.ts';

const READ_ONLY = {
  status: 429,
  type: 'cluster_block_exception',
  reason:
    'index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];',
};
const BLOCKED = 'logs-blocked-default';
const many = (count: number): Kind[] => Array.from({ length: count }, () => 'document');

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('an index that takes nothing', () => {
  let store: FaultStore;
  let isBlocked: boolean;
  beforeEach(async () => {
    store = await startFaultStore();
    isBlocked = true;
    store.settings.refuse = ({ index }) => (isBlocked && index === BLOCKED ? READ_ONLY : undefined);
  });
  afterEach(() => store.close());

  it('waits in a lane of its own while others pass, is asked ever more seldom, and loses and doubles nothing', async () => {
    const heldBack = new HeldBack(2000);
    const { delivery, messages, clock } = startTestDelivery(store.client(), { heldBack });
    const blocked = sourceOf('blocked', 0);
    const free = sourceOf('free', 0);
    const waiting = [];
    for (let round = 0; round < 20; round++) {
      waiting.push(chunkOf(many(20), { input: 'blocked', source: blocked, stream: BLOCKED, start: round * 10_000 }));
      await delivery.accept(waiting.at(-1)!.processed);
      const passing = chunkOf(many(20), { input: 'free', source: free, start: round * 10_000 });
      await delivery.accept(passing.processed);
      await until(() => passing.tallies.length === 1);
    }
    assert.deepEqual([store.ids(BLOCKED).length, store.ids(STREAM).length], [0, 400]);
    const [lane, ...more] = delivery.status().lanes;
    assert.deepEqual([lane?.index, lane?.reason, lane?.documents, more.length], [BLOCKED, 'blocked', 400, 0]);
    assert.ok(heldBack.holds(blocked) && !heldBack.holds(free) && heldBack.bytes > 2000);
    const asked = store.requests.length;
    const from = clock.now();
    while (clock.now() - from < 60_000) await new Promise(setImmediate);
    assert.ok(store.requests.length - asked < 12, `${store.requests.length - asked} probes in a minute`);
    isBlocked = false;
    await delivery.drain();
    assert.equal(store.ids(BLOCKED).length, 400);
    assert.equal(new Set(store.ids(BLOCKED)).size, 400);
    assert.ok(waiting.every(({ tallies }) => tallies[0]?.indexed.lines === 20));
    assert.deepEqual([heldBack.bytes, heldBack.holds(blocked), delivery.status().lanes], [0, false, []]);
    assert.equal(messages.filter(({ index }) => index === BLOCKED).length, 2, 'said when it closes and when it opens');
    await delivery.close();
  });

  it('waits alone also where it cannot even be searched for what an earlier process may have sent', async () => {
    isBlocked = false;
    store.settings.unsearchable = BLOCKED;
    const { delivery } = startTestDelivery(store.client());
    // Of both it is not known what was in the file before.
    const waiting = chunkOf(many(20), { input: 'blocked', stream: BLOCKED });
    const passing = chunkOf(many(20), { input: 'free' });
    await delivery.accept(waiting.processed);
    await delivery.accept(passing.processed);
    await until(() => passing.tallies.length === 1);
    assert.deepEqual([store.ids(BLOCKED).length, waiting.tallies.length], [0, 0]);
    assert.deepEqual(
      delivery.status().lanes.map(({ index, reason }) => [index, reason]),
      [[BLOCKED, 'unavailable']],
    );
    assert.equal(delivery.status().store.state, 'ready');
    store.settings.unsearchable = undefined;
    await delivery.drain();
    assert.equal(waiting.tallies[0]!.indexed.lines, 20);
    assert.equal(store.ids(BLOCKED).length, 20);
    await delivery.close();
  });

  it('gives back what it held of a chunk that was settled while the lane is still closed', async () => {
    const heldBack = new HeldBack(1);
    let refused = 0;
    store.settings.refuse = ({ index, id }) =>
      index === BLOCKED && (!id.includes('kkk-00000000000') || ++refused <= 2) && isBlocked ? READ_ONLY : undefined;
    const { delivery } = startTestDelivery(store.client(), { heldBack });
    const source = sourceOf('blocked', 0);
    const first = chunkOf(many(1), { input: 'blocked', source, stream: BLOCKED });
    const second = chunkOf(many(1), { input: 'blocked', source, stream: BLOCKED, start: 1000 });
    await delivery.accept(first.processed);
    await delivery.accept(second.processed);
    await until(() => first.tallies.length === 1);
    assert.equal(heldBack.bytes, second.processed.chunk.end - 1000);
    isBlocked = false;
    await delivery.drain();
    assert.equal(heldBack.bytes, 0);
    await delivery.close();
  });

  it('is not closed again by a store that goes away when it has just opened', async () => {
    const { delivery, messages } = startTestDelivery(store.client(), {
      settings: { in_flight: '32MB', batch: '2KB', concurrency: 1, linger: '10ms' },
    });
    const source = sourceOf('blocked', 0);
    const waiting = chunkOf(many(40), { input: 'blocked', source, stream: BLOCKED });
    await delivery.accept(waiting.processed);
    await until(() => delivery.status().lanes[0]?.documents === 40);
    isBlocked = false;
    // What is tried passes; what was let go with it meets a store that has no time.
    store.bulkFaults.push({ kind: 'items', every: 1000, status: 0, type: '', reason: '' });
    store.bulkFaults.push({ kind: 'status', status: 503, body: '' });
    await delivery.drain();
    assert.equal(waiting.tallies[0]!.indexed.lines, 40);
    const said = messages.filter(({ index }) => index === BLOCKED).map(({ reason, msg }) => `${reason}: ${msg}`);
    assert.deepEqual(said, [
      'blocked: the store puts documents off: sending them again',
      'blocked: the store has taken the documents it put off',
    ]);
    await delivery.close();
  });

  describe('with the agent before it', () => {
    let folder: string;
    let mainLine: MainLine;
    let remote: Store;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'logmill-blocked-'));
    });
    afterEach(async () => {
      await mainLine?.stop(0).catch(() => {});
      await remote?.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function start() {
      const inputs = ['blocked', 'free'].map(
        (name) =>
          `  - { name: ${name}, files: [${name}*.log], pipeline: plain-text, dataset: ${name}, max_line_bytes: 10KB }`,
      );
      const delivery = 'delivery: { in_flight: 128KB, batch: 32KB, concurrency: 2, linger: 20ms }';
      await writeFile(join(folder, 'logmill.yaml'), `data: ./data\n${delivery}\ninputs:\n${inputs.join('\n')}\n`);
      const { value: config, faults } = await checkConfig(join(folder, 'logmill.yaml'));
      assert.deepEqual(faults, []);
      remote = connectElasticsearch({ node: store.node, dataStreams: true, timeout: '5s' });
      mainLine = startMainLine({
        config: config!,
        store: remote,
        pipelines: await loadPipelines(),
        stateFolder: join(folder, 'state'),
        host: { id: 'host-1', name: 'web1' },
        once: true,
        telemetry: createTelemetry(),
        log: pino({ level: 'silent' }),
      });
      return mainLine;
    }
    const lines = (word: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${word} line ${at} ${'.'.repeat(60)}\n`).join('');

    it('report 2: a read-only index discards nothing and stops nobody else: ten thousand lines of others pass, its checkpoint stays, and all arrive once', async () => {
      await writeFile(join(folder, 'blocked.log'), lines('blocked', 10_000));
      await writeFile(join(folder, 'free.log'), lines('free', 10_000));
      const { agent, delivery, done } = await start();
      await until(() => store.ids('logs-free-default').length === 10_000);
      const entryOf = (input: string) => agent.files().find((entry) => entry.input === input)!;
      await until(() => entryOf('free').inFlight.bytes === 0);
      const entry = entryOf('blocked');
      assert.deepEqual([entry.acknowledged, entry.tally.indexed.lines, balances(entry)], [0, 0, true]);
      assert.ok(entry.unread > 0, 'its file is not read on');
      assert.ok(entry.inFlight.bytes <= 2 * 128 * 1024, `${entry.inFlight.bytes} bytes are held`);
      assert.deepEqual(
        delivery.status().lanes.map(({ index }) => index),
        [BLOCKED],
      );
      isBlocked = false;
      await done;
      assert.equal(store.ids(BLOCKED).length, 10_000);
      assert.equal(new Set(store.ids(BLOCKED)).size, 10_000);
      assert.equal(entryOf('blocked').tally.indexed.lines, 10_000);
    });

    it('report 2: reads files that come later though the blocked one was first and had the room to itself', async () => {
      await writeFile(join(folder, 'blocked.log'), lines('blocked', 10_000));
      const { agent, done } = await start();
      await until(() => mainLine.delivery.status().lanes.length === 1);
      await writeFile(join(folder, 'free.log'), lines('free', 5000));
      await agent.look();
      await until(() => store.ids('logs-free-default').length === 5000);
      isBlocked = false;
      await done;
      assert.equal(store.ids(BLOCKED).length, 10_000);
    });
  });
});
