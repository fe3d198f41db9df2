import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { type Framed, frameBlock } from '../../src/agent/frame.ts';
import type { Line } from '../../src/model/line.ts';

const keyAt = (end: number) => `key${Math.min(end, 1024)}`;
const MAX = 200;

/** Frames bytes the way a tail does: in blocks, each beginning where the last line ended. */
function frameInBlocks(bytes: Buffer, cuts: readonly number[], ends = false): Framed {
  const lines: Line[] = [];
  const skipped = { lines: 0, bytes: 0 };
  let position = 0;
  const inside = cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b);
  for (const cut of [...inside, bytes.length]) {
    if (cut < position) continue;
    const last = cut === bytes.length;
    const framed = frameBlock(Buffer.from(bytes.subarray(position, cut)), position, {
      keyAt,
      maxLineBytes: MAX,
      more: !last,
      ends: ends && last,
    });
    lines.push(...framed.lines);
    skipped.lines += framed.skipped.lines;
    skipped.bytes += framed.skipped.bytes;
    position = framed.end;
  }
  return { start: 0, end: position, lines, skipped };
}

/** Pieces that logs are made of, the ugly ones included. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 30 }).map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => Buffer.from(text)) },
  { weight: 8, arbitrary: fc.constantFrom('\n', '\r\n', '\n\n', '\r', ' \n').map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.nat(9).map((length) => Buffer.alloc(length)) },
  { weight: 1, arbitrary: fc.constant(Buffer.from('\uFEFF')) },
  { weight: 1, arbitrary: fc.integer({ min: 190, max: 420 }).map((length) => Buffer.alloc(length, 'x')) },
);
const content = fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.concat(pieces));
const cuts = fc.array(fc.nat(2000), { maxLength: 12 });

describe('framing', () => {
  test('gives each line its text, offset, size, key and checksum', () => {
    const { lines, end, skipped } = frameBlock(Buffer.from('one\ntwö\r\n\nhalf'), 0, { keyAt, maxLineBytes: MAX });
    assert.deepEqual(lines, [
      { text: 'one', offset: 0, bytes: 4, fileKey: 'key3', crc: crc32('one') },
      { text: 'twö', offset: 4, bytes: 6, fileKey: 'key8', crc: crc32('twö') },
    ]);
    assert.deepEqual([end, skipped], [11, { lines: 1, bytes: 1 }]);
  });

  test('the end of a file ends its last line', () => {
    const { lines, end } = frameBlock(Buffer.from('one\nhalf'), 0, { keyAt, maxLineBytes: MAX, ends: true });
    assert.deepEqual(
      lines.map(({ text, bytes }) => [text, bytes]),
      [
        ['one', 4],
        ['half', 4],
      ],
    );
    assert.equal(end, 8);
  });

  test('an unfinished line has the same key and checksum as when it is finished', () => {
    const half = frameBlock(Buffer.from('half'), 0, { keyAt, maxLineBytes: MAX, ends: true }).lines[0]!;
    for (const ending of ['\n', '\r\n']) {
      const whole = frameBlock(Buffer.from(`half${ending}`), 0, { keyAt, maxLineBytes: MAX }).lines[0]!;
      assert.deepEqual([whole.fileKey, whole.crc, whole.offset], [half.fileKey, half.crc, half.offset]);
    }
  });

  test('a byte order mark and NUL heads are skipped, and lines keep their offsets', () => {
    const bytes = Buffer.concat([Buffer.from('\uFEFFone\n'), Buffer.alloc(5), Buffer.from('two\n')]);
    const { lines, skipped } = frameBlock(bytes, 0, { keyAt, maxLineBytes: MAX });
    assert.deepEqual(
      lines.map(({ text, offset }) => [text, offset]),
      [
        ['one', 3],
        ['two', 12],
      ],
    );
    assert.deepEqual(skipped, { lines: 0, bytes: 8 });
  });

  test('NUL bytes at the very end are waited with: a writer may have allocated them in advance', () => {
    const bytes = Buffer.concat([Buffer.from('one\n'), Buffer.alloc(5)]);
    assert.equal(frameBlock(bytes, 0, { keyAt, maxLineBytes: MAX }).end, 4);
    assert.equal(frameBlock(bytes, 0, { keyAt, maxLineBytes: MAX, more: true }).end, 9);
  });

  test('bytes that are not UTF-8 are kept beside the readable text', () => {
    const bytes = Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3, 0xa4, 0x0a]);
    const { lines } = frameBlock(bytes, 0, { keyAt, maxLineBytes: MAX });
    assert.deepEqual(
      [lines[0]!.text, lines[0]!.raw, lines[0]!.crc],
      ['a\uFFFDb', bytes.subarray(0, 3), crc32(bytes.subarray(0, 3))],
    );
    assert.deepEqual([lines[1]!.text, 'raw' in lines[1]!], ['ä', false]);
  });

  test('a line over the limit keeps its first 64 KiB, its length and its hash', () => {
    const long = Buffer.from('ä'.repeat(100_000));
    const bytes = Buffer.concat([Buffer.from('x\n'), long, Buffer.from('\r\nnext\n')]);
    const { lines } = frameBlock(bytes, 0, { keyAt, maxLineBytes: 1000 });
    assert.equal(lines[1]!.text, 'ä'.repeat(32_768));
    assert.deepEqual(lines[1]!.overlong, { length: 200_000, sha256: createHash('sha256').update(long).digest('hex') });
    assert.deepEqual(
      [lines[1]!.bytes, lines[1]!.crc, 'raw' in lines[1]!, lines[2]!.text],
      [200_002, crc32(long), false, 'next'],
    );
  });

  test('lines are the same however the bytes are cut into blocks', () => {
    fc.assert(
      fc.property(content, cuts, fc.boolean(), (bytes, at, ends) => {
        const [inBlocks, atOnce] = [frameInBlocks(bytes, at, ends), frameInBlocks(bytes, [], ends)];
        assert.deepEqual(inBlocks.lines, atOnce.lines);
        // NUL bytes at the end may be skipped early or waited with, until something follows them.
        if (ends) assert.deepEqual(inBlocks, atOnce);
      }),
      { numRuns: 1000 },
    );
  });

  test('every byte up to the end is in a line or counted as skipped, and lines hold their bytes', () => {
    fc.assert(
      fc.property(content, fc.boolean(), (bytes, ends) => {
        const framed = frameInBlocks(bytes, [], ends);
        const inLines = framed.lines.reduce((sum, line) => sum + line.bytes, 0);
        assert.equal(inLines + framed.skipped.bytes, framed.end);
        if (ends) assert.equal(framed.end, bytes.length);
        for (const line of framed.lines) {
          const whole = bytes
            .subarray(line.offset, line.offset + line.bytes)
            .toString('latin1')
            .replace(/\r?\n$|(?<!\n)\r$/, '');
          const exact = Buffer.from(whole, 'latin1');
          assert.equal(line.crc, crc32(exact));
          assert.equal(line.fileKey, keyAt(line.offset + exact.length));
          if (line.overlong === undefined) assert.equal(line.text, exact.toString('utf8'));
          else assert.equal(line.overlong.length, exact.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
