/** Nanoseconds of a unit. */
export const UNITS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9, d: 86_400e9, w: 604_800e9 } as const;

type Unit = keyof typeof UNITS;

/** Every spelling of a unit, by its first letters where they say enough. */
const SPELLINGS: readonly [pattern: RegExp, unit: Unit][] = [
  [/^(ns|nanos(econds?)?|nsecs?)$/, 'ns'],
  [/^([uµμ]s|micros(econds?)?|usecs?)$/, 'us'],
  [/^(ms|millis(econds?)?|msecs?)$/, 'ms'],
  [/^(s|secs?|seconds?)$/, 's'],
  [/^(m|mins?|minutes?)$/, 'm'],
  [/^(h|hrs?|hours?)$/, 'h'],
  [/^(d|days?)$/, 'd'],
  [/^(w|wks?|weeks?)$/, 'w'],
];

const NUMBER = /^\d{1,18}(?:\.\d{0,12})?(?:e-?\d{1,2})?$|^\.\d{1,12}$/i;
const CLOCK = /^(?:(\d{1,6}) days?,? |(\d{1,6})[.-])?(\d{1,6}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?$/;
const ISO =
  /^P(?:(\d{1,9}(?:[.,]\d{1,9})?)W)?(?:(\d{1,9}(?:[.,]\d{1,9})?)D)?(?:T(?:(\d{1,9}(?:[.,]\d{1,9})?)H)?(?:(\d{1,9}(?:[.,]\d{1,9})?)M)?(?:(\d{1,12}(?:[.,]\d{1,9})?)S)?)?$/;
const PART = /[\s,]*(\d{1,18}(?:\.\d{1,12})?)\s?([a-zµμ]{1,12})/giy;

/**
 * Whole nanoseconds of a duration: a number in `unit`, parts with units (`1h2m3s`, `3 days 4 hours`, as Go and PostgreSQL
 * write them), a clock (`01:02:03.5`, `2 days, 1:02:03`; of two parts hours and minutes), or ISO 8601 without years and
 * months. NaN for anything else, and for what is negative.
 */
export function nanosecondsOf(value: string | number, unit: Unit): number {
  if (typeof value === 'number') return value >= 0 ? whole(value * UNITS[unit]) : Number.NaN;
  const text = value.trim();
  if (text.length > 64) return Number.NaN;
  if (NUMBER.test(text)) return whole(Number(text) * UNITS[unit]);
  const clock = CLOCK.exec(text);
  if (clock !== null) return clockNanoseconds(clock);
  const iso = text.length > 2 ? ISO.exec(text) : null;
  if (iso !== null) {
    const parts = iso.map((part) => Number((part ?? '0').replace(',', '.')));
    const [, weeks, days, hours, minutes, seconds] = parts as [number, ...number[]];
    return whole(weeks! * UNITS.w + days! * UNITS.d + hours! * UNITS.h + minutes! * UNITS.m + seconds! * UNITS.s);
  }
  return partsNanoseconds(text);
}

function clockNanoseconds([, days, dotted, hours, minutes, seconds = '0', fraction = '0']: RegExpExecArray): number {
  const small = Number(`${seconds}.${fraction}`) * UNITS.s;
  return whole(Number(days ?? dotted ?? 0) * UNITS.d + Number(hours) * UNITS.h + Number(minutes) * UNITS.m + small);
}

function partsNanoseconds(text: string): number {
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    const unit = match === null ? undefined : SPELLINGS.find(([pattern]) => pattern.test(match[2]!.toLowerCase()));
    if (unit === undefined) return Number.NaN;
    total += Number(match![1]) * UNITS[unit[1]];
  }
  return text === '' ? Number.NaN : whole(total);
}

/** Beyond 2^53 (104 days) the last digits are lost, which no duration is known by. */
function whole(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) && nanoseconds < 2 ** 63 ? Math.round(nanoseconds) : Number.NaN;
}
