import { addPair, type Pairs } from '../keyed/write-pairs.ts';

export type LeefHeader = {
  /** What stands before it, such as a syslog header. */
  readonly before: string;
  readonly version: string;
  readonly vendor: string;
  readonly product: string;
  readonly deviceVersion: string;
  readonly eventId: string;
};

const START = /(?:^|[\s:\]])LEEF:\s?(1\.0|2\.0)\|/;
const LONGEST_BEFORE = 1024;
/** Longer keys are text that happens to hold an equals sign. */
const LONGEST_KEY = 256;

/**
 * Splits a line of LEEF 1.0 (a tab between attributes) or 2.0 (a character that the header names, or its code as x5E or
 * 0x5E); undefined for one that is none. An equals sign after the first one belongs to the value.
 */
export function readLeef(line: string, into: Pairs): LeefHeader | undefined {
  const start = START.exec(line.length > LONGEST_BEFORE + 16 ? line.slice(0, LONGEST_BEFORE + 16) : line);
  if (start === null) return undefined;
  const version = start[1]!;
  const parts: string[] = [];
  let from = start.index + start[0].length;
  for (let count = 0; count < 4; count++) {
    const end = line.indexOf('|', from);
    if (end === -1 && count < 3) return undefined;
    parts.push(line.slice(from, end === -1 ? line.length : end));
    from = end === -1 ? line.length : end + 1;
  }
  let delimiter: string | undefined;
  if (version === '2.0') {
    const end = line.indexOf('|', from);
    delimiter = end === -1 || end - from > 6 ? undefined : delimiterOf(line.slice(from, end));
    // Some devices say 2.0 and leave the delimiter out.
    if (delimiter !== undefined) from = end + 1;
  }
  readAttributes(line, from, delimiter ?? usedDelimiter(line, from), into);
  const [vendor = '', product = '', deviceVersion = '', eventId = ''] = parts;
  const before = line.slice(0, start.index + (start[0].startsWith('LEEF') ? 0 : 1)).trim();
  return { before, version, vendor, product, deviceVersion, eventId };
}

/** Some devices separate attributes by the bar or the circumflex and do not say so. */
function usedDelimiter(line: string, from: number): string {
  if (line.includes('\t', from)) return '\t';
  return /^[\w.-]{1,64}=[^|^]{0,2000}([|^])[\w.-]{1,64}=/.exec(line.slice(from, from + 2100))?.[1] ?? '\t';
}

function delimiterOf(text: string): string | undefined {
  const code = /^(?:0?x|\\u?x?)([0-9a-fA-F]{1,4})$/i.exec(text)?.[1];
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return text === '' || text === '\\t' ? '\t' : text.length === 1 ? text : undefined;
}

function readAttributes(line: string, start: number, delimiter: string, into: Pairs): void {
  into.count = 0;
  for (let from = start; from < line.length; ) {
    const next = line.indexOf(delimiter, from);
    const end = next === -1 ? line.length : next;
    const attribute = line.slice(from, end);
    const equals = attribute.indexOf('=');
    const key = attribute.slice(0, Math.max(0, equals)).trim();
    if (key !== '' && key.length <= LONGEST_KEY) addPair(into, key, attribute.slice(equals + 1).trim());
    else if (attribute.trim() !== '') addPair(into, 'text', attribute.trim());
    from = end + delimiter.length;
  }
}
