import type { Event, JsonValue } from '../../../model/event.ts';

/** What stands in a text of which nobody can say that nothing taken out is left in it. */
export const WITHHELD = '[REDACTED]';
/** Fields that repeat the line, or parts of it that no parser has named. */
export const TEXTS_OF_LINE: readonly string[] = ['message', 'event.original', 'error.message', 'error.stack_trace'];

/** Where earlier stages wrote down what they could not read or keep, and the keys of their entries that quote it. */
const REPORTS: readonly (readonly [field: string, keys: readonly string[]])[] = [
  ['logmill.stage_errors', ['detail']],
  ['logmill.quarantined', ['reason', 'value']],
];

/** Whether the field is one in which stages wrote down what they could not read or keep. */
export function isReport(name: string): boolean {
  return REPORTS.some(([field]) => field === name);
}

/** Values that were taken out of an event, with what stands in their place. */
export type Taken = ReadonlyMap<string, string>;

/** Under a symbol: no stage sees it, no document holds it, and copies of the event have it too. */
const TAKEN = Symbol('taken');
type Holder = Event & { [TAKEN]?: Taken };

/** More values in one event are not looked for in its texts: these are withheld whole. */
const MOST_TAKEN = 32;
/** Shorter values count as words only: `bob` is not in `bobcat`. */
const SHORTEST_PART = 8;
/** Longer ones are looked for as they are, and as JSON has them, not in the spellings of all formats. */
const LONGEST_SPELT = 1024;
const LONGEST_EXPRESSION = 8192;
/** What all formats write the same. */
const PLAIN = /^[\w.-]*$/;
/** Says nothing of anybody wherever it stands. */
const MEANS_NOTHING = /^(?:true|false|null|none|yes|no|[^\p{L}\p{N}]*)$/iu;

/** Remembers what a stage took out, so that it cannot come back with the text of the line. */
export function noteTaken(event: Event, values: Taken): void {
  const holder = event as Holder;
  const known = holder[TAKEN];
  holder[TAKEN] = known === undefined ? values : new Map([...known, ...values]);
}

/** Makes an event one of the line that another is of: what was taken out of that may be in its line. */
export function takeOver(into: Event, from: Event): void {
  const taken = takenFrom(from);
  if (taken !== takenFrom(into)) (into as Event & { [TAKEN]?: Taken | undefined })[TAKEN] = taken;
}

/** What stages took out of it so far. */
export function takenFrom(event: Event): Taken | undefined {
  return (event as Holder)[TAKEN];
}

/** Puts a value, or all values in it, to those that are replaced. */
export function addTaken(into: Map<string, string>, value: JsonValue, replacement: string): void {
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value).trim();
    if (text !== replacement && !MEANS_NOTHING.test(text)) into.set(text, replacement);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) addTaken(into, part as JsonValue, replacement);
  }
}

/**
 * Replaces the values wherever they stand in a text, also as JSON, CSV, XML and URLs write them. `isWhole`: each was found,
 * so that in a text known to have held all of them nothing is left.
 */
export function withoutTaken(text: string, taken: Taken): { readonly text: string; readonly isWhole: boolean } {
  if (taken.size === 0) return { text, isWhole: true };
  if (taken.size > MOST_TAKEN) return { text: WITHHELD, isWhole: true };
  const found = new Set<string>();
  let left = withoutLong(text, taken, found);
  const meant = new Map<string, { readonly value: string; readonly replacement: string }>();
  const spellings: string[] = [];
  for (const [value, replacement] of taken) {
    if (value.length > LONGEST_SPELT) continue;
    for (const spelling of spellingsOf(value)) {
      spellings.push(spelling);
      meant.set(spelling.toLowerCase(), { value, replacement });
    }
  }
  for (const expression of expressionsOf(spellings)) {
    const before = left;
    left = before.replace(expression, (match, at: number) => {
      const known = meant.get(match.toLowerCase());
      if (known === undefined) return WITHHELD;
      if (known.value.length < SHORTEST_PART && !isWord(before, at, at + match.length)) return match;
      found.add(known.value);
      return known.replacement;
    });
  }
  return { text: left, isWhole: found.size === taken.size };
}

/** Longest first, for one may begin like another; in parts, for an expression may not be as long as many values. */
function expressionsOf(spellings: string[]): readonly RegExp[] {
  const parts: string[][] = [];
  let length = LONGEST_EXPRESSION;
  for (const spelling of spellings.sort((one, other) => other.length - one.length)) {
    if (length + spelling.length > LONGEST_EXPRESSION) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)!.push(escaped(spelling));
    length += spelling.length;
  }
  return parts.map((part) => new RegExp(part.join('|'), 'gi'));
}

/** Values that no regular expression can hold. */
function withoutLong(text: string, taken: Taken, found: Set<string>): string {
  let left = text;
  for (const [value, replacement] of taken) {
    if (value.length <= LONGEST_SPELT) continue;
    for (const spelling of new Set([jsonText(value), value])) {
      if (!left.includes(spelling)) continue;
      left = left.replaceAll(spelling, () => replacement);
      found.add(value);
    }
  }
  return left;
}

/** The text of a line as it may become the message of an event. */
export function veiled(line: string, event: Event, veils: readonly ((text: string) => string)[]): string {
  const taken = takenFrom(event);
  let text = line;
  if (taken !== undefined) {
    const clean = withoutTaken(line, taken);
    if (!clean.isWhole) return WITHHELD;
    ({ text } = clean);
  }
  for (const veil of veils) text = veil(text);
  return text;
}

/** Takes out of texts of the event what was taken out of its fields. */
export function cleanTexts(event: Event, fields: readonly string[], taken: Taken): void {
  const clean = (text: string) => withoutTaken(text, taken).text;
  for (const field of fields) {
    const value = event[field];
    if (typeof value === 'string') event[field] = clean(value);
    else if (Array.isArray(value))
      event[field] = value.map((part: JsonValue) => (typeof part === 'string' ? clean(part) : part));
  }
  changeReports(event, clean);
}

/** Changes what earlier stages quoted of fields that they could not read or keep. @param field the one it is about. */
export function changeReports(event: Event, change: (text: string, field: string | undefined) => string): void {
  for (const [report, keys] of REPORTS) {
    const entries = event[report];
    if (Array.isArray(entries)) event[report] = entries.map((entry: JsonValue) => changedEntry(entry, keys, change));
  }
}

function changedEntry(
  entry: JsonValue,
  keys: readonly string[],
  change: (text: string, field: string | undefined) => string,
): JsonValue {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
  const { field } = entry as Readonly<Record<string, JsonValue>>;
  const about = typeof field === 'string' ? field : undefined;
  const pairs = Object.entries(entry).map(([key, value]): [string, JsonValue] => [
    key,
    keys.includes(key) && typeof value === 'string' ? change(value, about) : value,
  ]);
  return Object.fromEntries(pairs);
}

/** As it stands in a line of JSON (with and without other letters than those of ASCII, and inside of JSON), CSV, XML, a URL. */
function spellingsOf(value: string): ReadonlySet<string> {
  if (PLAIN.test(value)) return new Set([value]);
  const json = jsonText(value);
  const xml = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return new Set([
    value,
    json,
    json.replaceAll('/', '\\/'),
    inAscii(json),
    jsonText(json),
    value.replaceAll('"', '""'),
    xml,
    xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    ...urlTexts(value),
  ]);
}

function jsonText(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function inAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function urlTexts(value: string): readonly string[] {
  const text = encodeURIComponent(value.toWellFormed());
  return [text, text.replaceAll('%20', '+'), encodeURI(value.toWellFormed())];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

const LETTER = /[\p{L}\p{N}_]/u;

/** Whether no letter stands beside it; that of an escape (`\nbob`) is none. */
function isWord(text: string, from: number, to: number): boolean {
  if (LETTER.test(text[to] ?? '')) return false;
  return !LETTER.test(text[from - 1] ?? '') || (/[nrtbf]/.test(text[from - 1]!) && text[from - 2] === '\\');
}
