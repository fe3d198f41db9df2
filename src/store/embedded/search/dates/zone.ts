import { illegal } from '../body.ts';

const MINUTE = 60_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The zone by its IANA name or fixed offset (`+02:00`, `Z`), checked. Throws illegal_argument_exception. */
export function checkZone(zone: string): string {
  if (zone === 'Z' || zone === 'UTC' || zone === 'GMT') return 'UTC';
  if (/^[+-]\d{2}:?\d{2}$/.test(zone)) return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  if (/^[+-]\d{1,2}$/.test(zone)) return `${zone[0]}${zone.slice(1).padStart(2, '0')}:00`;
  try {
    formatterOf(zone);
    return zone;
  } catch {
    throw illegal(`failed to parse time zone [${zone}]`);
  }
}

/** Minutes east of UTC of a fixed offset zone; undefined for a named one. */
export function fixedOffset(zone: string): number | undefined {
  if (zone === 'UTC') return 0;
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (match === null) return undefined;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** Milliseconds east of UTC at that moment. */
export function offsetAt(zone: string, time: number): number {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return fixed * MINUTE;
  const parts = formatterOf(zone).formatToParts(time);
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(time / 1000) * 1000;
}

/** Local wall-clock milliseconds (as if UTC) of a moment. */
export function toLocal(zone: string, time: number): number {
  return time + offsetAt(zone, time);
}

/** The moment of a wall-clock time; the earlier one when it comes twice, the later when it is left out. */
export function fromLocal(zone: string, local: number): number {
  const before = local - offsetAt(zone, local - 86_400_000);
  if (toLocal(zone, before) === local) return before;
  const after = local - offsetAt(zone, local + 86_400_000);
  return toLocal(zone, after) === local ? after : before;
}

/** The offset as ISO 8601 writes it: `Z`, `+02:00`. */
export function offsetText(zone: string, time: number): string {
  const minutes = Math.round(offsetAt(zone, time) / MINUTE);
  if (minutes === 0) return 'Z';
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(absolute / 60)).padStart(2, '0')}:${String(absolute % 60).padStart(2, '0')}`;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (formatters.size < 200) formatters.set(zone, formatter);
  }
  return formatter;
}
