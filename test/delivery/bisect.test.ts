import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { chunkOf, type Kind, LETTERS, STREAM, startTestDelivery } from './chunks.ts';
import { type FaultStore, startFaultStore } from './fault-store.ts';

/** In the document, but not in its dead letter. */
const BAD = '"kind":"bad"';
const ONE_BATCH = { in_flight: '32MB', batch: '8MB', concurrency: 1, linger: '10ms' };

describe('the one document that spoils a bulk', () => {
  let store: FaultStore;
  beforeEach(async () => {
    store = await startFaultStore();
  });
  afterEach(() => store.close());

  /** `count` lines, of which the one at `at` is the bad one. Resolves to the bulks it took. */
  async function ship(count: number, at: number) {
    const { delivery } = startTestDelivery(store.client(), { settings: ONE_BATCH });
    const kinds = Array.from({ length: count }, (_, index): Kind => (index === at ? 'bad' : 'document'));
    const { processed, tallies } = chunkOf(kinds);
    await delivery.accept(processed);
    await delivery.drain();
    await delivery.close();
    assert.deepEqual([tallies[0]!.indexed.lines, tallies[0]!.dead_lettered.lines], [count - 1, 1]);
    assert.equal(new Set(store.ids(STREAM)).size, count - 1);
    assert.equal(store.ids(STREAM).length, count - 1);
    return store.requests.filter((path) => path === '/_bulk').length;
  }
  const most = (count: number): number => 2 * Math.ceil(Math.log2(count)) + 8;

  it('is found among thousands by halving, and the rest delivered once, when the store answers 400', async () => {
    store.settings.poison = BAD;
    const bulks = await ship(4096, 2717);
    assert.ok(bulks <= most(4096), `${bulks} bulks`);
    const [letter] = store.documents(LETTERS) as { logmill: { dead_letter: { reason: string } } }[];
    assert.equal(letter!.logmill.dead_letter.reason, 'refused');
  });

  it('report 15: is found by halving when it alone is too large (413); nothing is sent for ever and nothing dropped', async () => {
    store.settings.maxBodyBytes = 100_000;
    const { delivery } = startTestDelivery(store.client(), { settings: ONE_BATCH });
    const before = chunkOf(Array.from({ length: 100 }, () => 'document' as const));
    const large = chunkOf(['document'], { start: 1_000_000, text: 'y'.repeat(150_000) });
    const behind = chunkOf(
      Array.from({ length: 100 }, () => 'document' as const),
      { start: 2_000_000 },
    );
    for (const { processed } of [before, large, behind]) await delivery.accept(processed);
    await delivery.drain();
    assert.equal(store.ids(STREAM).length, 200);
    assert.equal(new Set(store.ids(STREAM)).size, 200);
    const [letter] = store.documents(LETTERS) as { logmill: { dead_letter: { reason: string; length: number } } }[];
    assert.deepEqual([letter!.logmill.dead_letter.reason, large.tallies[0]!.dead_lettered.lines], ['too_large', 1]);
    const bulks = store.requests.filter((path) => path === '/_bulk').length;
    assert.ok(bulks <= most(201), `${bulks} bulks`);
    await delivery.close();
  });

  it('report 15: makes bulks smaller for a store or proxy that takes less, and goes on so', async () => {
    store.settings.maxBodyBytes = 200_000;
    const { delivery } = startTestDelivery(store.client(), { settings: ONE_BATCH });
    const first = chunkOf(Array.from({ length: 4000 }, () => 'document' as const));
    await delivery.accept(first.processed);
    await delivery.drain();
    assert.ok(delivery.status().flow.batchBytes < 200_000);
    const refused = store.bulkBytes.filter((bytes) => bytes > 200_000).length;
    const second = chunkOf(
      Array.from({ length: 4000 }, () => 'document' as const),
      { start: 1_000_000 },
    );
    await delivery.accept(second.processed);
    await delivery.drain();
    assert.equal(store.bulkBytes.filter((bytes) => bytes > 200_000).length, refused);
    assert.equal(new Set(store.ids(STREAM)).size, 8000);
    assert.equal(store.ids(STREAM).length, 8000);
    await delivery.close();
  });

  it('costs two bulks for each halving, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 600 }), fc.nat(), async (count, place) => {
        await store.close();
        store = await startFaultStore();
        store.settings.poison = BAD;
        const bulks = await ship(count, place % count);
        assert.ok(bulks <= most(count), `${bulks} bulks for ${count}`);
      }),
      { numRuns: 25 },
    );
  });
});
