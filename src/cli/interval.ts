import { parseTime } from '../api/queries/time-range.ts';

/**
 * A range filter on `@timestamp`; empty when neither end is given, which means all time. Times are read as the API reads
 * them: ISO 8601 (UTC without a zone), `now`, or `now-15m`.
 * @throws LogmillError TIME_INVALID
 */
export function timeFilter(from: string | undefined, to: string | undefined, now = Date.now()): object[] {
  const range = {
    ...(from === undefined ? {} : { gte: parseTime(from, now, '--from') }),
    ...(to === undefined ? {} : { lt: parseTime(to, now, '--to') }),
    format: 'epoch_millis',
  };
  return from === undefined && to === undefined ? [] : [{ range: { '@timestamp': range } }];
}
