import { crc32 } from 'node:zlib';
import type { Line } from '../../model/line.ts';
import type { Unframed } from './container.ts';
import type { Piece } from './records.ts';

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
  /** Content of its records: views of the block, so an event must be made before the block is reused. */
  readonly contents: Buffer[];
  valid: boolean;
  readonly first: Piece;
  readonly keyAt: Origin['keyAt'];
  readonly frame: Unframed | undefined;
  readonly flags: Set<string>;
};

/** Reads the bytes of a record, and the key of the file as far as it goes. */
export type Origin = {
  readonly contentOf: (piece: Piece) => Buffer;
  readonly keyAt: (end: number) => string;
};

/** Begins with one record. */
export function gather(piece: Piece, text: string, frame: Unframed | undefined, origin: Origin): Gathered {
  return {
    offset: piece.offset,
    last: piece.next,
    records: 1,
    bytes: piece.next - piece.offset,
    lines: 1,
    texts: [text],
    contents: [origin.contentOf(piece)],
    valid: piece.valid,
    first: piece,
    keyAt: origin.keyAt,
    frame,
    flags: new Set(),
  };
}

/** Of another file: it adds its text, and is counted in the books of its own. */
export function foreign(gathered: Gathered): Gathered {
  return { ...gathered, last: 0, records: 0, bytes: 0 };
}

/** The next part of a line that its container's runtime had cut. */
export function addPart(to: Gathered, part: Gathered): void {
  to.texts.push(`${to.texts.pop()}${part.texts[0]}`);
  add(to, part);
}

/** The next line of an event. */
export function addLine(to: Gathered, line: Gathered): void {
  to.texts.push(...line.texts);
  to.lines += line.lines;
  for (const flag of line.flags) to.flags.add(flag);
  add(to, line);
}

function add(to: Gathered, more: Gathered): void {
  to.last = Math.max(to.last, more.last);
  to.records += more.records;
  to.bytes += more.bytes;
  to.contents.push(...more.contents);
  to.valid &&= more.valid;
}

/** Blank lines carry nothing; whitespace alone counts as blank. */
export function isBlank({ texts }: Gathered): boolean {
  const text = texts[0]!;
  return texts.length === 1 && (text.length === 0 || (text.charCodeAt(0) <= SPACE && text.trim() === ''));
}

/** The line as the pipeline gets it. */
export function lineOf(gathered: Gathered, invalidFlag: string): Line {
  const { texts, contents, offset, bytes, records, first, valid, frame, flags } = gathered;
  const text = texts.length === 1 ? texts[0]! : texts.join('\n');
  if (!valid) flags.add(invalidFlag);
  if (gathered.lines > 1) flags.add('multiline');
  return {
    text: frame?.wrap === undefined ? text : frame.wrap(text),
    offset,
    bytes,
    fileKey: gathered.keyAt(first.end),
    crc: crc32(contents[0]!),
    ...(valid ? {} : { raw: Buffer.concat(contents.flatMap((part, at) => (at === 0 ? [part] : [NEWLINE, part]))) }),
    ...(records === 1 ? {} : { merged: { lines: records - 1, bytes: bytes - (first.next - first.offset) } }),
    ...(frame === undefined || frame.wrap !== undefined ? {} : { container: containerOf(frame) }),
    ...(flags.size === 0 ? {} : { flags: [...flags] }),
  };
}

const NEWLINE = Buffer.from('\n');

function containerOf({ stream, time }: Unframed): NonNullable<Line['container']> {
  return { ...(stream === undefined ? {} : { stream }), ...(time === undefined ? {} : { time }) };
}
