import type { JsonValue } from '../../../model/event.ts';

export type JsonObject = { readonly [key: string]: JsonValue };

/** JSON.parse passes the source text of a number since ES2025; the library types do not know it yet. */
type SourceReviver = (this: unknown, key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue;
const parseWithSource = JSON.parse as (text: string, reviver?: SourceReviver) => JsonValue;

const LONG_INTEGER = /^-?\d{16,}$/;

/**
 * The JSON object of a line; undefined when the line is something else. Integers of 16 digits and more keep their text
 * exactly, as strings: JSON.parse alone would round them silently.
 */
export function parseObject(text: string): JsonObject | undefined {
  if (text.charCodeAt(0) !== 123 && text.trimStart().charCodeAt(0) !== 123) return undefined;
  try {
    const value = mayHoldLongInteger(text) ? parseWithSource(text, keepLongIntegers) : parseWithSource(text);
    return value as JsonObject;
  } catch {
    return undefined;
  }
}

const keepLongIntegers: SourceReviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && LONG_INTEGER.test(source) ? source : value;

/** A run of 16 digits covers one of every 16 positions, so only those are looked at (a regex costs as much as parsing). */
function mayHoldLongInteger(text: string): boolean {
  for (let at = 15; at < text.length; at += 16) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let from = at;
    while (from > 0 && isDigit(text.charCodeAt(from - 1))) from--;
    let to = at + 1;
    while (isDigit(text.charCodeAt(to))) to++;
    if (to - from >= 16) return true;
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
