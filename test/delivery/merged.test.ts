import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Settlement } from '../../src/delivery/settle.ts';
import { settled, type Tally } from '../../src/model/ledger.ts';
import { chunkOf } from './chunks.ts';

it('the first line of an event has its outcome, the lines after it are merged', () => {
  const { processed } = chunkOf(['document', 'document']);
  const [first, second] = processed.chunk.lines;
  const merged = { lines: 3, bytes: first!.bytes - 2 };
  let tally: Tally | undefined;
  const chunk = {
    ...processed.chunk,
    lines: [{ ...first!, merged }, second!],
    merged,
    acknowledge: (given: Tally) => {
      tally = given;
    },
  };
  const settlement = new Settlement({ ...processed, chunk }, () => {});
  settlement.settle(0, 'dead_lettered');
  settlement.settle(1, 'indexed');
  assert.deepEqual(tally?.dead_lettered, { lines: 1, bytes: 2 });
  assert.deepEqual(tally?.merged, merged);
  assert.deepEqual(settled(tally!), { lines: 5, bytes: chunk.end - chunk.start });
});
