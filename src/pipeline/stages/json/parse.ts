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

/** How many ends of lines are tried: the objects of Elasticsearch 7 have a line for each frame, but no more closing braces. */
const MOST_ENDS = 8;

/**
 * The object that a text of several lines begins with, and what follows it: where lines are joined, a program's own JSON is
 * followed by what its runtime prints in plain text (a panic, a trace). Undefined where no object ends with a line.
 */
export function parseLeading(text: string): { readonly source: JsonObject; readonly rest: string } | undefined {
  if (text.charCodeAt(0) !== 123) return undefined;
  const ends = /\}[ \t\r]{0,8}\n/g;
  for (let tried = 0; tried < MOST_ENDS; tried++) {
    const match = ends.exec(text);
    if (match === null) return undefined;
    const source = parseObject(text.slice(0, match.index + 1));
    if (source !== undefined) return { source, rest: text.slice(match.index + match[0].length) };
  }
  return undefined;
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
