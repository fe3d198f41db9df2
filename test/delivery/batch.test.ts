import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressOf, type Batch, BatchBuilder, pick, stampIngested } from '../../src/delivery/batch.ts';
import { createBatcher } from '../../src/delivery/batcher.ts';
import { BufferPool } from '../../src/delivery/buffer-pool.ts';
import { Settlement } from '../../src/delivery/settle.ts';
import type { Outgoing } from '../../src/model/line.ts';
import { chunkOf } from './chunks.ts';
import { instantClock } from './instant-clock.ts';

const settlement = new Settlement(chunkOf(['document']).processed, () => {});
const TIME = '2026-01-02T03:04:05.678Z';

const outgoing: fc.Arbitrary<Outgoing> = fc
  .record({ text: fc.string({ unit: 'binary', maxLength: 60 }), index: fc.constantFrom('logs-a-x', 'logs-"b\\-x') })
  .chain(({ text, index }) =>
    fc.uuid().map((id) => ({
      id,
      index,
      document: JSON.stringify({ message: text, event: { dataset: 'a' } }).slice(0, -2),
      line: 0,
    })),
  );

/** What a store reads in a body. */
function read(batch: Batch) {
  const rows = batch.bytes.toString().split('\n');
  assert.equal(rows.pop(), '');
  const parsed = rows.map((row) => JSON.parse(row));
  return parsed.flatMap((row, index) => (index % 2 === 0 ? [{ ...row.create, source: parsed[index + 1] }] : []));
}

function expected({ id, index, document }: Outgoing) {
  const source = JSON.parse(`${document}}}`);
  return { _index: index, _id: id, source: { ...source, event: { ...source.event, ingested: TIME } } };
}

function build(documents: readonly Outgoing[], limit: number): Batch[] {
  const batches: Batch[] = [];
  for (let next = 0; next < documents.length; ) {
    const builder = new BatchBuilder(limit, 0);
    next = builder.addAll(documents, next, settlement);
    batches.push(builder.finish());
  }
  return batches;
}

describe('a batch', () => {
  it('holds the documents as they are, in order, whatever their characters, and never more bytes than the limit but for one document', () => {
    const limits = fc.constantFrom(100, 1000, 100_000);
    fc.assert(
      fc.property(fc.array(outgoing, { maxLength: 100 }), limits, (documents, limit) => {
        const batches = build(documents, limit);
        for (const batch of batches) {
          stampIngested(batch, TIME);
          assert.ok(batch.bytes.length <= limit || batch.ends.length === 1);
        }
        assert.deepEqual(batches.flatMap(read), documents.map(expected));
      }),
    );
  });

  it('tells the index and id at each position, and can be thinned out', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(outgoing, fc.boolean()), { minLength: 1, maxLength: 80 }), (given) => {
        const documents = given.map(([document]) => document);
        const [batch] = build(documents, 1_000_000);
        const positions = given.flatMap(([, keep], position) => (keep ? [position] : []));
        const picked = pick(batch!, positions);
        stampIngested(picked, TIME);
        assert.deepEqual(
          read(picked),
          positions.map((position) => expected(documents[position]!)),
        );
        for (const [position, { id, index }] of documents.entries()) {
          assert.deepEqual(addressOf(batch!, position), { id, index });
        }
      }),
    );
  });
});

describe('the batcher', () => {
  const many = chunkOf(Array.from({ length: 100 }, () => 'document' as const)).processed.documents;

  it('hands over a full batch at once and the rest after the longest wait', async () => {
    const batches: Batch[] = [];
    const clock = instantClock();
    const batcher = createBatcher({ linger: 200, clock, limit: () => 4000, buffers: new BufferPool(0) }, (batch) =>
      batches.push(batch),
    );
    batcher.addAll(many, settlement);
    const full = batches.length;
    assert.ok(full > 1 && batches.every(({ bytes }) => bytes.length <= 4000));
    await new Promise(setImmediate);
    assert.equal(batches.length, full + 1);
    assert.equal(
      batches.reduce((sum, { ends }) => sum + ends.length, 0),
      100,
    );
    assert.ok(clock.waits.every((wait) => wait === 200));
  });

  it('hands over nothing after it is closed', async () => {
    const batches: Batch[] = [];
    const settings = { linger: 200, clock: instantClock(), limit: () => 1_000_000, buffers: new BufferPool(0) };
    const batcher = createBatcher(settings, (batch) => batches.push(batch));
    batcher.addAll(many, settlement);
    batcher.close();
    await new Promise(setImmediate);
    assert.equal(batches.length, 0);
  });
});
