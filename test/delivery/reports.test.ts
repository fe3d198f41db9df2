import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { DeliveryStatus } from '../../src/delivery/delivery.ts';
import type { Telemetry } from '../../src/telemetry.ts';
import { chunkOf, type Kind, LETTERS, STREAM, sourceOf, startTestDelivery } from './chunks.ts';
import { type FaultStore, startFaultStore } from './fault-store.ts';

/** What users report of other shippers, by the numbers of the design notes; each is a case here. */

const BUSY = {
  status: 429,
  type: 'es_rejected_execution_exception',
  reason: 'rejected execution of primary operation',
};
const SECURITY = '{"error":{"type":"security_exception","reason":"action is unauthorized"},"status":403}';
const HOUR = 3_600_000;

const many = (count: number, kind: Kind = 'document'): Kind[] => Array.from({ length: count }, () => kind);

async function countOf(counter: Telemetry['outcomes'], label: string): Promise<number> {
  const { values } = await counter.get();
  return values.filter(({ labels }) => labels.outcome === label).reduce((sum, { value }) => sum + value, 0);
}

describe('what goes wrong with other shippers', () => {
  let store: FaultStore;
  beforeEach(async () => {
    store = await startFaultStore();
  });
  afterEach(() => store.close());

  function assertStoredOnce(count: number): void {
    assert.equal(store.ids(STREAM).length, count);
    assert.equal(new Set(store.ids(STREAM)).size, count);
  }

  it('report 1: items refused with 429 inside a 200 are sent again, alone, until they are taken', async () => {
    const fault = { kind: 'items', every: 4, ...BUSY } as const;
    store.bulkFaults.push(fault, fault, fault);
    const { delivery, telemetry } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(many(40));
    await delivery.accept(processed);
    await delivery.drain();
    await delivery.close();
    assertStoredOnce(40);
    assert.equal(tallies[0]!.indexed.lines, 40);
    const [{ value, labels }] = (await telemetry.retries.get()).values as [{ value: number; labels: object }];
    assert.deepEqual([value, labels], [10 + 2, { reason: 'overloaded', input: 'app' }]);
    assert.deepEqual((await telemetry.rejected.get()).values, []);
  });

  it('report 19: one success does not hide the 429 of all others in the same bulk', async () => {
    let refusing = true;
    const [first] = chunkOf(many(1)).processed.documents;
    store.settings.refuse = ({ id }) => (refusing && id !== first!.id ? BUSY : undefined);
    const { delivery } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf(many(50));
    await delivery.accept(processed);
    const drained = delivery.drain();
    while (delivery.status().lanes.length === 0) await new Promise(setImmediate);
    assert.deepEqual([store.ids(STREAM).length, tallies.length], [1, 0]);
    refusing = false;
    await drained;
    await delivery.close();
    assertStoredOnce(50);
  });

  it('report 4: what is lost to the stream is counted line by line, not batch by batch', async () => {
    store.settings.refuse = ({ index, text }) =>
      index === STREAM && text.includes('"kind":"bad"')
        ? {
            status: 400,
            type: 'document_parsing_exception',
            reason: 'failed to parse field [@timestamp] of type [date]',
          }
        : undefined;
    const { delivery, telemetry } = startTestDelivery(store.client());
    const { processed, tallies } = chunkOf([...many(20), 'bad', ...many(20), 'bad', 'bad']);
    await delivery.accept(processed);
    await delivery.drain();
    await delivery.close();
    assert.deepEqual([tallies[0]!.indexed.lines, tallies[0]!.dead_lettered.lines], [40, 3]);
    assert.equal(await countOf(telemetry.outcomes, 'indexed'), 40);
    assert.equal(await countOf(telemetry.outcomes, 'dead_lettered'), 3);
    assert.equal((await telemetry.rejected.get()).values[0]!.value, 3);
    assert.equal(store.ids(LETTERS).length, 3);
  });

  it('report 5: wrong credentials lose nothing: delivery waits, says why, and goes on when they are right', async () => {
    for (let times = 0; times < 40; times++) store.faults.push({ kind: 'status', status: 403, body: SECURITY });
    const states: DeliveryStatus['store'][] = [];
    const { delivery, telemetry } = startTestDelivery(store.client(), {
      onState: (status) => states.push(status.store),
    });
    const { processed, tallies } = chunkOf(many(30), { source: sourceOf('app', 0) });
    await delivery.accept(processed);
    await delivery.drain();
    await delivery.close();
    assertStoredOnce(30);
    assert.equal(tallies[0]!.indexed.lines, 30);
    assert.deepEqual(
      states.map(({ state }) => state),
      ['waiting', 'ready'],
    );
    assert.match(
      states[0]!.state === 'waiting' ? states[0]!.message : '',
      /403 \(security_exception: action is unauth/,
    );
    assert.deepEqual([(await telemetry.rejected.get()).values, store.ids(LETTERS)], [[], []]);
  });

  it('report 18: nothing is acknowledged, and so no checkpoint moves, before the store has it', async () => {
    let failing = true;
    store.settings.refuse = () =>
      failing ? { status: 500, type: 'i_o_exception', reason: 'No space left' } : undefined;
    const first = startTestDelivery(store.client());
    const lost = chunkOf(many(30));
    await first.delivery.accept(lost.processed);
    while (first.delivery.status().lanes.length === 0) await new Promise(setImmediate);
    await first.delivery.close();
    assert.deepEqual([lost.tallies, store.ids(STREAM)], [[], []]);
    failing = false;
    const second = startTestDelivery(store.client());
    const again = chunkOf(many(30));
    await second.delivery.accept(again.processed);
    await second.delivery.drain();
    await second.delivery.close();
    assertStoredOnce(30);
    assert.equal(again.tallies.length, 1);
  });

  it('report 20: a restart with a backlog does not keep an overloaded store down: one bulk at a time, ever more seldom', async () => {
    let most = 0;
    let underWay = 0;
    const { delivery, clock } = startTestDelivery(store.client(), {
      settings: { in_flight: '32MB', batch: '4KB', concurrency: 8, linger: '10ms' },
      onState: () => {
        underWay = delivery.status().batches.underWay;
        most = Math.max(most, underWay);
      },
    });
    const from = clock.now();
    const storm = 2 * HOUR;
    for (let times = 0; times < 100_000; times++) store.bulkFaults.push({ kind: 'status', status: 429 });
    const chunks = Array.from({ length: 40 }, (_, at) =>
      chunkOf(many(50), { start: at * 10_000, source: sourceOf('app', 0) }),
    );
    const shipped = (async () => {
      for (const { processed } of chunks) await delivery.accept(processed);
      await delivery.drain();
    })();
    while (clock.now() - from < storm) await new Promise(setImmediate);
    const bulks = store.requests.length;
    store.bulkFaults.length = 0;
    await shipped;
    assert.ok(bulks < (3 * storm) / 15_000, `${bulks} bulks in two hours`);
    assert.ok(most <= 1, `${most} at once`);
    assertStoredOnce(2000);
    assert.ok(delivery.status().flow.concurrency > 1, 'and is fast again afterwards');
    await delivery.close();
  });

  it('report 28: a store that is away for hours loses nothing: there is no number of retries after which lines are dropped', async () => {
    for (let times = 0; times < 600; times++) store.faults.push({ kind: 'cut', taken: false });
    const { delivery, clock } = startTestDelivery(store.client());
    const from = clock.now();
    const { processed, tallies } = chunkOf(many(30));
    await delivery.accept(processed);
    await delivery.drain();
    await delivery.close();
    assert.ok(clock.now() - from > 2 * HOUR, `${(clock.now() - from) / HOUR} hours`);
    assertStoredOnce(30);
    assert.equal(tallies[0]!.indexed.lines, 30);
  });
});
