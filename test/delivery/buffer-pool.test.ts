import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BufferPool } from '../../src/delivery/buffer-pool.ts';

describe('the pool of bulk buffers', () => {
  it('gives buffers that are large enough and that nobody else has', () => {
    const step = fc.oneof(
      fc.nat(500).map((size) => ({ size })),
      fc.nat(9).map((back) => ({ back })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(4), (steps, most) => {
        const pool = new BufferPool(most);
        const taken: Buffer[] = [];
        for (const one of steps) {
          if ('back' in one) {
            const [buffer] = taken.splice(one.back, 1);
            // A bulk is only the filled part of its buffer.
            if (buffer !== undefined) pool.give(buffer.subarray(0, buffer.length >> 1));
            continue;
          }
          const buffer = pool.take(one.size);
          assert.ok(buffer.length >= one.size);
          assert.ok(taken.every((other) => other.buffer !== buffer.buffer));
          taken.push(buffer);
        }
      }),
    );
  });

  it('keeps the larger ones, so that small bulks of quiet hours are not all it has when they are full again', () => {
    const pool = new BufferPool(2);
    const small = [1, 2, 3].map(() => Buffer.allocUnsafeSlow(100));
    const large = Buffer.allocUnsafeSlow(1000);
    for (const buffer of [...small, large]) pool.give(buffer);
    assert.equal(pool.take(1000).buffer, large.buffer);
    const next = pool.take(100).buffer;
    assert.ok(small.some(({ buffer }) => buffer === next));
  });

  it('uses the whole of a buffer again', () => {
    const pool = new BufferPool(1);
    const buffer = pool.take(100);
    pool.give(buffer.subarray(0, 10));
    assert.equal(pool.take(100).buffer, buffer.buffer);
  });
});
