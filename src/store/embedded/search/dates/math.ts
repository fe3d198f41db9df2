import { shardError } from '../body.ts';
import { DEFAULT_FORMAT, readTime } from './format.ts';
import { fromLocal, toLocal } from './zone.ts';

export type DateOptions = { readonly now: number; readonly format?: string; readonly zone?: string };
export type Unit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'q' | 'y';

/**
 * Milliseconds of a date: a number, a text in the format, or date math (`now-5m/m`, `2026-11-21||+1d/d`).
 * `up` is for `gt` and `lte`: what was not given, and what is rounded, becomes the last millisecond of its unit.
 * Throws EsError 400 with cause parse_exception.
 */
export function resolveDate(value: unknown, up: boolean, options: DateOptions): number {
  if (typeof value === 'number' && (options.format === undefined || options.format.includes('epoch_millis'))) {
    return Math.floor(value);
  }
  const text = String(value);
  const zone = options.zone ?? 'UTC';
  if (text.startsWith('now')) return applyMath(options.now, text.slice(3), up, zone, text);
  const bar = text.indexOf('||');
  const start = bar === -1 ? text : text.slice(0, bar);
  const written = readTime(start, options.format ?? DEFAULT_FORMAT);
  if (written === undefined) {
    throw shardError(
      'parse_exception',
      `failed to parse date field [${text}] with format [${options.format ?? DEFAULT_FORMAT}]`,
    );
  }
  // Elasticsearch fills up the clock only: a missing month or day is the first one, also for `lte`.
  const most = [9999, 1, 1, 23, 59, 59, 999];
  const parts = written.parts.map((part, at) => (up && bar === -1 && at >= written.given ? most[at]! : part));
  const [year, month, day, ...clock] = parts as [number, number, number, number, number, number, number];
  const wall = new Date(Date.UTC(2000, month - 1, day, ...clock));
  wall.setUTCFullYear(year, month - 1, day);
  const time =
    written.offset === undefined ? fromLocal(zone, wall.getTime()) : wall.getTime() - written.offset * 60_000;
  return bar === -1 ? time : applyMath(time, text.slice(bar + 2), up, zone, text);
}

function applyMath(start: number, math: string, up: boolean, zone: string, whole: string): number {
  let time = start;
  let rest = math;
  while (rest !== '') {
    const match = /^(?:([+-])(\d*)|(\/))([yMwdhHms])/.exec(rest);
    if (match === null) {
      throw shardError('parse_exception', `operator not supported for date math [${math}] in [${whole}]`);
    }
    const unit = (match[4] === 'H' ? 'h' : match[4]) as Unit;
    if (match[3] === '/') {
      const floor = floorTo(time, unit, zone);
      time = up ? add(floor, 1, unit, zone) - 1 : floor;
    } else {
      time = add(time, (match[1] === '-' ? -1 : 1) * Number(match[2] === '' ? 1 : match[2]), unit, zone);
    }
    rest = rest.slice(match[0].length);
  }
  return time;
}

const FIXED: Partial<Record<Unit, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The moment that many calendar units later, on the zone's wall clock from days up. */
export function add(time: number, count: number, unit: Unit, zone: string): number {
  const fixed = FIXED[unit];
  if (fixed !== undefined) return time + count * fixed;
  const date = new Date(toLocal(zone, time));
  if (unit === 'd') date.setUTCDate(date.getUTCDate() + count);
  else if (unit === 'w') date.setUTCDate(date.getUTCDate() + 7 * count);
  else addMonths(date, count * (unit === 'M' ? 1 : unit === 'q' ? 3 : 12));
  return fromLocal(zone, date.getTime());
}

function addMonths(date: Date, months: number): void {
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
}

/** The start of the calendar unit a moment lies in; weeks start on Monday. */
export function floorTo(time: number, unit: Unit, zone: string): number {
  const local = toLocal(zone, time);
  const fixed = FIXED[unit];
  if (fixed !== undefined) return time - (((local % fixed) + fixed) % fixed);
  const date = new Date(local);
  date.setUTCHours(0, 0, 0, 0);
  if (unit === 'w') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  if (unit === 'M' || unit === 'q' || unit === 'y') date.setUTCDate(1);
  if (unit === 'q') date.setUTCMonth(date.getUTCMonth() - (date.getUTCMonth() % 3));
  if (unit === 'y') date.setUTCMonth(0);
  return fromLocal(zone, date.getTime());
}
