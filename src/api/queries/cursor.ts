import { LogmillError } from '../../errors.ts';
import type { StoreHit } from './read-store.ts';

/**
 * Where the next page begins. Sort values need not be unique (many lines share a millisecond), and stores differ in
 * how they order such ties, so a cursor holds the last sort values *before* the tie the page ended in, and the ids
 * already given of that tie: the next page starts after the first and leaves out the second. Nothing is shown twice or
 * left out.
 */
export type Cursor = {
  readonly after: SortValues | null;
  /** Sort values of the tie itself. */
  readonly at: SortValues;
  readonly given: readonly string[];
};
type SortValues = readonly SortValue[];
export type SortValue = string | number | boolean | null;

/** A tie of more events than this cannot be paged through; sorting by another field can. */
const MOST_TIES = 2000;

/** The cursor behind a page; `before` is the cursor the page began at. @throws LogmillError CURSOR_TIES */
export function nextCursor(hits: readonly StoreHit[], before: Cursor | undefined): Cursor {
  const at = hits.at(-1)!.sort as SortValues;
  const tie = JSON.stringify(at);
  let start = hits.length;
  while (start > 0 && JSON.stringify(hits[start - 1]!.sort) === tie) start--;
  const given = hits.slice(start).map((hit) => hit._id!);
  if (start > 0) return { after: hits[start - 1]!.sort as SortValues, at, given: limited(given) };
  if (before === undefined) return { after: null, at, given: limited(given) };
  if (JSON.stringify(before.at) !== tie) return { after: before.at, at, given: limited(given) };
  return { after: before.after, at, given: limited([...before.given, ...given]) };
}

/** The cursor as opaque text. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.after, cursor.at, cursor.given])).toString('base64url');
}

/** @throws LogmillError CURSOR_INVALID for a text that `encodeCursor` did not make. */
export function decodeCursor(text: string): Cursor {
  const [after, at, given, ...rest] = parsed(text);
  const valid =
    (after === null || isList(after, isSortValue)) &&
    isList(at, isSortValue) &&
    isList(given, (id) => typeof id === 'string') &&
    rest.length === 0;
  if (!valid) throw new LogmillError('CURSOR_INVALID', {}, { key: 'cursor' });
  return { after, at, given } as Cursor;
}

function parsed(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function limited(ids: readonly string[]): readonly string[] {
  if (ids.length > MOST_TIES) throw new LogmillError('CURSOR_TIES', { most: MOST_TIES }, { key: 'sort' });
  return ids;
}

function isList(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= MOST_TIES && value.every(holds);
}

function isSortValue(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
