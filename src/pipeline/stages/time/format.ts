import type { JsonValue } from '../../../model/event.ts';
import { ownText } from '../../../model/own-text.ts';
import { zoneByLetters } from './abbreviations.ts';
import { calendarMs, isWritable, parseIso } from './iso.ts';
import { compilePattern, type Reading, type Step } from './pattern.ts';
import { yearFinder } from './year.ts';
import { type LocalToUtc, localToUtc } from './zone.ts';

/** Milliseconds since the epoch of a value, NaN when it is not of the format. */
export type TimeReader = (value: JsonValue) => number;

export type TimeSettings = {
  /** IANA zone of times that carry none. */
  readonly timezone: string;
  /** Anchor for times without a year, ms since the epoch. */
  readonly sourceTime: () => number;
};

const UNITS: Record<string, number> = { UNIX: 1000, UNIX_MS: 1, UNIX_US: 0.001, UNIX_NS: 0.000001 };

/**
 * Compiles a time format: `ISO8601`, `UNIX`, `UNIX_MS`, `UNIX_US`, `UNIX_NS`, or a pattern in Java's letters
 * (`dd/MMM/yyyy:HH:mm:ss Z`). Throws RangeError for a letter or zone it does not know.
 */
export function compileTime(format: string, settings: TimeSettings): TimeReader {
  const toUtc = localToUtc(settings.timezone);
  if (format === 'ISO8601') {
    return writable((value) => (typeof value === 'string' ? parseIso(value, toUtc) : Number.NaN));
  }
  const unit = UNITS[format];
  if (unit !== undefined) return writable((value) => Math.floor(epoch(value) * unit));
  return writable(patternReader(format, toUtc, settings.sourceTime));
}

function writable(read: TimeReader): TimeReader {
  return (value) => {
    const ms = read(value);
    return isWritable(ms) ? ms : Number.NaN;
  };
}

function epoch(value: JsonValue): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,20}(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
}

/** The unit of a bare number is told by its size: seconds until 1e11 (year 5138), then ms, µs, ns. NaN before 1990. */
export function guessEpoch(value: number): number {
  if (!(value >= 631_152_000)) return Number.NaN;
  if (value < 1e11) return Math.round(value * 1000);
  if (value < 1e14) return Math.floor(value);
  if (value < 1e17) return Math.floor(value / 1000);
  return value < 1e20 ? Math.floor(value / 1_000_000) : Number.NaN;
}

function patternReader(format: string, toUtc: LocalToUtc, sourceTime: () => number): TimeReader {
  const { steps, hasYear } = compilePattern(format);
  const findYear = yearFinder(sourceTime);
  const reading: Reading = blank();
  const zones = new Map<string, LocalToUtc>();
  const inYear = (year: number) => instant(reading, year, zoneOf(reading, toUtc, zones));
  return (value) => {
    if (typeof value !== 'string' || !read(steps, reading, value)) return Number.NaN;
    return hasYear ? inYear(reading.year) : findYear(inYear);
  };
}

function blank(): Reading {
  return {
    text: '',
    at: 0,
    year: 1970,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    ms: 0,
    half: -1,
    offset: 0,
    zoned: false,
    zone: undefined,
  };
}

function read(steps: readonly Step[], reading: Reading, text: string): boolean {
  reading.text = text;
  reading.at = 0;
  reading.month = 1;
  reading.day = 1;
  reading.hour = 0;
  reading.minute = 0;
  reading.second = 0;
  reading.ms = 0;
  reading.half = -1;
  reading.zoned = false;
  reading.zone = undefined;
  for (const step of steps) if (!step(reading)) return false;
  return reading.at === text.length;
}

function instant(reading: Reading, year: number, toUtc: LocalToUtc): number {
  let { hour } = reading;
  if (reading.half >= 0) {
    if (hour < 1 || hour > 12) return Number.NaN;
    hour = (hour % 12) + reading.half * 12;
  }
  const local = calendarMs(year, reading.month, reading.day, hour, reading.minute, reading.second, reading.ms);
  return reading.zoned ? local - reading.offset : toUtc(local);
}

/** Names of zones that are kept; there are half as many, but lines may write each in small and large letters. */
const MOST_NAMES = 1000;

/** The zone that the text names, or the default. */
function zoneOf(reading: Reading, fallback: LocalToUtc, zones: Map<string, LocalToUtc>): LocalToUtc {
  if (reading.zone === undefined) return fallback;
  let known = zones.get(reading.zone) ?? zoneByLetters(reading.zone);
  if (known === undefined) {
    try {
      known = localToUtc(reading.zone);
    } catch {
      return () => Number.NaN;
    }
    if (zones.size >= MOST_NAMES) zones.clear();
    zones.set(ownText(reading.zone), known);
  }
  return known;
}
