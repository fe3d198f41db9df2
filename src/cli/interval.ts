import { LogmillError } from '../errors.ts';
import { parseDuration } from '../model/units.ts';

/**
 * A point in time as people write it: ISO 8601, `now`, or `now-15m`.
 * @throws LogmillError TIME_INVALID
 */
export function parseTime(text: string, now: number, key: string): number {
  const relative = /^now(?:([+-])(\d+(?:ms|s|m|h|d|w)))?$/.exec(text);
  if (relative !== null) {
    const shift = relative[2] === undefined ? 0 : parseDuration(relative[2]);
    return relative[1] === '-' ? now - shift : now + shift;
  }
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new LogmillError('TIME_INVALID', { text }, { key });
  return time;
}

/** A range filter on `@timestamp`; empty when neither end is given, which means all time. */
export function timeFilter(from: string | undefined, to: string | undefined, now = Date.now()): object[] {
  const range = {
    ...(from === undefined ? {} : { gte: parseTime(from, now, '--from') }),
    ...(to === undefined ? {} : { lt: parseTime(to, now, '--to') }),
    format: 'epoch_millis',
  };
  return from === undefined && to === undefined ? [] : [{ range: { '@timestamp': range } }];
}
