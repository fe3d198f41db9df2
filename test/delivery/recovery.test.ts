import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { Source } from '../../src/model/line.ts';
import { chunkOf, STREAM, sourceOf, startTestDelivery } from './chunks.ts';
import { type FaultStore, startFaultStore } from './fault-store.ts';

const STEP = 1000;

describe('looking up what may have been sent before', () => {
  const stores: FaultStore[] = [];
  let store: FaultStore;
  beforeEach(async () => {
    store = await startFaultStore();
    stores.push(store);
  });
  after(async () => {
    await Promise.all(stores.map((each) => each.close()));
  });

  /** Sends chunks of one line each, one after the other; returns how many look-ups that took, and the tallies. */
  async function send(
    starts: readonly number[],
    source: Source,
    delivery = startTestDelivery(store.client()).delivery,
  ) {
    const before = lookUps();
    const chunks = starts.map((start) => chunkOf(['document'], { start, source }));
    for (const { processed } of chunks) {
      await delivery.accept(processed);
      await delivery.drain();
    }
    const found = chunks.filter(({ tallies }) => tallies[0]!.already_there.lines > 0).length;
    return { delivery, lookUps: lookUps() - before, found };
  }
  const lookUps = () => store.requests.filter((path) => path.endsWith('/_search')).length;
  const steps = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => (from + at) * STEP);

  it('ends with what was in the file when it was opened, however few lines come', async () => {
    const { delivery, lookUps } = await send(steps(0, 23), sourceOf('app', 1));
    assert.equal(lookUps, 1);
    await delivery.close();
  });

  it('is not needed where nothing was there', async () => {
    const { delivery, lookUps } = await send(steps(0, 5), sourceOf('app', 0));
    assert.equal(lookUps, 0);
    await delivery.close();
  });

  it('finds what the process before had sent, also after a rollover, and ends with the first line that is new', async () => {
    await (await send(steps(0, 4), sourceOf('app', 0))).delivery.close();
    store.rollover();
    const again = await send(steps(1, 9), sourceOf('app', 4 * STEP));
    assert.deepEqual([again.found, again.lookUps], [3, 4], 'three that were there, and one to see that no more are');
    assert.equal(store.ids(STREAM).length, 9);
    await again.delivery.close();
  });

  it('goes on beyond that where lines go on being there, as in a copy that was opened while it was made', async () => {
    await (await send(steps(0, 8), sourceOf('app', 0))).delivery.close();
    store.rollover();
    const copy = await send(steps(0, 8), sourceOf('app', 2 * STEP));
    assert.deepEqual([copy.found, copy.lookUps], [8, 8]);
    await copy.delivery.close();
  });

  it('begins again for the whole input when a line was there that none before can have sent, until the budget has passed', async () => {
    const settings = { in_flight: '600B', batch: '16KB', concurrency: 2, linger: '10ms' };
    await (await send(steps(3, 4), sourceOf('app', 0))).delivery.close();
    const { delivery } = startTestDelivery(store.client(), { settings });
    const surprise = await send(steps(0, 4), sourceOf('app', 0), delivery);
    assert.deepEqual([surprise.found, surprise.lookUps], [1, 0]);
    const sibling = sourceOf('app', 0);
    assert.equal((await send(steps(10, 20), sibling, delivery)).lookUps, 10);
    assert.ok((await send(steps(20, 60), sibling, delivery)).lookUps < 40);
    assert.equal((await send(steps(60, 65), sibling, delivery)).lookUps, 0);
    await delivery.close();
  });

  const pass = { kind: 'items', every: 1_000_000, status: 0, type: '', reason: '' } as const;
  const unavailable = (type: string) => ({
    kind: 'status' as const,
    status: 503,
    body: JSON.stringify({ error: { type, reason: 'all shards failed' }, status: 503 }),
  });

  it('settles once what was found before the look-up of the rest failed', async () => {
    const lines = Array.from({ length: 6000 }, () => 'document' as const);
    const settings = { in_flight: '32MB', batch: '8MB', concurrency: 1, linger: '10ms' };
    const first = startTestDelivery(store.client(), { settings });
    await first.delivery.accept(chunkOf(lines, { source: sourceOf('app', 0) }).processed);
    await first.delivery.drain();
    await first.delivery.close();
    const again = startTestDelivery(store.client(), { settings });
    // The refresh and the first ids pass.
    store.faults.push(pass, pass, unavailable('search_phase_execution_exception'));
    const { processed, tallies } = chunkOf(lines, { source: sourceOf('app') });
    await again.delivery.accept(processed);
    await again.delivery.drain();
    assert.equal(tallies[0]!.already_there.lines, 6000);
    await again.delivery.close();
  });

  it('waits where a shard was not refreshed: what it holds no search would find', async () => {
    await (await send(steps(0, 1), sourceOf('app', 0))).delivery.close();
    store.rollover();
    store.faults.push({ kind: 'status', status: 200, body: '{"_shards":{"total":2,"successful":1,"failed":1}}' });
    const { found, delivery } = await send(steps(0, 1), sourceOf('app', STEP));
    assert.deepEqual([found, store.ids(STREAM).length], [1, 1]);
    await delivery.close();
  });

  it('finds nothing in a stream that is not there, whatever says so', async () => {
    const absent = JSON.stringify({ error: { type: 'index_not_found_exception', reason: 'no such index' } });
    store.faults.push({ kind: 'status', status: 404, body: absent });
    const { lookUps, delivery } = await send(steps(0, 1), sourceOf('app', STEP));
    assert.deepEqual([lookUps, store.ids(STREAM).length], [0, 1]);
    await delivery.close();
  });

  it('is done for a batch whose answer was lost, and for nothing after it', async () => {
    const source = sourceOf('app', 0);
    const { delivery } = startTestDelivery(store.client());
    store.bulkFaults.push({ kind: 'cut', taken: true, rollover: true });
    const lost = await send(steps(0, 1), source, delivery);
    assert.deepEqual([lost.found, lost.lookUps], [1, 1]);
    assert.equal((await send(steps(1, 6), source, delivery)).lookUps, 0);
    assert.equal(store.ids(STREAM).length, 6);
    await delivery.close();
  });
});
