import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KeptBytes } from '../../../src/pipeline/flow/kept-bytes.ts';
import { countEach, FlowRig } from './flow-rig.ts';

const countRare = () => ({ ...countEach(1000), matches: (event: { message?: unknown }) => event.message === 'rare' });

describe('what stages keep', () => {
  test('is let go when what waits for it to be acknowledged takes too much room, though they do not keep that', async () => {
    const rig = new FlowRig([countRare()], { mostKeptBytes: 100 });
    await rig.push(['rare']);
    for (let chunk = 0; chunk < 50; chunk++) {
      await rig.push(['x', 'y']);
      rig.settle();
    }
    assert.equal(rig.events().filter(({ count }) => count !== undefined).length, 1);
    assert.equal(rig.acknowledged.length, 51);
  });

  test('is not let go again and again while the store takes its time', async () => {
    const rig = new FlowRig([countRare()], { mostKeptBytes: 100 });
    await rig.push(['rare']);
    for (let chunk = 0; chunk < 20; chunk++) await rig.push(['x', 'y', 'rare']);
    assert.ok(rig.events().filter(({ count }) => count !== undefined).length <= 2);
  });

  test('has one bound, however many pipelines keep something', async () => {
    const kept = new KeptBytes(100);
    const rigs = Array.from({ length: 5 }, () => new FlowRig([countEach(1000)], { kept }));
    for (const rig of rigs) await rig.push(['0123456789', '0123456789']);
    assert.deepEqual(
      rigs.map((rig) => rig.events().some(({ count }) => count === 2)),
      [true, true, true, true, true],
    );
    for (const rig of rigs) {
      rig.settle();
      assert.equal(rig.acknowledged.length, 1);
    }
    assert.equal(kept.bytes, 0);
  });

  test('no more counts once it is acknowledged, in whatever order that is', async () => {
    const kept = new KeptBytes(10_000);
    const rig = new FlowRig([countEach(3)], { kept });
    for (const name of ['a', 'b', 'a', 'a', 'b']) await rig.push(['1', '2'], name);
    assert.equal(kept.bytes, 4, 'the last line waits');
    await rig.flow.close();
    rig.settle();
    assert.equal(rig.acknowledged.length, 5);
    assert.equal(kept.bytes, 0);
  });
});
