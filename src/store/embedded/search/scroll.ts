import { EsError } from '../route.ts';
import type { Reader, Slice } from '../slice.ts';
import { type Json, objectOf } from './body.ts';

/**
 * A scroll or point in time carries all it needs in its id, so nothing is kept for it: the slices of its start, the
 * request, and where the last page ended. It is no snapshot: a document changed meanwhile comes at its new place.
 */
export type Cursor = {
  readonly indices: readonly string[];
  readonly body: Json;
  readonly after: readonly unknown[] | undefined;
};

/** The cursor as an opaque text. */
export function encodeCursor(cursor: Cursor): string {
  const text = JSON.stringify(cursor, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return Buffer.from(text).toString('base64url');
}

/** Reads a cursor. Throws EsError 400 for anything else. */
export function decodeCursor(id: unknown, what: string): Cursor {
  try {
    const cursor = objectOf(JSON.parse(Buffer.from(String(id), 'base64url').toString('utf8')), what);
    if (Array.isArray(cursor.indices)) return cursor as Cursor;
  } catch {
    // Falls through: whatever is wrong with it, it is no id of ours.
  }
  throw new EsError(400, 'illegal_argument_exception', `Cannot parse ${what} id`);
}

/** The slices a cursor was opened over, as far as they still exist. */
export function cursorSlices(reader: Reader, { indices }: Cursor): readonly Slice[] {
  return indices
    .flatMap((index) => reader.resolve(index, { ignoreUnavailable: true }))
    .filter((slice) => indices.includes(slice.index));
}

/** Where the last page ended, in terms of the slices that are left: retention may have dropped some meanwhile. */
export function cursorPlace({ indices, after }: Cursor, slices: readonly Slice[]): readonly unknown[] {
  if (after === undefined || after.length === 0) return [];
  const position = Number(after.at(-2));
  const now = slices.findIndex(({ index }) => index === indices[position]);
  if (now !== -1) return [...after.slice(0, -2), now, after.at(-1)];
  const before = slices.filter(({ index }) => indices.indexOf(index) < position).length;
  return [...after.slice(0, -2), before - 1, Number.MAX_SAFE_INTEGER];
}
