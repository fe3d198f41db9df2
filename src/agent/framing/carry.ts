import path from 'node:path';
import type { EventFraming, FramedEvents } from './framer.ts';
import { Joiner } from './join.ts';
import { splitRecords } from './records.ts';

/** Bytes of a file, as far as they are looked at. */
export type Stretch = {
  readonly bytes: Buffer;
  readonly start: number;
  readonly keyAt: (end: number) => string;
  readonly cuts: readonly number[];
  readonly events: EventFraming;
};

/** What the beginning of a file has to do with the last event of the file rotated before it. */
export type Carried = {
  /** As far as it belongs to that event; 0 where nothing does. */
  readonly end: number;
  /** Records up to there, and bytes between them. */
  readonly records: number;
  readonly skipped: number;
  /** More of the file would change nothing. */
  readonly isDecided: boolean;
  /** The rest of the file before, its last event with all lines. */
  readonly framed: FramedEvents;
};

/**
 * Goes on with the last event of one file in the next. Only what the next file begins with, without a gap, can belong to
 * it. Pure: the result depends on the bytes of both.
 */
export function carryOver(before: Stretch, next: Stretch): Carried {
  const old = splitRecords(before.bytes, before.start, before.events.shape, { keyAt: before.keyAt });
  const joiner = new Joiner(before.events.joining, before.keyAt, { cuts: before.cuts, keeps: true });
  joiner.addAll(old);
  const fresh = splitRecords(next.bytes, 0, next.events.shape, { keyAt: next.keyAt });
  const room = next.events.joining.maxBytes - before.bytes.length;
  let end = 0;
  let records = 0;
  let isDecided = false;
  for (const [index, piece] of fresh.pieces.entries()) {
    const isBeyond = next.cuts.some((cut) => cut <= piece.offset) || piece.next > room;
    const taken = !isBeyond && joiner.goOn(piece, next.keyAt);
    isDecided = taken === false;
    if (isDecided) break;
    if (taken !== 'taken') continue;
    end = piece.next;
    records = index + 1;
  }
  isDecided ||= next.cuts.some((cut) => cut <= end) || joiner.holding === 'nothing';
  // Not decided, or cut in the next file: more of it may come there.
  joiner.close(true);
  const framed = { start: before.start, ...joiner.take(before.start, old.end, old.skips) };
  const skipped = fresh.skips.filter(({ offset }) => offset < end).reduce((sum, { bytes }) => sum + bytes, 0);
  return { end, records, skipped, isDecided, framed };
}

/** A file as rotation names it. */
export type Rotated = {
  readonly path: string;
  readonly stem: string;
  /** No scan finds it under its name any more. */
  readonly isMissed: boolean;
  readonly modifiedAt: number;
};

/**
 * Which of two files of one stem was written to first, by their names: `app.log.2`, `app.log.1`, one that was renamed out
 * of sight, `app.log`; dates as they are. Negative where it is `one`.
 */
function compareAge(one: Rotated, other: Rotated): number {
  const [suffix, otherSuffix] = [suffixOf(one), suffixOf(other)];
  if (suffix === undefined || otherSuffix === undefined) return one.modifiedAt - other.modifiedAt;
  if (suffix === '' || otherSuffix === '') {
    if (suffix !== otherSuffix) return suffix === '' ? 1 : -1;
    if (one.isMissed !== other.isMissed) return one.isMissed ? -1 : 1;
    return one.modifiedAt - other.modifiedAt;
  }
  const numbers = [suffix, otherSuffix].map((text) => /^\.(\d{1,4})$/.exec(text)?.[1]);
  if (numbers[0] !== undefined && numbers[1] !== undefined) return Number(numbers[1]) - Number(numbers[0]);
  return suffix < otherSuffix ? -1 : suffix > otherSuffix ? 1 : one.modifiedAt - other.modifiedAt;
}

/** The file that rotation, by names and times, has moved away just before this one began. */
export function predecessorOf<T extends { readonly input: object; readonly rotated: Rotated }>(
  file: T,
  others: Iterable<T>,
): T | undefined {
  let latest: T | undefined;
  for (const other of others) {
    if (other === file || other.input !== file.input || other.rotated.stem !== file.rotated.stem) continue;
    if (compareAge(other.rotated, file.rotated) >= 0) continue;
    if (latest === undefined || compareAge(latest.rotated, other.rotated) < 0) latest = other;
  }
  return latest;
}

/** Undefined where the name does not begin as its stem does: a link. */
function suffixOf({ path: file, stem }: Rotated): string | undefined {
  const [name, base] = [path.basename(file), path.basename(stem)];
  return name.startsWith(base) ? name.slice(base.length) : undefined;
}
