import { hash } from 'node:crypto';
import type { Event, JsonValue } from '../../../model/event.ts';

/** Keys longer than this are remembered by their hash. */
const LONGEST_KEY = 120;

/** JSON text in which the order of keys does not show: the same value always gives the same text. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((part: JsonValue) => canonicalJson(part)).join(',')}]`;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
}

/** A text as it is, anything else as JSON. */
export function plainText(value: JsonValue): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}

/** Makes the function that gives events with the same values in these fields the same key; undefined where none is there. */
export function keyFinder(fields: readonly string[]): (event: Event) => string | undefined {
  return (event) => {
    let key = '';
    let isThere = false;
    for (const field of fields) {
      const value = event[field];
      isThere ||= value !== undefined;
      key += `${value === undefined ? '' : canonicalJson(value)}\n`;
    }
    if (!isThere) return undefined;
    return key.length > LONGEST_KEY ? hash('sha256', key, 'base64') : key;
  };
}
