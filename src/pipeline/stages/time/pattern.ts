import { endOfDigits, fraction, parseOffset } from './iso.ts';
import { monthName } from './month-name.ts';

/** What the steps of a pattern fill in; one per reader, used again for every line. */
export type Reading = {
  text: string;
  at: number;
  /** Where the minute begins. */
  minuteAt: number;
  year: number;
  month: number;
  day: number;
  /** From 1, 0 where month and day say which one it is. */
  dayOfYear: number;
  /** From 1, 0 where no week says which day it is. */
  week: number;
  /** From 1, Monday, to 7; counts with a week only. */
  weekday: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** 0 for AM, 1 for PM, -1 for a 24-hour clock. */
  half: number;
  /** ms east of UTC, where `zoned`. */
  offset: number;
  zoned: boolean;
  /** Name of a zone in the text. */
  zone: string | undefined;
};

/** Reads its part of the text and moves `at` on; false when the text is something else. */
export type Step = (reading: Reading) => boolean;

type NumberField = 'year' | 'month' | 'day' | 'dayOfYear' | 'week' | 'weekday' | 'hour' | 'minute' | 'second';

const NUMBERS: Record<string, NumberField> = {
  ...{ M: 'month', L: 'month', d: 'day', H: 'hour', h: 'hour', k: 'hour', K: 'hour', m: 'minute', s: 'second' },
  ...{ w: 'week', e: 'weekday' },
};

/**
 * Compiles a pattern in Java's letters, also as Joda-Time has them, into steps.
 * Throws RangeError for a letter or a language it does not know.
 */
export function compilePattern(
  pattern: string,
  locale?: string,
): { readonly steps: readonly Step[]; readonly hasYear: boolean } {
  const steps: Step[] = [];
  let hasYear = false;
  for (const { 0: part, index } of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*| +|[^A-Za-z' ]/g)) {
    if (part.startsWith("'")) steps.push(literal(part === "''" ? "'" : part.slice(1, -1).replaceAll("''", "'")));
    else if (part.startsWith(' ')) steps.push(blanks);
    else if (/^[A-Za-z]/.test(part)) {
      // Among other letters a number has all its digits, else one will do: 2/3/2026 for MM/dd/yyyy.
      const isAlone = !/[A-Za-z]/.test(`${pattern[index - 1] ?? ''}${pattern[index + part.length] ?? ''}`);
      steps.push(letterStep(part, pattern, isAlone, locale));
      hasYear ||= isYear(part, pattern);
    } else steps.push(literal(part));
  }
  return { steps, hasYear };
}

function letterStep(letters: string, pattern: string, isAlone: boolean, locale: string | undefined): Step {
  const letter = letters[0]!;
  const count = letters.length;
  const least = isAlone ? 1 : count;
  if (isYear(letters, pattern)) return count === 2 ? shortYear : digits('year', count === 1 ? 1 : 4, 4);
  if (/[ML]/.test(letter) && count >= 3) return monthName(locale);
  if (letter === 'E') return word;
  if (letter === 'a') return halfOfDay;
  if (letter === 'S') return fractionStep;
  // Three of them are the name of a zone for Joda-Time, and an offset for Java.
  if (letter === 'Z' && count === 3) return zoneStep;
  if (letter === 'Z' || letter === 'X' || letter === 'x') return offsetStep;
  if (letter === 'z' || letter === 'V') return zoneStep;
  if (letter === 'D' && count <= 3) return digits('dayOfYear', least, 3);
  const field = NUMBERS[letter];
  if (field === undefined || count > 2)
    throw new RangeError(`has "${letters}" in "${pattern}", which is no known field`);
  if (letter === 'k') return hourOf(digits(field, least, 2), 24, 0);
  if (letter === 'K') return hourOf(digits(field, least, 2), 0, 12);
  return letter === 'm' ? minuteStep(digits(field, least, 2)) : digits(field, least, 2);
}

/** Joda-Time has another letter for the years of weeks, which is an offset for Java. */
function isYear(letters: string, pattern: string): boolean {
  return /^[yuY]/.test(letters) || (letters.startsWith('x') && pattern.includes('w'));
}

function minuteStep(step: Step): Step {
  return (reading) => {
    reading.minuteAt = reading.at;
    return step(reading);
  };
}

/** Hours from 1 to 24, and from 0 to 11, as the others count. */
function hourOf(step: Step, from: number, to: number): Step {
  return (reading) => {
    if (!step(reading)) return false;
    if (reading.hour === from) reading.hour = to;
    return true;
  };
}

function literal(text: string): Step {
  return (reading) => {
    if (!reading.text.startsWith(text, reading.at)) return false;
    reading.at += text.length;
    return true;
  };
}

/** One or more blanks: `Jan  5` and `Jan 15` are one format. */
const blanks: Step = (reading) => {
  const start = reading.at;
  while (reading.text.charCodeAt(reading.at) === 32) reading.at++;
  return reading.at > start;
};

function digits(field: NumberField, least: number, most: number): Step {
  return (reading) => {
    let value = 0;
    let count = 0;
    for (; count < most; count++) {
      const digit = reading.text.charCodeAt(reading.at + count) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    if (count < least) return false;
    reading.at += count;
    reading[field] = value;
    return true;
  };
}

const twoDigitYear = digits('year', 2, 2);
const shortYear: Step = (reading) => {
  if (!twoDigitYear(reading)) return false;
  reading.year += reading.year < 70 ? 2000 : 1900;
  return true;
};

/** A weekday: it says nothing that the date does not, so any word will do. */
const word: Step = (reading) => {
  const start = reading.at;
  while (/[\p{L}.]/u.test(reading.text[reading.at] ?? '')) reading.at++;
  return reading.at > start;
};

const halfOfDay: Step = (reading) => {
  const half = reading.text.slice(reading.at, reading.at + 2).toUpperCase();
  if (half !== 'AM' && half !== 'PM') return false;
  reading.half = half === 'PM' ? 1 : 0;
  reading.at += 2;
  return true;
};

const fractionStep: Step = (reading) => {
  const end = endOfDigits(reading.text, reading.at);
  if (end === reading.at) return false;
  reading.ms = fraction(reading.text, reading.at, end);
  reading.at = end;
  return true;
};

const offsetStep: Step = (reading) => {
  const { text, at } = reading;
  let end = at + 1;
  if (text[at] === '+' || text[at] === '-') {
    end = endOfDigits(text, end);
    if (text[end] === ':') end = endOfDigits(text, end + 1);
  }
  reading.offset = parseOffset(text, at, end);
  reading.zoned = true;
  reading.at = end;
  return !Number.isNaN(reading.offset);
};

const zoneStep: Step = (reading) => {
  const start = reading.at;
  if (/[+-]/.test(reading.text[start] ?? '')) return offsetStep(reading);
  while (/[\w/+-]/.test(reading.text[reading.at] ?? '')) reading.at++;
  const name = reading.text.slice(start, reading.at);
  reading.zone = name === 'Z' ? 'UTC' : name;
  return name !== '';
};
