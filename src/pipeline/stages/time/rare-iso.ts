import { calendarMs, parseIso } from './iso.ts';
import type { LocalToUtc } from './zone.ts';

const DAY = 86_400_000;

/** A date by its calendar without hyphens, its week or its day of the year, and what follows it. */
const DATE = /^(\d{4})(?:(\d\d)(\d\d)(?=T)|-?W(\d\d)(?:-?([1-7]))?|-?(\d{3}))(?:[T ](.{2,40}))?$/;
/** Hours, minutes and seconds with colons or without, and a zone. */
const TIME = /^(\d\d)(?::?(\d\d)(?::?(\d\d)([.,]\d{1,12})?)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
/** The calendar date with colons, to its hour only, or with the name of its zone behind the offset. */
const COMMON =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d)((?::\d\d){0,2}(?:[.,]\d{1,12})?)(?: ?(Z|[+-]\d\d(?::?\d\d)?)(?:\[[\w/+-]{1,40}\])?)?$/i;

/**
 * Milliseconds of what ISO 8601 allows and few write: `20261121T100000Z`, `2026-W47-6`, `2026-325`, `2026-11-21T10`,
 * and java.time's `2026-11-21T10:00+01:00[Europe/Berlin]`. NaN for anything else.
 * @param toUtc for times without a zone.
 */
export function parseRareIso(text: string, toUtc: LocalToUtc): number {
  const common = COMMON.exec(text);
  if (common !== null) {
    const [, date = '', hour = '', rest = '', zone = ''] = common;
    return withTime(date, `${hour}${rest}${zone}`, toUtc);
  }
  const match = DATE.exec(text);
  if (match === null) return Number.NaN;
  const [, year = '', month, day, week, weekday = '1', ordinal, time] = match;
  if (month !== undefined) return withTime(`${year}-${month}-${day}`, time ?? '', toUtc);
  const first =
    week === undefined ? ordinalMs(Number(year), Number(ordinal)) : weekMs(Number(year), Number(week), Number(weekday));
  return Number.isNaN(first) ? first : withTime(new Date(first).toISOString().slice(0, 10), time ?? '', toUtc);
}

function withTime(date: string, time: string, toUtc: LocalToUtc): number {
  if (time === '') return parseIso(date, toUtc);
  const match = TIME.exec(time);
  if (match === null) return Number.NaN;
  const [, hour = '', minute = '00', second = '00', fraction = '', zone = ''] = match;
  return parseIso(`${date}T${hour}:${minute}:${second}${fraction}${zone}`, toUtc);
}

/** The beginning of a day of the year, as if it were UTC; NaN where the year has no such day. */
function ordinalMs(year: number, ordinal: number): number {
  const ms = calendarMs(year, 1, 1, 0, 0, 0, 0) + (ordinal - 1) * DAY;
  return ordinal > 0 && ms < calendarMs(year + 1, 1, 1, 0, 0, 0, 0) ? ms : Number.NaN;
}

/** The beginning of a day of a week (Monday is 1), as if it were UTC; NaN where the year has no such week. */
export function weekMs(year: number, week: number, weekday: number): number {
  const ms = firstMonday(year) + (week - 1) * 7 * DAY;
  return week > 0 && ms < firstMonday(year + 1) && weekday > 0 && weekday < 8 ? ms + (weekday - 1) * DAY : Number.NaN;
}

/** The first week of a year is the one with its fourth of January. */
function firstMonday(year: number): number {
  const fourth = calendarMs(year, 1, 4, 0, 0, 0, 0);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY;
}
