import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { frameBlock } from '../../src/agent/frame.ts';
import { framingOf } from '../../src/agent/framing/framer.ts';
import { LineStream } from '../../src/agent/line-stream.ts';
import type { Line } from '../../src/model/line.ts';
import { fileInput } from './rig.ts';

const keyAt = (end: number) => `key${Math.min(end, 1024)}`;
const MAX = 100;

/** Reads a stream of `parts` to its end. */
async function readAll(parts: readonly Buffer[]) {
  const lines: Line[] = [];
  let wake = () => {};
  const stream = new LineStream(Readable.from(parts, { objectMode: false }), {
    start: 0,
    framing: framingOf(fileInput([], { max_line_bytes: `${MAX}B` })),
    keyAt,
    onReadable: () => wake(),
  });
  for (;;) {
    const framed = stream.take();
    if (framed !== undefined) lines.push(...framed.lines);
    else if (stream.ended) break;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
        setImmediate(resolve);
      });
  }
  return { lines, position: stream.position, before: stream.before };
}

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 30 }).map((text) => Buffer.from(text)) },
  { weight: 6, arbitrary: fc.constantFrom('\n', '\r\n', '\n\n', '\r').map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.nat(9).map((length) => Buffer.alloc(length)) },
  { weight: 1, arbitrary: fc.constant(Buffer.from('\uFEFF')) },
  { weight: 1, arbitrary: fc.integer({ min: 95, max: 320 }).map((length) => Buffer.alloc(length, 'x')) },
);

describe('lines of a stream', () => {
  test('are exactly those of a plain file with the same bytes, however they arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(600), { maxLength: 8 }),
        async (pieces, cuts) => {
          const bytes = Buffer.concat(pieces);
          const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
          const parts = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
          const { lines, position, before } = await readAll(parts.filter(({ length }) => length > 0));
          assert.deepEqual(lines, frameBlock(bytes, 0, { keyAt, maxLineBytes: MAX, ends: true }).lines);
          assert.equal(position, bytes.length);
          assert.deepEqual(before, bytes.subarray(Math.max(0, bytes.length - 64)));
        },
      ),
      { numRuns: Number(process.env['STREAM_RUNS'] ?? 1000) },
    );
  });

  test('a line of many megabytes is measured without being held', async () => {
    const part = Buffer.alloc(1024 * 1024, 'x');
    const { lines } = await readAll([Buffer.from('a\n'), ...Array<Buffer>(20).fill(part), Buffer.from('\nb\n')]);
    assert.deepEqual(
      lines.map(({ text, overlong }) => [text.length, overlong?.length]),
      [
        [1, undefined],
        [65_536, 20 * 1024 * 1024],
        [1, undefined],
      ],
    );
  });
});
