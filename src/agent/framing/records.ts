import type { Line } from '../../model/line.ts';
import type { Delimiter } from './delimiter.ts';
import type { Encoding } from './encodings.ts';
import { LongRecord, type OnLong } from './long-record.ts';

/** What records look like: everything that decides where they begin and end, and what they say. */
export type Shape = {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly maxLineBytes: number;
  readonly onLong: OnLong;
};

/** A stretch of a file: its bytes and the offset of the first. */
export type Block = { readonly bytes: Buffer; readonly start: number };

/** The bytes of a record, without its delimiter. */
export function contentOf({ block, offset, end }: Piece): Buffer {
  return block.bytes.subarray(offset - block.start, end - block.start);
}

/** One record: offsets are those of the file, `end` that of its content, `next` the one after its delimiter. */
export type Piece = {
  readonly offset: number;
  readonly end: number;
  readonly next: number;
  readonly text: string;
  /** The bytes it was cut out of, to be read before the block is reused. */
  readonly block: Block;
  /** False where bytes that mean nothing were replaced. */
  readonly valid: boolean;
  /** The whole line, where it is longer than it may be. */
  readonly long: Line | undefined;
};

/** Bytes that belong to no record: a byte order mark, NUL heads. */
export type Skip = { readonly offset: number; readonly bytes: number };

export type Split = {
  readonly pieces: readonly Piece[];
  readonly skips: readonly Skip[];
  /** The offset after the last byte used. */
  readonly end: number;
};

export type SplitOptions = {
  readonly keyAt: (end: number) => string;
  /** More bytes are known to follow. */
  readonly more?: boolean;
  /** The end of the bytes ends the last record. */
  readonly ends?: boolean;
};

/** How documents name bytes that mean nothing in an encoding. */
export function invalidFlag({ name }: Encoding): string {
  return name === 'utf-8' ? 'invalid_utf8' : `invalid_${name.replaceAll('-', '_')}`;
}

export function longRecord(offset: number, shape: Shape): LongRecord {
  const { encoding, delimiter, onLong, maxLineBytes } = shape;
  return new LongRecord(offset, {
    encoding,
    delimiter,
    onLong,
    limit: maxLineBytes,
    invalidFlag: invalidFlag(encoding),
  });
}

/**
 * Cuts `bytes`, whose first byte is at `start` and begins a record, into records. Pure: the result depends on the bytes
 * alone. What `frameBlock` does for UTF-8 and newlines, for every other shape; blank records are left in.
 */
export function splitRecords(bytes: Buffer, start: number, shape: Shape, options: SplitOptions): Split {
  const { encoding, delimiter, maxLineBytes } = shape;
  if (start % encoding.unit !== 0 && bytes.length > 0) {
    // Out of step with units of two, as where a file in another encoding was read before.
    const rest = splitRecords(bytes.subarray(1), start + 1, shape, options);
    return { ...rest, skips: [{ offset: start, bytes: 1 }, ...rest.skips] };
  }
  const block: Block = { bytes, start };
  const pieces: Piece[] = [];
  const skips: Skip[] = [];
  const ends = options.ends === true;
  let at = start === 0 ? markLength(bytes, encoding) : 0;
  if (at > 0) skips.push({ offset: start, bytes: at });
  const decoded = encoding.decode(bytes.subarray(0, ends ? bytes.length : lastEnd(bytes, delimiter)));
  while (at < bytes.length) {
    const after = afterNuls(bytes, at, encoding.unit);
    if (after > at) {
      // NUL bytes at the end may be space a writer has allocated: skipped only once something follows.
      if (after > bytes.length - encoding.unit && options.more !== true && !ends) break;
      skips.push({ offset: start + at, bytes: after - at });
      at = after;
      continue;
    }
    const hit = delimiter.find(bytes, at);
    if (hit === -1 && !ends) break;
    const next = hit === -1 ? bytes.length : hit + delimiter.bytes.length;
    const end = delimiter.contentEnd(bytes, at, hit === -1 ? bytes.length : hit);
    if (end - at > maxLineBytes) {
      const record = longRecord(start + at, shape);
      record.push(bytes.subarray(at, next));
      const long = record.finish(start + next, options.keyAt);
      pieces.push({ offset: start + at, end: start + end, next: start + next, block, text: '', valid: true, long });
    } else {
      const { text, valid } = decoded.read(at, end);
      pieces.push({ offset: start + at, end: start + end, next: start + next, block, text, valid, long: undefined });
    }
    at = next;
  }
  return { pieces, skips, end: start + at };
}

function markLength(bytes: Buffer, { mark }: Encoding): number {
  return mark.length > 0 && bytes.subarray(0, mark.length).equals(mark) ? mark.length : 0;
}

/** End of what can be finished records; a hit inside a character may say too much, which only costs decoding. */
function lastEnd(bytes: Buffer, { bytes: delimiter }: Delimiter): number {
  const last = bytes.lastIndexOf(delimiter);
  return last === -1 ? 0 : last + delimiter.length;
}

function afterNuls(bytes: Buffer, from: number, unit: number): number {
  let at = from;
  if (unit === 1) while (bytes[at] === 0) at++;
  else while (bytes[at] === 0 && bytes[at + 1] === 0) at += 2;
  return at;
}
