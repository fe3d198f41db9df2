import { addPair, type Pairs } from '../keyed/write-pairs.ts';

/** The header of a line of CEF, escapes undone. */
export type CefHeader = {
  /** What stands before it, such as a syslog header. */
  readonly before: string;
  readonly version: string;
  readonly vendor: string;
  readonly product: string;
  readonly deviceVersion: string;
  readonly classId: string;
  readonly name: string;
  readonly severity: string;
};

const START = /(?:^|[\s:\]])CEF:\s?(\d{1,2}(?:\.\d)?)\|/;
/** A key has a blank before it; an equals sign in a value has a backslash, or no key before it. */
const KEY = /(?:^|\s)([\w.[\]-]{1,256})=/g;
const LONGEST_BEFORE = 1024;

/** Splits a line as the CEF implementation standard has it; undefined for one that is none. Pairs are those of the extension. */
export function readCef(line: string, into: Pairs): CefHeader | undefined {
  const start = START.exec(line.length > LONGEST_BEFORE + 16 ? line.slice(0, LONGEST_BEFORE + 16) : line);
  if (start === null) return undefined;
  const parts: string[] = [];
  let from = start.index + start[0].length;
  while (parts.length < 6) {
    const end = endOfPart(line, from);
    if (end === -1 && parts.length < 5) return undefined;
    // Lines without an extension also come without the last bar.
    parts.push(headerText(line.slice(from, end === -1 ? line.length : end)));
    from = end === -1 ? line.length : end + 1;
  }
  readExtension(line.slice(from), into);
  const [vendor = '', product = '', deviceVersion = '', classId = '', name = '', severity = ''] = parts;
  const before = line.slice(0, start.index + (start[0].startsWith('CEF') ? 0 : 1)).trim();
  return { before, version: start[1]!, vendor, product, deviceVersion, classId, name, severity: severity.trim() };
}

function endOfPart(line: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 124) return at;
  }
  return -1;
}

function headerText(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\\|])/g, '$1') : text;
}

/** Values go on until the blank before the next key. */
function readExtension(text: string, into: Pairs): void {
  into.count = 0;
  let key = '';
  let from = 0;
  KEY.lastIndex = 0;
  for (let match = KEY.exec(text); match !== null; match = KEY.exec(text)) {
    if (key !== '') addPair(into, key, extensionText(text.slice(from, match.index)));
    key = match[1]!;
    from = KEY.lastIndex;
  }
  if (key !== '') addPair(into, key, extensionText(text.slice(from)));
}

const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function extensionText(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.includes('\\')) return trimmed;
  return trimmed.replace(/\\([\\=|nrt])/g, (_whole, next: string) => NAMED[next] ?? next);
}
