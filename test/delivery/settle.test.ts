import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Settlement } from '../../src/delivery/settle.ts';
import { settled } from '../../src/model/ledger.ts';
import type { Outcome } from '../../src/model/line.ts';
import { chunkOf, type Kind } from './chunks.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** A settlement under way of lines that can be made again, and the lines as long as anything keeps them. */
function settlingAgain() {
  const { processed } = chunkOf(['document', 'document']);
  const again = () => {
    throw new Error('no line is asked for');
  };
  const settlement = new Settlement({ ...processed, chunk: { ...processed.chunk, again } }, () => {});
  return { settlement, lines: new WeakRef(processed.chunk.lines) };
}

const outcome = fc.constantFrom<Outcome>('indexed', 'already_there', 'dead_lettered');

describe('the settlement of a chunk', () => {
  it('acknowledges once, after the last part of the last line, in whatever order they are settled', () => {
    const kinds = fc.array(fc.constantFrom<Kind>('document', 'split'), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(kinds, fc.infiniteStream(outcome), fc.infiniteStream(fc.nat()), (given, outcomes, order) => {
        const { processed, tallies } = chunkOf(given);
        const settlement = new Settlement(processed, () => {});
        const keyed = processed.documents.map(({ line }) => ({ line, key: order.next().value! }));
        const parts = keyed.toSorted((a, b) => a.key - b.key);
        for (const [index, { line }] of parts.entries()) {
          assert.equal(tallies.length, 0, `acknowledged before part ${index}`);
          settlement.settle(line, outcomes.next().value!);
        }
        assert.equal(tallies.length, 1);
        assert.deepEqual(settled(tallies[0]!), { lines: given.length, bytes: processed.chunk.end });
      }),
    );
  });

  it('calls a line dead-lettered when any of its parts is, and indexed when any other part is new', () => {
    const { processed, tallies } = chunkOf(['split', 'split']);
    const settlement = new Settlement(processed, () => {});
    for (const each of ['indexed', 'dead_lettered', 'already_there'] as const) settlement.settle(0, each);
    for (const each of ['already_there', 'indexed', 'already_there'] as const) settlement.settle(1, each);
    assert.equal(tallies[0]!.dead_lettered.lines, 1);
    assert.equal(tallies[0]!.indexed.lines, 1);
  });

  it('counts blank lines as skipped', () => {
    const { processed, tallies } = chunkOf(['document']);
    const chunk = { ...processed.chunk, skipped: { lines: 2, bytes: 2 } };
    new Settlement({ ...processed, chunk }, () => {}).settle(0, 'indexed');
    assert.deepEqual(tallies[0]!.skipped, { lines: 2, bytes: 2 });
  });

  it('keeps no lines that can be made again: those in flight would outlive the young generation', async () => {
    const { settlement, lines } = settlingAgain();
    assert.equal(lines.deref()?.length, 2);
    // Until the end of the job a WeakRef that was asked keeps what it gave.
    await new Promise(setImmediate);
    collectGarbage();
    assert.equal(lines.deref(), undefined);
    assert.equal(settlement.sizeOf(0) > 0, true);
  });

  it('does not let a line pass that the pipeline lost, nor one that is settled twice', () => {
    const { processed } = chunkOf(['document', 'document']);
    const lost = { ...processed, documents: processed.documents.slice(1) };
    assert.throws(() => new Settlement(lost, () => {}), /lost line 0/);
    const settlement = new Settlement(processed, () => {});
    settlement.settle(0, 'indexed');
    assert.throws(() => settlement.settle(0, 'indexed'), /settled twice/);
  });
});
