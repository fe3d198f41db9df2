import type { FileHandle } from 'node:fs/promises';
import { writtenLength } from './allocated.ts';

/**
 * What a file holds, by its bytes: `blank` is nothing but NUL bytes so far (allocated in advance, or a truncated file
 * whose writer has not written since), `compressed` any packing other than gzip.
 */
export type Content = 'text' | 'binary' | 'gzip' | 'compressed' | 'blank';

const SAMPLE_BYTES = 4096;
const LOOKED_AT = 1024;
/** Random bytes have 9 % of them. */
const STRANGE_SHARE = 0.05;
/** Backspace, tab, line feed, vertical tab, form feed, carriage return, escape. */
const TEXT_CONTROLS = new Set([8, 9, 10, 11, 12, 13, 27]);

const GZIP = Buffer.from([0x1f, 0x8b]);
const PACKED = [
  Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), // xz
  Buffer.from('BZh'),
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), // zstd
  Buffer.from([0x04, 0x22, 0x4d, 0x18]), // lz4
  Buffer.from([0x1f, 0x9d]), // compress
  Buffer.from('PK\x03\x04'),
];

/**
 * Looks at the first bytes, and behind a head of NUL bytes at the last ones. An empty file is text.
 * @param legible what a sample says as its input reads it: encodings and delimiters may hold bytes that text does not.
 */
export async function inspect(
  handle: FileHandle,
  size: number,
  legible: (sample: Buffer) => Buffer = (bytes) => bytes,
): Promise<Content> {
  const judge = (bytes: Buffer) => judgeText(legible(bytes));
  const head = await sample(handle, 0);
  if (startsWith(head, GZIP)) return 'gzip';
  if (PACKED.some((magic) => startsWith(head, magic))) return 'compressed';
  const start = head.findIndex((byte) => byte !== 0);
  if (head.length === 0) return 'text';
  const even = start - (start % 2);
  if (start >= 0) return judge(head.subarray(even, even + LOOKED_AT));
  const tail = await sample(handle, Math.max(0, size - SAMPLE_BYTES));
  const written = tail.findIndex((byte) => byte !== 0);
  if (written === -1) return 'blank';
  return judge(tail.subarray(written - (written % 2)));
}

/** A stray NUL or control byte in a log is text still; binary formats hold many. */
function judgeText(sample: Buffer): Content {
  // Space allocated in advance says nothing.
  const bytes = sample.subarray(0, writtenLength(sample));
  let strange = 0;
  for (const byte of bytes) if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) strange += 1;
  return strange > Math.max(2, bytes.length * STRANGE_SHARE) ? 'binary' : 'text';
}

async function sample(handle: FileHandle, position: number): Promise<Buffer> {
  const buffer = Buffer.alloc(SAMPLE_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, SAMPLE_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}
