import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { settled } from '../../src/model/ledger.ts';
import type { Processed } from '../../src/model/line.ts';
import { chunkOf, type Kind, LETTERS, STREAM, sourceOf, startTestDelivery } from './chunks.ts';
import { type Fault, type FaultStore, startFaultStore } from './fault-store.ts';

type Settings = { readonly concurrency: number; readonly batch: string; readonly in_flight: string };

const kind = fc.constantFrom<Kind>('document', 'document', 'document', 'split', 'rejected', 'dropped', 'bad', 'odd');
const chunks = fc.array(fc.array(kind, { maxLength: 30 }), { minLength: 1, maxLength: 6 });

const lost = (broken: 'cut' | 'garbage' | 'malformed') =>
  fc.record({ kind: fc.constant(broken), taken: fc.boolean(), rollover: fc.boolean() });
const OTHER = 'logs-other-default';
const ITEM = { kind: 'items', type: 'cluster_block_exception', reason: 'not now', status: 429 } as const;
const items = fc
  .record({ every: fc.integer({ min: 1, max: 5 }), status: fc.constantFrom(429, 503, 403, 500, 409) })
  .map((how) => ({ ...ITEM, ...how }));
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom(400, 429, 503, 500, 502, 401, 403, 404) }),
  lost('cut'),
  lost('garbage'),
  lost('malformed'),
  items,
  // Goes well: so that what follows meets a delivery already under way.
  { arbitrary: fc.constant<Fault>({ ...ITEM, every: 1000 }), weight: 3 },
);

const run = fc.record({
  chunks,
  /** Of any requests, then of bulks only. */
  faults: fc.array(fault, { maxLength: 8 }),
  bulkFaults: fc.array(fault, { maxLength: 20 }),
  /** Numbers of requests after which the shipper crashes, life by life. */
  crashes: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 })),
  concurrency: fc.integer({ min: 1, max: 4 }),
  /** Whether the agent knows what was in the file when it was opened. */
  bounded: fc.boolean(),
  batch: fc.constantFrom('1KB', '4KB', '64KB'),
  maxBodyBytes: fc.constantFrom(3000, 20_000, 1_000_000),
});

const CHUNK_BYTES = 10_000;

/**
 * The chunks of one life, fresh ones each time; an agent sends again from its first unacknowledged chunk. The file had
 * `there` of them when it was opened; undefined where that is not known.
 */
function chunksOf(kinds: readonly Kind[][], from: number, there: number | undefined) {
  const source = sourceOf('app', there === undefined ? undefined : there * CHUNK_BYTES);
  const streams = [STREAM, OTHER];
  return kinds
    .map((each, index) => chunkOf(each, { start: index * CHUNK_BYTES, source, stream: streams[index % 2]! }))
    .slice(from);
}

function expectedIds(all: readonly { processed: Processed }[]) {
  const documents = all.flatMap(({ processed }) => processed.documents);
  const isBad = ({ document }: { document: string }): boolean => document.includes('"kind":"bad"');
  return {
    stream: documents.filter((document) => !isBad(document)).map(({ id }) => id),
    letters: all.flatMap(({ processed }) => processed.rejected).length + documents.filter(isBad).length,
  };
}

describe('delivery under faults', () => {
  const stores: FaultStore[] = [];
  after(async () => {
    await Promise.all(stores.map((store) => store.close()));
  });

  /** Resolves to how many chunks were taken over before the end or the crash. */
  async function live(store: FaultStore, life: ReturnType<typeof chunksOf>, settings: Settings, crashAfter?: number) {
    const client = store.client();
    const { delivery } = startTestDelivery(client, {
      settings: { linger: '10ms', ...settings },
    });
    const limit = crashAfter === undefined ? Number.POSITIVE_INFINITY : store.requests.length + crashAfter;
    let done = false;
    let given = 0;
    const shipping = (async () => {
      for (const { processed } of life) {
        given++;
        await delivery.accept(processed);
      }
      await delivery.drain();
      done = true;
    })();
    while (!done && store.requests.length < limit) await new Promise(setImmediate);
    await delivery.close();
    store.disconnect();
    const taken = given;
    await shipping;
    await client.close();
    return taken;
  }

  it('makes of every line exactly one document or dead letter, and of every chunk one acknowledgement that adds up', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        const store = await startFaultStore();
        stores.push(store);
        store.faults.push(...given.faults);
        store.bulkFaults.push(...given.bulkFaults);
        store.settings.maxBodyBytes = given.maxBodyBytes;
        store.settings.refuse = ({ index, text }) => {
          if (index === LETTERS) return undefined;
          const field = text.includes('"kind":"bad"') ? 'bad' : text.includes('"number":{') ? 'number' : undefined;
          const reason = `failed to parse field [${field}] of type [long]`;
          return field && { status: 400, type: 'document_parsing_exception', reason };
        };
        const { concurrency, batch } = given;
        let from = 0;
        // As tight as it can be: an earlier life read no further than this.
        let there = 0;
        for (const crashAfter of [...given.crashes, undefined]) {
          const life = chunksOf(given.chunks, from, given.bounded ? there : undefined);
          const taken = await live(store, life, { concurrency, batch, in_flight: '32MB' }, crashAfter);
          there = Math.max(there, from + taken);
          for (const { tallies, processed } of life) {
            assert.ok(tallies.length <= 1, 'a chunk was acknowledged twice');
            if (tallies.length === 0) continue;
            const done = settled(tallies[0]!);
            const bytes = processed.chunk.end - processed.chunk.start;
            assert.deepEqual(done, { lines: processed.chunk.lines.length, bytes });
          }
          const open = life.findIndex(({ tallies }) => tallies.length === 0);
          if (crashAfter === undefined) assert.equal(open, -1, 'a chunk was not acknowledged');
          from += open === -1 ? life.length : open;
        }
        const expected = expectedIds(chunksOf(given.chunks, 0, undefined));
        const stored = [...store.ids(STREAM), ...store.ids(OTHER)];
        assert.deepEqual(stored.toSorted(), expected.stream.toSorted());
        const documents = [...store.documents(STREAM), ...store.documents(OTHER)];
        for (const { kind: each, logmill } of documents) assert.equal(logmill !== undefined, each === 'odd');
        assert.equal(store.ids(LETTERS).length, expected.letters);
        assert.equal(new Set(store.ids(LETTERS)).size, expected.letters);
      }),
      { numRuns: 100 },
    );
  });
});
