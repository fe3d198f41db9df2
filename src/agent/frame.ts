import { isAscii, isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { Line } from '../model/line.ts';
import { OverlongLine } from './overlong.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** A stretch of bytes made into lines: every byte of [start, end) is in a line or counted as skipped. */
export type Framed = {
  readonly start: number;
  /** The byte after the last one used; what follows is a line not finished yet. */
  readonly end: number;
  readonly lines: Line[];
  readonly skipped: { readonly lines: number; readonly bytes: number };
};

export type FrameOptions = {
  /** File key of a line by the offset where its content ends. */
  readonly keyAt: (end: number) => string;
  readonly maxLineBytes: number;
  /** More bytes are known to follow: NUL bytes at the end belong to a NUL head and are skipped, not waited for. */
  readonly more?: boolean;
  /** The end of the bytes ends the last line. */
  readonly ends?: boolean;
};

/**
 * Frames the lines of `bytes`, whose first byte is at `start` and begins a line. Pure: the result depends on the bytes
 * alone, so ids are the same however a file is cut into blocks. The buffer may be reused afterwards.
 * This is the hot path: whole blocks are checked and decoded at once, lines are slices of it.
 */
export function frameBlock(bytes: Buffer, start: number, options: FrameOptions): Framed {
  const { keyAt, maxLineBytes } = options;
  const begin = start === 0 ? markLength(bytes) : 0;
  const stop = options.ends === true ? bytes.length : Math.max(begin, bytes.lastIndexOf(NEWLINE) + 1);
  const region = bytes.subarray(0, stop);
  // Fast path: ASCII is decoded once, and offsets in the text are offsets in the bytes.
  const ascii = isAscii(region) ? region.toString('latin1') : undefined;
  const valid = ascii !== undefined || isUtf8(region);
  const lines: Line[] = [];
  let at = begin;
  let skippedBytes = begin;
  let skippedLines = 0;
  while (at < stop) {
    if (region[at] === 0) {
      const after = afterNuls(region, at);
      skippedBytes += after - at;
      at = after;
      continue;
    }
    const newline = ascii === undefined ? region.indexOf(NEWLINE, at) : ascii.indexOf('\n', at);
    const next = newline === -1 ? stop : newline + 1;
    const whole = newline === -1 ? stop : newline;
    const end = whole > at && region[whole - 1] === CARRIAGE_RETURN ? whole - 1 : whole;
    if (end - at > maxLineBytes) {
      lines.push(overlongLine(region.subarray(at, whole), start + at, start + next, keyAt));
    } else if (!valid && !isUtf8(region.subarray(at, end))) {
      lines.push(rawLine(region.subarray(at, end), start + at, next - at, keyAt));
    } else {
      const text = ascii === undefined ? region.toString('utf8', at, end) : ascii.slice(at, end);
      if (isBlank(text)) {
        skippedLines++;
        skippedBytes += next - at;
      } else {
        lines.push({ text, offset: start + at, bytes: next - at, fileKey: keyAt(start + end), crc: crc32(text) });
      }
    }
    at = next;
  }
  const end = afterTrailingNuls(bytes, stop, options.more === true);
  return { start, end: start + end, lines, skipped: { lines: skippedLines, bytes: skippedBytes + end - stop } };
}

/** Blank lines carry nothing; whitespace alone counts as blank. */
function isBlank(text: string): boolean {
  return text.length === 0 || (text.charCodeAt(0) <= SPACE && text.trim() === '');
}

/** Length of the byte order mark that the first bytes of a file begin with; 0 for none. */
function markLength(bytes: Buffer): number {
  return bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
}

/** Bytes that are not UTF-8: the text replaces them by U+FFFD, `raw` keeps them. */
function rawLine(content: Buffer, offset: number, bytes: number, keyAt: FrameOptions['keyAt']): Line {
  const raw = Buffer.from(content);
  return { text: raw.toString('utf8'), offset, bytes, fileKey: keyAt(offset + raw.length), crc: crc32(raw), raw };
}

/** @param line without its newline; a carriage return at its end is the measuring's to judge. */
function overlongLine(line: Buffer, offset: number, next: number, keyAt: FrameOptions['keyAt']): Line {
  const overlong = new OverlongLine(offset);
  overlong.push(line);
  return overlong.finish(next, keyAt);
}

function afterNuls(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at++;
  return at;
}

/**
 * NUL bytes where the next line would begin are a head left by copytruncate, or space a writer has allocated in
 * advance: they are skipped only once something follows, so that nothing written into them later is missed.
 */
function afterTrailingNuls(bytes: Buffer, from: number, more: boolean): number {
  const after = afterNuls(bytes, from);
  return after < bytes.length || more ? after : from;
}
