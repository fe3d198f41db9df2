import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IdRanges } from '../../../src/store/embedded/id-ranges.ts';

const id = fc
  .record({
    file: fc.integer({ min: 0, max: 3 }),
    offset: fc.integer({ min: 0, max: 5000 }),
    part: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ file, offset, part }) => {
    const suffix = part === 0 ? '' : `-${part}`;
    return `filekey00000000${file}-${offset.toString(36).padStart(10, '0')}-deadbeef${suffix}`;
  });
const anyId = fc.oneof(
  id,
  fc.string(),
  fc.string({ unit: 'binary', minLength: 16 }).map((text) => `${text.slice(0, 16)}-x`),
);

test('an id that was stored is never taken for new, however batches come', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyId, { maxLength: 20 }), { maxLength: 200 }), (batches) => {
      const ranges = new IdRanges();
      const stored = new Set<string>();
      for (const batch of batches) {
        for (const each of batch) {
          ranges.note(each);
          stored.add(each);
        }
        ranges.endBatch();
      }
      for (const each of stored) assert.equal(ranges.isNew(each), false);
    }),
    { numRuns: 50 },
  );
});

test('ids that follow in order are known to be new without a look-up, also when batches overtake each other', () => {
  const idAt = (offset: number) => `filekey000000001-${offset.toString(36).padStart(10, '0')}-deadbeef`;
  const ranges = new IdRanges();
  const order = Array.from({ length: 400 }, (_, at) => (at % 4 === 0 ? at + 3 : at - 1));
  for (const batch of order) {
    for (let at = 0; at < 10; at++) {
      assert.equal(ranges.isNew(idAt(batch * 10 + at)), true);
      ranges.note(idAt(batch * 10 + at));
    }
    ranges.endBatch();
  }
  assert.equal(ranges.isNew(idAt(0)), false);
});
