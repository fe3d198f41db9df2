import type { LocalToUtc } from './zone.ts';

const MILLIS = Array.from({ length: 1000 }, (_, index) => `.${String(index).padStart(3, '0')}Z`);
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** First and last millisecond that four digits of a year can name. */
const EARLIEST = new Date(0).setUTCFullYear(0, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Minute and second by the second of the hour. */
const OF_HOUR = Array.from({ length: 3600 }, (_, index) => new Date(index * 1000).toISOString().slice(13, -5));
const HOUR = 3_600_000;

let cachedHour = Number.NaN;
let cachedText = '';

/** `2015-05-17T10:05:03.000Z`. Lines of one hour share the text up to the hour. @param ms whole milliseconds. */
export function isoOf(ms: number): string {
  const hour = Math.floor(ms / HOUR);
  if (hour !== cachedHour) {
    cachedHour = hour;
    cachedText = new Date(hour * HOUR).toISOString().slice(0, 13);
  }
  const rest = ms - hour * HOUR;
  const second = Math.floor(rest / 1000);
  return cachedText + OF_HOUR[second] + MILLIS[rest - second * 1000];
}

/** Whether the time can be written with a four-digit year. */
export function isWritable(ms: number): boolean {
  return ms >= EARLIEST && ms <= LATEST;
}

/** Milliseconds of a calendar time as if it were UTC; NaN where there is no such day or time. */
export function calendarMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return Number.NaN;
  const days = month === 2 && isLeap(year) ? 29 : DAYS[month - 1]!;
  if (day > days) return Number.NaN;
  // A leap second is the last moment of its minute: the next minute would be another day's order.
  if (second === 60) return calendarMs(year, month, day, hour, minute, 59, 999);
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  return year >= 100 ? utc : new Date(utc).setUTCFullYear(year);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Two digits at a position, -1 where they are none. */
export function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/**
 * Milliseconds of an ISO 8601 / RFC 3339 time; a blank may stand for the T, a comma for the point, digits past the
 * millisecond are cut off. NaN for anything else.
 * @param toUtc for times without a zone.
 */
export function parseIso(text: string, toUtc: LocalToUtc): number {
  const century = two(text, 0);
  const years = two(text, 2);
  if (century < 0 || years < 0 || text[4] !== '-' || text[7] !== '-') return Number.NaN;
  const year = century * 100 + years;
  const month = two(text, 5);
  const day = two(text, 8);
  if (month < 0 || day < 0) return Number.NaN;
  if (text.length === 10) return toUtc(calendarMs(year, month, day, 0, 0, 0, 0));
  const separator = text[10];
  if ((separator !== 'T' && separator !== ' ' && separator !== 't') || text[13] !== ':') return Number.NaN;
  const hour = two(text, 11);
  const minute = two(text, 14);
  if (hour < 0 || minute < 0) return Number.NaN;
  let second = 0;
  let ms = 0;
  let at = 16;
  if (text[16] === ':') {
    second = two(text, 17);
    if (second < 0) return Number.NaN;
    at = 19;
    if (text[19] === '.' || text[19] === ',') {
      at = endOfDigits(text, 20);
      if (at === 20) return Number.NaN;
      ms = fraction(text, 20, at);
    }
  }
  const local = calendarMs(year, month, day, hour, minute, second, ms);
  if (at === text.length) return toUtc(local);
  if (text[at] === ' ') at++;
  return local - parseOffset(text, at, text.length);
}

/** The position after a run of digits. */
export function endOfDigits(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at++;
  return at;
}

/** Milliseconds of the digits after the point. */
export function fraction(text: string, from: number, to: number): number {
  let ms = 0;
  let unit = 100;
  for (let at = from; at < to && unit >= 1; at++, unit /= 10) ms += (text.charCodeAt(at) - 48) * unit;
  return ms;
}

/** Milliseconds east of UTC of `Z`, `+02`, `+0200` or `+02:00` filling the whole stretch; NaN otherwise. */
export function parseOffset(text: string, from: number, to: number): number {
  const first = text[from];
  if (first === 'Z' || first === 'z') return to === from + 1 ? 0 : Number.NaN;
  if (first !== '+' && first !== '-') return Number.NaN;
  const hours = two(text, from + 1);
  const length = to - from;
  let minutes = 0;
  if (length === 5) minutes = two(text, from + 3);
  else if (length === 6 && text[from + 3] === ':') minutes = two(text, from + 4);
  else if (length !== 3) return Number.NaN;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN;
  return (first === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
