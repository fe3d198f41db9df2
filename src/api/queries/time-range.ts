import { LogmillError } from '../../errors.ts';
import { readDate } from '../../model/date-math.ts';
import { parseDuration } from '../../model/units.ts';

/** Both ends in ms since the epoch; undefined means open. `from` is inclusive, `to` is not. */
export type TimeRange = { readonly from: number | undefined; readonly to: number | undefined };

/** The widest time Elasticsearch's date fields and Date agree on. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * A point in time as people write it: ISO 8601, `now`, or `now-15m`. Without a zone it is UTC.
 * @throws LogmillError TIME_INVALID
 */
export function parseTime(text: string, now: number, key: string): number {
  const relative = /^now(?:([+-])(\d{1,9}(?:ms|s|m|h|d|w)))?$/.exec(text);
  const time = relative === null ? absolute(text) : now + shift(relative);
  if (Number.isNaN(time) || Math.abs(time) > LATEST_MS) throw new LogmillError('TIME_INVALID', { text }, { key });
  return time;
}

/** A request's range. @throws LogmillError TIME_INVALID, TIME_RANGE_EMPTY when it ends before it begins. */
export function parseRange(scope: { from?: string; to?: string }, now: number): TimeRange {
  const from = scope.from === undefined ? undefined : parseTime(scope.from, now, 'from');
  const to = scope.to === undefined ? undefined : parseTime(scope.to, now, 'to');
  if (from !== undefined && to !== undefined && from >= to)
    throw new LogmillError('TIME_RANGE_EMPTY', { from: scope.from!, to: scope.to! }, { key: 'to' });
  return { from, to };
}

function shift([, sign, duration]: RegExpExecArray): number {
  if (duration === undefined) return 0;
  return (sign === '-' ? -1 : 1) * parseDuration(duration);
}

/** Whole dates only: a bare number or year reads like a time in one unit to some people and in another to others. */
function absolute(text: string): number {
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? (readDate(text)?.first ?? Number.NaN) : Number.NaN;
}
