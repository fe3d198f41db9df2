import { addPair, type Pairs } from '../keyed/write-pairs.ts';

/** Longer keys are text that happens to hold an equals sign. */
const LONGEST_KEY = 256;
const QUOTE = 34;
const EQUALS = 61;
const BACKSLASH = 92;

/**
 * Splits a line as the logfmt libraries of Go write it: `key=value`, `key="with \"quotes\" and \n"`, and a bare `key`,
 * which means true. Returns whether there is at least one pair with a value, and nothing but pairs and bare keys; a line
 * in which a quote is not closed is none.
 */
export function readLogfmt(text: string, into: Pairs): boolean {
  into.count = 0;
  let hasValue = false;
  let at = 0;
  while (at < text.length) {
    if (text.charCodeAt(at) <= 32) {
      at++;
      continue;
    }
    const end = endOfKey(text, at);
    if (end === at || end - at > LONGEST_KEY) return false;
    const key = text.slice(at, end);
    if (text.charCodeAt(end) !== EQUALS) {
      if (end < text.length && text.charCodeAt(end) > 32) return false;
      addPair(into, key, true);
      at = end;
      continue;
    }
    hasValue = true;
    const start = end + 1;
    if (text.charCodeAt(start) === QUOTE) {
      const close = closingQuote(text, start);
      if (close === -1) return false;
      const quoted = text.slice(start + 1, close);
      addPair(into, key, quoted.includes('\\') ? unquoted(quoted) : quoted);
      at = close + 1;
    } else {
      at = endOfWord(text, start);
      addPair(into, key, text.slice(start, at));
    }
  }
  return hasValue;
}

/** Keys hold no blanks, control characters, equals signs and quotes. */
function endOfKey(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === EQUALS || code === QUOTE) break;
  }
  return at;
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) > 32) at++;
  return at;
}

/** Only where a blank or the end of the line follows: `a="b"c` is not logfmt. */
function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1 === text.length || text.charCodeAt(at + 1) <= 32 ? at : -1;
    if (code === BACKSLASH) at++;
  }
  return -1;
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|((?:x[0-9a-fA-F]{2}\\)*x[0-9a-fA-F]{2})|([\s\S]))/g;
const NAMED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07' };

/** Undoes the escapes of Go's strconv.Quote and of JSON; what is none of them stays as it is. */
function unquoted(text: string): string {
  return text.replace(
    ESCAPE,
    (whole, short: string | undefined, long: string | undefined, bytes: string | undefined, named: string) => {
      if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16));
      if (long !== undefined) return codePoint(Number.parseInt(long, 16), whole);
      if (bytes !== undefined) return utf8(bytes, whole);
      return NAMED[named] ?? (named === '"' || named === '\\' || named === '/' || named === "'" ? named : whole);
    },
  );
}

function codePoint(code: number, whole: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

function utf8(bytes: string, whole: string): string {
  const text = Buffer.from(bytes.replace(/[x\\]/g, ''), 'hex').toString('utf8');
  return text.includes('\ufffd') ? whole : text;
}
