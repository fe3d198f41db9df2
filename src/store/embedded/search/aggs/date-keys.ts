import { illegal, textOf } from '../body.ts';
import { add, floorTo, type Unit } from '../dates/math.ts';
import { checkZone, fixedOffset, fromLocal, toLocal } from '../dates/zone.ts';
import type { Sql } from '../sql.ts';

/** How dates fall into buckets: the key of a TIMESTAMP in SQL, and the same arithmetic for filling gaps. */
export type DateKeys = {
  readonly zone: string;
  key(value: Sql): Sql;
  floor(time: number): number;
  next(key: number): number;
};

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const CALENDAR: Record<string, Unit> = {
  minute: 'm',
  '1m': 'm',
  hour: 'h',
  '1h': 'h',
  day: 'd',
  '1d': 'd',
  week: 'w',
  '1w': 'w',
  month: 'M',
  '1M': 'M',
  quarter: 'q',
  '1q': 'q',
  year: 'y',
  '1y': 'y',
};
const TRUNC: Partial<Record<Unit, string>> = { d: 'day', w: 'week', M: 'month', q: 'quarter', y: 'year' };

/** Reads the interval options that date_histogram and composite share. Throws EsError. */
export function dateKeys(options: Readonly<Record<string, unknown>>, type: string): DateKeys {
  const zone = options.time_zone === undefined ? 'UTC' : checkZone(textOf(options.time_zone, 'time_zone'));
  const offset = options.offset === undefined ? 0 : offsetOf(options.offset);
  if ((options.calendar_interval === undefined) === (options.fixed_interval === undefined)) {
    throw illegal('Invalid interval specified, must be non-null and non-empty');
  }
  if (options.fixed_interval !== undefined) return fixedKeys(durationOf(options.fixed_interval), zone, offset);
  const name = String(options.calendar_interval);
  const unit = Object.hasOwn(CALENDAR, name) ? CALENDAR[name] : undefined;
  if (unit === undefined) {
    throw illegal(`The supplied interval [${name}] could not be parsed as a calendar interval.`);
  }
  if (unit === 'm' || unit === 'h') return fixedKeys(UNIT_MS[unit]!, zone, offset);
  if (TRUNC[unit] === undefined) throw illegal(`[${type}] cannot use [${name}]`);
  return calendarKeys(unit, zone, offset);
}

function durationOf(value: unknown): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(String(value));
  if (match === null || Number(match[1]) === 0) {
    throw illegal(
      `failed to parse setting [date_histogram.fixedInterval] with value [${String(value)}] as a time value: unit is missing or unrecognized`,
    );
  }
  return Number(match[1]) * UNIT_MS[match[2]!]!;
}

function offsetOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const match = /^([+-]?)(\d+)(ms|s|m|h|d)?$/.exec(String(value));
  if (match === null) throw illegal(`failed to parse [offset] with value [${String(value)}]`);
  return (match[1] === '-' ? -1 : 1) * Number(match[2]) * UNIT_MS[match[3] ?? 'ms']!;
}

/** Wall-clock milliseconds of a UTC TIMESTAMP in the zone. */
function localMs(time: Sql, zone: string): Sql {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return fixed === 0 ? time : `(${time} + ${fixed * 60_000})`;
  return `epoch_ms(timezone('${zone}', timezone('UTC', make_timestamp(${time} * 1000))))`;
}

/** UTC milliseconds of wall-clock milliseconds. */
function utcMs(local: Sql, zone: string): Sql {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return fixed === 0 ? local : `(${local} - ${fixed * 60_000})`;
  return `epoch_ms(timezone('${zone}', make_timestamp(${local} * 1000)))`;
}

const modulo = (value: Sql, step: number): Sql => `((${value} % ${step} + ${step}) % ${step})`;

function fixedKeys(step: number, zone: string, offset: number): DateKeys {
  // Steps of an hour or less keep clear of clock changes by staying on UTC; longer ones follow the wall clock.
  const wall = step > UNIT_MS['h']! && fixedOffset(zone) === undefined;
  const floorMs = (value: number) => value - (((value % step) + step) % step);
  return {
    zone,
    key: (value) => {
      const time = `(epoch_ms(${value}) - ${offset})`;
      const local = localMs(time, zone);
      if (wall) return `(${utcMs(`(${local} - ${modulo(local, step)})`, zone)} + ${offset})`;
      return `(${time} - ${modulo(local, step)} + ${offset})`;
    },
    floor: (time) => {
      const local = toLocal(zone, time - offset);
      return (wall ? fromLocal(zone, floorMs(local)) : time - offset - (local - floorMs(local))) + offset;
    },
    next: (key) => (wall ? fromLocal(zone, toLocal(zone, key - offset) + step) + offset : key + step),
  };
}

function calendarKeys(unit: Unit, zone: string, offset: number): DateKeys {
  return {
    zone,
    key: (value) => {
      const local = localMs(`(epoch_ms(${value}) - ${offset})`, zone);
      const start = `epoch_ms(date_trunc('${TRUNC[unit]}', make_timestamp(${local} * 1000))::TIMESTAMP)`;
      return `(${utcMs(start, zone)} + ${offset})`;
    },
    floor: (time) => floorTo(time - offset, unit, zone) + offset,
    next: (key) => add(key - offset, 1, unit, zone) + offset,
  };
}
