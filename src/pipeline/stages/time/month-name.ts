import { ownText } from '../../../model/own-text.ts';
import type { Step } from './pattern.ts';

/** The name of a month, whole or short; short ones may end with a point. */
export function monthName(locale = 'en'): Step {
  const names = monthNames(locale);
  const last = { text: '', month: 0 };
  return (reading) => {
    const { text, at } = reading;
    // Fast path: lines of one file are of one month.
    if (last.month === 0 || !text.startsWith(last.text, at) || goesOn(text.charCodeAt(at + last.text.length))) {
      const found = names.find(({ name }) => text.slice(at, at + name.length).toLowerCase() === name);
      if (found === undefined) return false;
      last.text = ownText(text.slice(at, at + found.name.length));
      last.month = found.month;
    }
    reading.month = last.month;
    reading.at = at + last.text.length;
    if (locale !== 'en' && text[reading.at] === '.') reading.at++;
    return true;
  };
}

/** Whether a character may be another letter of a name; past the end it is none. */
function goesOn(code: number): boolean {
  return code > 127 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Of two names that begin alike the longer one first. */
function monthNames(locale: string): readonly { readonly name: string; readonly month: number }[] {
  const all = new Map<string, number>();
  for (const form of ['long', 'short'] as const) {
    for (const isWithDay of [true, false]) {
      const format = new Intl.DateTimeFormat(locale, {
        timeZone: 'UTC',
        month: form,
        ...(isWithDay ? { day: 'numeric' } : {}),
      });
      for (let month = 1; month <= 12; month++) {
        const parts = format.formatToParts(Date.UTC(2026, month - 1, 15));
        const name = parts.find(({ type }) => type === 'month')!.value.toLowerCase();
        all.set(name.replace(/\.$/, ''), month);
      }
    }
  }
  return [...all].map(([name, month]) => ({ name, month })).sort((one, other) => other.name.length - one.name.length);
}
