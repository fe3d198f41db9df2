import type { JsonValue } from '../../../model/event.ts';
import { ownText } from '../../../model/own-text.ts';
import { zoneByLetters } from './abbreviations.ts';
import { EPOCH_PLACES, epochMs, taiMs } from './epoch.ts';
import { calendarMs, isWritable, parseIso } from './iso.ts';
import { compilePattern, type Reading, type Step } from './pattern.ts';
import { parseRareIso, weekMs } from './rare-iso.ts';
import { SameHour } from './same-hour.ts';
import { yearFinder } from './year.ts';
import { type LocalToUtc, localToUtc } from './zone.ts';

/** Milliseconds since the epoch of a value, NaN when it is not of the format. */
export type TimeReader = (value: JsonValue) => number;

export type TimeSettings = {
  /** IANA zone of times that carry none. */
  readonly timezone: string;
  /** Anchor for times without a year, ms since the epoch. */
  readonly sourceTime: () => number;
  /** BCP 47 tag of the language of names of months; English without it. */
  readonly locale?: string | undefined;
};

/**
 * Compiles a time format: `ISO8601` (also its weeks, days of the year and forms without hyphens), `UNIX`, `UNIX_MS`, `UNIX_US`, `UNIX_NS`, `TAI64N`, or a pattern in Java's letters
 * (`dd/MMM/yyyy:HH:mm:ss Z`). Throws RangeError for a letter, zone or language it does not know.
 */
export function compileTime(format: string, settings: TimeSettings): TimeReader {
  const toUtc = localToUtc(settings.timezone);
  if (format === 'ISO8601') {
    return writable((value) => {
      if (typeof value !== 'string') return Number.NaN;
      const ms = parseIso(value, toUtc);
      return Number.isNaN(ms) ? parseRareIso(value, toUtc) : ms;
    });
  }
  const places = EPOCH_PLACES[format];
  if (places !== undefined) return writable((value) => epochMs(value, places));
  if (format === 'TAI64N') return writable(taiMs);
  return writable(patternReader(format, toUtc, settings));
}

function writable(read: TimeReader): TimeReader {
  return (value) => {
    const ms = read(value);
    return isWritable(ms) ? ms : Number.NaN;
  };
}

function patternReader(format: string, toUtc: LocalToUtc, { sourceTime, locale }: TimeSettings): TimeReader {
  const { steps, hasYear } = compilePattern(format, locale);
  const findYear = yearFinder(sourceTime);
  const reading: Reading = blank();
  const zones = new Map<string, LocalToUtc>();
  const inYear = (year: number) => instant(reading, year, zoneOf(reading, toUtc, zones));
  const hour = hasYear && CLOCK.test(format) && !format.includes('S') ? new SameHour() : undefined;
  const isUtc = toUtc === localToUtc('UTC');
  return (value) => {
    if (typeof value !== 'string') return Number.NaN;
    const near = hour === undefined ? Number.NaN : hour.read(value);
    if (!Number.isNaN(near)) return near;
    if (!read(steps, reading, value)) return Number.NaN;
    const ms = hasYear ? inYear(reading.year) : findYear(inYear);
    // The clocks of a zone may change in the middle of an hour.
    if (reading.zoned || (isUtc && reading.zone === undefined)) hour?.keep(value, reading.minuteAt, ms);
    return ms;
  };
}

const CLOCK = /mm[^A-Za-z' ]ss/;

function blank(): Reading {
  return {
    text: '',
    at: 0,
    minuteAt: 0,
    year: 1970,
    month: 1,
    day: 1,
    dayOfYear: 0,
    week: 0,
    weekday: 1,
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
  reading.dayOfYear = 0;
  reading.week = 0;
  reading.weekday = 1;
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

const DAY = 24 * 60 * 60_000;

function instant(reading: Reading, year: number, toUtc: LocalToUtc): number {
  let { hour } = reading;
  if (reading.half >= 0) {
    if (hour < 1 || hour > 12) return Number.NaN;
    hour = (hour % 12) + reading.half * 12;
  }
  let local = calendarMs(year, reading.month, reading.day, hour, reading.minute, reading.second, reading.ms);
  if (reading.dayOfYear > 0) {
    local += (reading.dayOfYear - 1) * DAY;
    if (local >= calendarMs(year + 1, 1, 1, 0, 0, 0, 0)) return Number.NaN;
  }
  if (reading.week > 0) local += weekMs(year, reading.week, reading.weekday) - calendarMs(year, 1, 1, 0, 0, 0, 0);
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
