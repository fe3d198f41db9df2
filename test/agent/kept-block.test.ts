import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { frameBlock } from '../../src/agent/frame.ts';
import { BlockPool, KeptBlock } from '../../src/agent/kept-block.ts';

const SIZE = 64;
const options = { keyAt: (end: number) => `key${end}`, maxLineBytes: 40 };
const piece = fc.constantFrom('one', 'zwö', '\n', '\r\n', '\uFEFF', '\0', ' ', 'x'.repeat(50), '\n\n');
const content = fc
  .tuple(fc.array(piece, { maxLength: 20 }), fc.uint8Array({ maxLength: 4 }))
  .map(([pieces, bytes]) => Buffer.concat([Buffer.from(pieces.join('')), bytes, Buffer.from('\n')]));

describe('a kept block', () => {
  test('makes each of its lines once more, whatever has become of the buffer they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(content, fc.nat(5000)), { maxLength: 5 }), (blocks) => {
        const pool = new BlockPool(SIZE);
        const scratch = Buffer.alloc(1000);
        const kept = blocks.map(([bytes, start]) => {
          bytes.copy(scratch);
          const block = scratch.subarray(0, bytes.length);
          const framed = frameBlock(block, start, options);
          return { framed, block: new KeptBlock(pool, block, framed, options) };
        });
        for (const { framed, block } of kept) {
          assert.deepEqual(
            framed.lines.map((_, at) => block.line(at)),
            framed.lines,
          );
          block.release();
        }
      }),
    );
  });

  test('gives its buffer back once, and no line after that', () => {
    const pool = new BlockPool(SIZE);
    const bytes = Buffer.from(`${'a'.repeat(38)}\n`);
    const framed = frameBlock(bytes, 0, options);
    const block = new KeptBlock(pool, bytes, framed, options);
    block.release();
    block.release();
    assert.throws(() => block.line(0), /after its chunk was acknowledged/);
    const [one, other] = [pool.copy(bytes), pool.copy(bytes)];
    assert.notEqual(one.buffer, other.buffer);
  });

  test('takes for a few bytes no more than they need', () => {
    assert.equal(new BlockPool(SIZE).copy(Buffer.from('short')).length, 5);
  });
});
