import type { JsonValue } from '../../../model/event.ts';

/** By how many places of ten a unit is larger than a millisecond. */
export const EPOCH_PLACES: Readonly<Record<string, number>> = { UNIX: 3, UNIX_MS: 0, UNIX_US: -3, UNIX_NS: -6 };

const NUMBER = /^(-?)(\d{1,20})(?:\.(\d{1,30}))?$/;

/**
 * Whole milliseconds, rounded down, of a number or its text; NaN for anything else. The point is moved in the text: doubles
 * hold neither nanoseconds of our days (1763600000123000000 comes out a millisecond early) nor 1.001 times 1000.
 * @param places see EPOCH_PLACES.
 */
export function epochMs(value: JsonValue, places: number): number {
  // What most loggers write.
  if (places === 0 && Number.isSafeInteger(value)) return value as number;
  if (typeof value !== 'string' && typeof value !== 'number') return Number.NaN;
  const match = NUMBER.exec(String(value));
  if (match === null) return Number.NaN;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = places < 0 ? whole.slice(0, places) : whole + fraction.slice(0, places).padEnd(places, '0');
  const rest = places < 0 ? whole.slice(places) + fraction : fraction.slice(places);
  const ms = Number(digits);
  if (sign === '') return ms;
  return /[1-9]/.test(rest) ? -ms - 1 : 0 - ms;
}

/** The unit of a bare number is told by its size: seconds until 1e11 (year 5138), then ms, µs, ns. NaN before 1990. */
export function guessEpoch(value: number | string): number {
  const size = Number(value);
  if (!(size >= 631_152_000 && size < 1e20)) return Number.NaN;
  const places = size < 1e11 ? 3 : size < 1e14 ? 0 : size < 1e17 ? -3 : -6;
  // Fractions of a second are written shorter than they are.
  return places === 3 ? Math.round(size * 1000) : epochMs(value, places);
}

/** 2^62 seconds before the beginning of 1970 in atomic time, which was ten seconds ahead then. */
const TAI_EPOCH = 2n ** 62n;
const TAI_AHEAD_MS = 10_000;
const TAI64N = /^@?([0-9a-f]{16})([0-9a-f]{8})?$/i;

/**
 * A label of multilog and s6: 16 hexadecimal digits of seconds, and 8 of nanoseconds. Programs add ten seconds and do not
 * count leap seconds (libtai without a table), and so do all readers of their logs.
 */
export function taiMs(value: JsonValue): number {
  const match = typeof value === 'string' ? TAI64N.exec(value) : null;
  if (match === null) return Number.NaN;
  const seconds = Number(BigInt(`0x${match[1]}`) - TAI_EPOCH);
  return seconds * 1000 - TAI_AHEAD_MS + Math.floor(Number.parseInt(match[2] ?? '0', 16) / 1e6);
}
