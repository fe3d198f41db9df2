import type { Multiline } from '../../config/multiline.ts';
import type { InputConfig } from '../../config/schema.ts';
import type { Line } from '../../model/line.ts';
import { parseBytes, parseDuration } from '../../model/units.ts';
import { firstLinesOf, firstLinesOfBytes } from '../first-lines.ts';
import { type Framed, type FrameOptions, frameBlock } from '../frame.ts';
import { OverlongLine } from '../overlong.ts';
import { type Unframe, unframeField, unframeOf, unframeWithin } from './container.ts';
import { type Delimiter, delimiterOf } from './delimiter.ts';
import { type Encoding, encodingOf, encodingOfMark } from './encodings.ts';
import { isBlankText, lineOfPiece } from './gathering.ts';
import { groupingOf } from './grouping.ts';
import { Joiner, type Joining } from './join.ts';
import { invalidFlag, longRecord, type Shape, type Split, splitRecords } from './records.ts';

/** Events of several streams, or a long one, may lie over so many times the bytes of one line before they are cut apart. */
const WINDOW_LINES = 4;
/** How long a line that a container's runtime has cut waits for its next part. */
const PART_TIMEOUT = '5s';

/** A stretch framed, with what an input's framing says beyond UTF-8 lines. */
export type FramedEvents = Framed & {
  /** Lines that are part of an event's `merged`. */
  readonly merged?: Readonly<{ lines: number; bytes: number }>;
  /** What follows the end is an event that may still go on: where its lines end so far. */
  readonly holds?: number | undefined;
  /** It mostly does not. */
  readonly isUndecided?: boolean;
};

export type FramerOptions = Omit<FrameOptions, 'maxLineBytes'> & {
  /** The last event does not wait for more lines. */
  readonly closes?: boolean;
  /** Offsets, ascending, at which an event ends whatever follows. */
  readonly cuts?: readonly number[];
  /** Events may have been sent before with fewer of their records: see `after` of a line. */
  readonly keeps?: boolean;
};

/** A record longer than it may be, as its bytes come by. */
export type LongLine = {
  readonly offset: number;
  /** How many of the bytes belong to it, delimiter included; -1 where all do and it has not ended. */
  push(bytes: Buffer): number;
  finish(next: number, keyAt: (end: number) => string): Line;
};

/** How the bytes of one file become lines: the same for plain files, compressed ones and streams. */
export type Framer = {
  /**
   * Frames `bytes`, whose first byte is at `start` and begins a record with no event under way. Pure: the result depends on
   * the bytes alone. The buffer may be reused afterwards.
   */
  frame(bytes: Buffer, start: number, options: FramerOptions): FramedEvents;
  /** Lines are those of `frameBlock`: of their bytes single ones can be made once more. */
  readonly isPlain: boolean;
  /** Where not one record ends in so many bytes it is longer than a line may be. */
  readonly window: number;
  long(offset: number): LongLine;
  readonly delimiterBytes: number;
  /** The position after the last delimiter in the bytes, which begin at an aligned offset; 0 where there is none. */
  lastEnd(bytes: Buffer): number;
  /** The first lines of a file's first bytes, as the pipeline will see them; by default as many as it is chosen by. */
  firstLines(bytes: Buffer, most?: number): string[];
  /** For events that go on in another file. */
  readonly events: EventFraming | undefined;
};

/** What joining needs when an event goes on in another file. */
export type EventFraming = { readonly shape: Shape; readonly joining: Joining };

/** The way an input's files are framed; which encoding holds shows only in the first bytes of each. */
export type Framing = {
  /** @param head the first bytes of the file, two of them if it has so many. */
  of(head: Buffer): Framer;
  /** What a sample of a file says, in UTF-8 and without delimiters that are no text: for telling text from binary files. */
  legible(sample: Buffer): Buffer;
  /** How long the last event of a file waits for more lines, ms; undefined where none waits. */
  readonly timeout: number | undefined;
};

const framings = new WeakMap<InputConfig, Framing>();

/** The framing of an input, made once. */
export function framingOf(input: InputConfig): Framing {
  const known = framings.get(input);
  if (known !== undefined) return known;
  const named = encodingOf(input.encoding);
  const isUnicode = named.name === 'utf-8' || named.unit === 2;
  const made = new Map<Encoding, Framer>();
  const of = (encoding: Encoding): Framer => {
    const framer = made.get(encoding) ?? framerOf(input, encoding);
    made.set(encoding, framer);
    return framer;
  };
  const framing = {
    of: (head: Buffer) => of((isUnicode ? encodingOfMark(head) : undefined) ?? named),
    legible(sample: Buffer) {
      const encoding = (isUnicode ? encodingOfMark(sample) : undefined) ?? named;
      const even = sample.subarray(0, sample.length - (sample.length % encoding.unit));
      const bytes = encoding.unit === 2 ? Buffer.from(encoding.decode(even).read(0, even.length).text) : sample;
      return input.delimiter === 'nul' ? Buffer.from(bytes.filter((byte) => byte !== 0)) : bytes;
    },
    timeout: timeoutOf(input),
  };
  framings.set(input, framing);
  return framing;
}

/** How its lines make events; undefined where each is one. */
function joinedBy({ multiline }: InputConfig): Multiline | undefined {
  return multiline?.mode === 'none' ? undefined : multiline;
}

function timeoutOf(input: InputConfig): number | undefined {
  const { container } = input;
  const multiline = joinedBy(input);
  if (multiline === undefined && container === undefined) return undefined;
  return parseDuration(multiline?.timeout ?? PART_TIMEOUT);
}

/** Fast path: nothing but UTF-8 lines, as `frameBlock` frames them. */
function framerOf(input: InputConfig, encoding: Encoding): Framer {
  const { delimiter = 'newline', on_long_line: onLong = 'dead-letter', container } = input;
  const multiline = joinedBy(input);
  const maxLineBytes = parseBytes(input.max_line_bytes);
  const joins = timeoutOf(input) !== undefined;
  if (encoding.name === 'utf-8' && delimiter === 'newline' && onLong === 'dead-letter' && !joins) {
    return plainFramer(maxLineBytes);
  }
  const shape: Shape = { encoding, delimiter: delimiterOf(delimiter, encoding), maxLineBytes, onLong };
  const joining: Joining = {
    unframe: unframeBy(multiline, container),
    isContainer: container === 'docker' || container === 'cri',
    grouping: multiline === undefined ? undefined : groupingOf(multiline),
    maxLines: multiline?.max_lines ?? 1,
    maxBytes: maxLineBytes,
    invalidFlag: invalidFlag(encoding),
  };
  return recordFramer(shape, joining, joins);
}

function unframeBy(
  { field, within }: Partial<Multiline> = {},
  container: InputConfig['container'],
): Unframe | undefined {
  if (field !== undefined) return unframeField(field);
  if (within !== undefined) return unframeWithin(within);
  return container && unframeOf(container);
}

function plainFramer(maxLineBytes: number): Framer {
  return {
    frame: (bytes, start, { keyAt, more = false, ends = false }) =>
      frameBlock(bytes, start, { keyAt, maxLineBytes, more, ends }),
    isPlain: true,
    window: maxLineBytes + 2,
    long: (offset) => new LongPlainLine(offset),
    delimiterBytes: 1,
    lastEnd: (bytes) => bytes.lastIndexOf(NEWLINE) + 1,
    firstLines: firstLinesOfBytes,
    events: undefined,
  };
}

const NEWLINE = 10;

class LongPlainLine implements LongLine {
  readonly offset: number;
  readonly #line: OverlongLine;

  constructor(offset: number) {
    this.offset = offset;
    this.#line = new OverlongLine(offset);
  }

  push(bytes: Buffer): number {
    const newline = bytes.indexOf(NEWLINE);
    this.#line.push(newline === -1 ? bytes : bytes.subarray(0, newline));
    return newline === -1 ? -1 : newline + 1;
  }

  finish(next: number, keyAt: (end: number) => string): Line {
    return this.#line.finish(next, keyAt);
  }
}

function recordFramer(shape: Shape, joining: Joining, isJoining: boolean): Framer {
  const window = (isJoining ? WINDOW_LINES : 1) * shape.maxLineBytes + 2 * shape.delimiter.bytes.length + 64;

  /** As far as one window shows; `moved` false where it takes more bytes, or the end of a long record, to say anything. */
  function frameWindow(bytes: Buffer, start: number, options: FramerOptions): FramedEvents {
    const { keyAt, closes = false, ends = false } = options;
    const split = splitRecords(bytes, start, shape, options);
    if (!isJoining) return { start, ...linesOf(split, joining.invalidFlag, keyAt) };
    const joiner = new Joiner(joining, keyAt, options);
    joiner.addAll(split);
    if (closes || ends) joiner.close();
    const joined = joiner.take(start, split.end, split.skips);
    if (joined.end > start || bytes.length < window) {
      const { holding } = joiner;
      const holds = holding === 'nothing' ? undefined : split.end;
      return { start, ...joined, holds, isUndecided: holding === 'undecided' };
    }
    // Whatever a window cannot hold is cut at its end: where that is does not depend on how much was read at once.
    joiner.close();
    return { start, ...joiner.take(start, split.end, split.skips) };
  }

  function frameLong(bytes: Buffer, start: number, { keyAt, ends = false }: FramerOptions): FramedEvents | undefined {
    const long = longRecord(start, shape);
    const used = long.push(bytes);
    if (used === -1 && !ends) return undefined;
    const end = used === -1 ? start + bytes.length : start + used;
    return { start, end, lines: [long.finish(end, keyAt)], skipped: { lines: 0, bytes: 0 } };
  }

  function frame(bytes: Buffer, start: number, options: FramerOptions): FramedEvents {
    if (!isJoining || bytes.length <= window) return frameWindow(bytes, start, options);
    const parts: FramedEvents[] = [];
    let position = start;
    for (let moved = true; moved && position < start + bytes.length; ) {
      const rest = bytes.subarray(position - start);
      const isLast = rest.length <= window;
      const part = isLast
        ? frameWindow(rest, position, options)
        : frameWindow(rest.subarray(0, window), position, { ...options, more: true, ends: false, closes: false });
      const found = part.end > position || isLast ? part : (frameLong(rest, position, options) ?? part);
      moved = found.end > position;
      position = found.end;
      parts.push(found);
    }
    return sumOf(start, parts);
  }

  return {
    frame,
    isPlain: false,
    window,
    long: (offset) => longRecord(offset, shape),
    delimiterBytes: shape.delimiter.bytes.length,
    lastEnd: (bytes) => lastEndOf(bytes, shape.delimiter),
    firstLines(bytes, most) {
      const options = { keyAt: () => '', closes: true };
      const framed = frame(bytes, 0, options);
      const { lines } = framed.lines.length > 0 ? framed : frame(bytes, 0, { ...options, ends: true });
      return firstLinesOf(
        lines.flatMap(({ text }) => text.split('\n')),
        most,
      );
    },
    events: isJoining ? { shape, joining } : undefined,
  };
}

/** Where nothing is joined every record is a line. */
function linesOf({ pieces, skips, end }: Split, flag: string, keyAt: (end: number) => string): Omit<Framed, 'start'> {
  const lines: Line[] = [];
  const skipped = { lines: 0, bytes: 0 };
  for (const { bytes } of skips) skipped.bytes += bytes;
  for (const piece of pieces) {
    if (piece.long !== undefined) lines.push(piece.long);
    else if (isBlankText(piece.text)) {
      skipped.lines++;
      skipped.bytes += piece.next - piece.offset;
    } else lines.push(lineOfPiece(piece, flag, keyAt));
  }
  return { end, lines, skipped };
}

function lastEndOf(bytes: Buffer, { find, bytes: delimiter }: Delimiter): number {
  let end = 0;
  for (let hit = find(bytes, 0); hit !== -1; hit = find(bytes, end)) end = hit + delimiter.length;
  return end;
}

function sumOf(start: number, parts: readonly FramedEvents[]): FramedEvents {
  const skipped = { lines: 0, bytes: 0 };
  const merged = { lines: 0, bytes: 0 };
  for (const part of parts) {
    skipped.lines += part.skipped.lines;
    skipped.bytes += part.skipped.bytes;
    merged.lines += part.merged?.lines ?? 0;
    merged.bytes += part.merged?.bytes ?? 0;
  }
  const last = parts.at(-1);
  const lines = parts.flatMap((part) => part.lines);
  const { holds, isUndecided = false } = last ?? {};
  return { start, end: last?.end ?? start, lines, skipped, merged, holds, isUndecided };
}
