import { isIP } from 'node:net';
import type { FieldType } from '../../model/field-type.ts';

/** A value as its column holds it; dates are epoch milliseconds. */
export type ColumnValue = string | number | bigint | boolean;

/** Brings a JSON scalar (bigint for long integers) to its column's type; undefined when it does not fit. */
export type Converter = (value: string | number | bigint | boolean) => ColumnValue | undefined;

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** Converter of a type; undefined for types that have no column. */
export function converterOf(type: FieldType, ignoreAbove: number | undefined): Converter | undefined {
  switch (type) {
    case 'keyword':
      return ignoreAbove === undefined ? String : (value) => within(String(value), ignoreAbove);
    case 'text':
      return String;
    case 'ip':
      return toIp;
    case 'long':
      return toLong;
    case 'double':
      return toDouble;
    case 'boolean':
      return toBoolean;
    case 'date':
      return toDate;
    default:
      return undefined;
  }
}

function within(text: string, limit: number): string | undefined {
  return text.length <= limit ? text : undefined;
}

function toIp(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const family = isIP(value);
  if (family === 4) return value;
  if (family !== 6 || value.includes('%')) return undefined;
  const short = new URL(`http://[${value}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Like Elasticsearch's `coerce`: text that is a number counts, a fraction is cut off. */
function toLong(value: string | number | bigint | boolean): bigint | number | undefined {
  if (typeof value === 'bigint') return value >= LONG_MIN && value <= LONG_MAX ? value : undefined;
  if (typeof value === 'string' && /^[+-]?\d{16,19}$/.test(value)) return toLong(BigInt(value));
  const number = toDouble(value);
  if (number === undefined || Math.abs(number) >= 2 ** 63) return undefined;
  return Math.trunc(number);
}

function toDouble(value: string | number | bigint | boolean): number | undefined {
  if (typeof value === 'boolean') return undefined;
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' || value === '' ? false : undefined;
}

const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?)?$/;
/** The furthest a SQL timestamp and a JavaScript date both reach. */
const FURTHEST_MS = 8.64e15;

/** Elasticsearch's `strict_date_optional_time||epoch_millis`, to the millisecond; a time without zone is UTC. */
export function toDate(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) && Math.abs(value) <= FURTHEST_MS ? Math.trunc(value) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (isUsualForm(value)) {
    const ms = Date.parse(value);
    // Fast path: every month has 28 days.
    if (!Number.isNaN(ms) && (value[8]! < '2' || value.slice(8, 10) <= '28')) return ms;
  }
  const parts = ISO.exec(value);
  if (parts === null) return /^-?\d{1,16}$/.test(value) ? toDate(Number(value)) : undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    parts;
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}${fullZone(zone)}`);
  // Date.parse rolls 31 February over to March; Elasticsearch refuses it.
  if (Number.isNaN(ms) || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  return ms;
}

/** `2026-11-21T10:05:40.123Z`. */
function isUsualForm(text: string): boolean {
  return text.length === 24 && text[4] === '-' && text[10] === 'T' && text[13] === ':' && text[23] === 'Z';
}

function fullZone(zone: string): string {
  if (zone === 'Z' || zone.length === 6) return zone;
  return zone.length === 3 ? `${zone}:00` : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
