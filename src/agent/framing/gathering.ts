import { crc32 } from 'node:zlib';
import type { Line } from '../../model/line.ts';
import type { Unframed } from './container.ts';
import { contentOf, type Piece } from './records.ts';

const SPACE = 32;

/** Lines of one event, or parts of one line, as they are gathered. */
export type Gathered = {
  /** Where its content begins and where the record of its last line ends. */
  readonly offset: number;
  last: number;
  /** Records, and their bytes. */
  records: number;
  bytes: number;
  /** Its lines, blank ones included. */
  lines: number;
  readonly texts: string[];
  /** Its records, those of the next file included, which come last. */
  readonly pieces: Piece[];
  /** How many of them are of the next file. */
  foreign: number;
  valid: boolean;
  readonly frame: Unframed | undefined;
  flags: string[] | undefined;
};

/** Begins with one record. */
export function gather(piece: Piece, text: string, frame: Unframed | undefined): Gathered {
  return {
    offset: piece.offset,
    last: piece.next,
    records: 1,
    bytes: piece.next - piece.offset,
    lines: 1,
    texts: [text],
    pieces: [piece],
    foreign: 0,
    valid: piece.valid,
    frame,
    flags: undefined,
  };
}

/** Of another file: it adds its text, and is counted in the books of its own. */
export function foreign(gathered: Gathered): Gathered {
  return { ...gathered, last: 0, records: 0, bytes: 0, foreign: gathered.records };
}

/** The next part of a line that its container's runtime had cut. */
export function addPart(to: Gathered, part: Gathered): void {
  to.texts.push(`${to.texts.pop()}${part.texts[0]}`);
  add(to, part);
}

/** The next line of an event. */
export function addLine(to: Gathered, line: Gathered): void {
  to.texts.push(line.texts[0]!);
  to.lines += line.lines;
  for (const name of line.flags ?? []) flag(to, name);
  add(to, line);
}

function add(to: Gathered, more: Gathered): void {
  to.last = Math.max(to.last, more.last);
  to.records += more.records;
  to.bytes += more.bytes;
  to.foreign += more.foreign;
  for (const piece of more.pieces) to.pieces.push(piece);
  to.valid &&= more.valid;
}

/** Notes what was done to it, once. */
export function flag(gathered: Gathered, name: string): void {
  gathered.flags ??= [];
  if (!gathered.flags.includes(name)) gathered.flags.push(name);
}

/** Blank lines carry nothing; whitespace alone counts as blank. */
export function isBlankText(text: string): boolean {
  return text.length === 0 || (text.charCodeAt(0) <= SPACE && text.trim() === '');
}

export function isBlank({ texts }: Gathered): boolean {
  return texts.length === 1 && isBlankText(texts[0]!);
}

/** A record that is a line of its own. */
export function lineOfPiece(piece: Piece, invalidFlag: string, keyAt: (end: number) => string): Line {
  const { text, offset, next, end, valid } = piece;
  const content = contentOf(piece);
  const line = { text, offset, bytes: next - offset, fileKey: keyAt(end), crc: crc32(content) };
  return valid ? line : { ...line, raw: Buffer.from(content), flags: [invalidFlag] };
}

/** The line as the pipeline gets it. `keyAt` is that of the file it begins in. */
export function lineOf(gathered: Gathered, invalidFlag: string, keyAt: (end: number) => string): Line {
  const { texts, pieces, offset, bytes, records, valid, frame } = gathered;
  const first = pieces[0]!;
  const text = texts.length === 1 ? texts[0]! : texts.join('\n');
  if (!valid) flag(gathered, invalidFlag);
  if (gathered.lines > 1) flag(gathered, 'multiline');
  const line = {
    text: frame?.wrap === undefined ? text : frame.wrap(text),
    offset,
    bytes,
    fileKey: keyAt(first.end),
    crc: crc32(contentOf(first)),
  };
  const { flags } = gathered;
  // Fast path: a line of its own, as most are.
  if (flags === undefined && frame === undefined && records === 1) return line;
  return {
    ...line,
    ...(valid ? {} : { raw: rawOf(pieces) }),
    ...(records === 1 ? {} : { merged: { lines: records - 1, bytes: bytes - (first.next - first.offset) } }),
    ...(frame === undefined || frame.wrap !== undefined ? {} : { container: containerOf(frame) }),
    ...(flags === undefined ? {} : { flags }),
  };
}

const NEWLINE = Buffer.from('\n');

function rawOf(pieces: readonly Piece[]): Buffer {
  const parts = pieces.flatMap((piece, at) => (at === 0 ? [contentOf(piece)] : [NEWLINE, contentOf(piece)]));
  return Buffer.concat(parts);
}

function containerOf({ stream, time }: Unframed): NonNullable<Line['container']> {
  return { ...(stream === undefined ? {} : { stream }), ...(time === undefined ? {} : { time }) };
}
