import { addPair, type Pairs } from '../keyed/write-pairs.ts';

export type PairSyntax = {
  /**
   * Between pairs; a blank stands for any run of blanks, tabs and line ends, a tab for itself, `auto` for what stands after
   * the first pair.
   */
  readonly pair: string;
  /** Between a key and its value. */
  readonly value: string;
  /** Whether values may stand in quotes, single or double, with the separators inside. */
  readonly quotes: boolean;
  /** Whether \" and \\ in quotes stand for the character after the backslash. */
  readonly escapes: boolean;
  /** Whether values may stand in brackets, () [] <> {}, with separators and other brackets inside. */
  readonly brackets: boolean;
};

/** Fills the pairs of a text, and returns what is in none of them. */
export type PairReader = (text: string, into: Pairs) => string;

/** Longer keys are text that happens to hold a separator. */
export const LONGEST_KEY = 256;
/** Of a longer one in brackets the end is not looked for. */
const LONGEST_BRACKETED = 4096;
const BRACKETS: ReadonlyMap<number, number> = new Map(
  ['()', '[]', '<>', '{}'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]),
);

/**
 * Makes a reader that splits a text into pairs and returns what is in none, blanks between its parts, '' for nothing.
 * One walk over the text: the places of the next separators are found once each.
 */
export function createPairReader(syntax: PairSyntax): PairReader {
  const { pair, value, quotes, escapes, brackets } = syntax;
  const sign = value.trim();
  if (pair === 'auto') return autoReader(syntax);
  // Where tabs stand between pairs, blanks are part of values.
  const blank = pair.trim() === '' && pair !== '\t';

  /** Where the token that holds `from` ends. */
  function endOf(text: string, from: number): number {
    if (!blank) {
      const found = text.indexOf(pair, from);
      return found === -1 ? text.length : found;
    }
    let at = from;
    while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
    return at;
  }

  function closingQuote(text: string, open: number): number {
    const quote = text.charCodeAt(open);
    for (let at = open + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) return endsToken(text, at + 1) ? at : -1;
      if (escapes && code === 92) at++;
    }
    return -1;
  }

  /** The bracket that closes the one at `open`, at the end of its pair; -1 where there is none near. */
  function closingBracket(text: string, open: number): number {
    const opening = text.charCodeAt(open);
    const closing = BRACKETS.get(opening);
    if (closing === undefined) return -1;
    const last = Math.min(text.length, open + LONGEST_BRACKETED);
    let depth = 0;
    for (let at = open; at < last; at++) {
      const code = text.charCodeAt(at);
      if (code === opening) depth++;
      else if (code === closing && --depth === 0) return endsToken(text, at + 1) ? at : -1;
    }
    return -1;
  }

  function closingOf(text: string, open: number): number {
    if (quotes && isQuote(text.charCodeAt(open))) return closingQuote(text, open);
    return brackets ? closingBracket(text, open) : -1;
  }

  /** Of `key = value` where the sign ends that stands between blanks after the key; -1 where there is none. */
  function signAfter(text: string, end: number): number {
    if (!blank || sign === '') return -1;
    const at = skipBlanks(text, end);
    if (at === end || !text.startsWith(sign, at)) return -1;
    const after = at + sign.length;
    return after === text.length || isBlank(text.charCodeAt(after)) ? after : -1;
  }

  function endsToken(text: string, from: number): boolean {
    if (!blank) {
      const at = skipBlanks(text, from);
      return at === text.length || text.startsWith(pair, at);
    }
    const at = skipMark(text, from);
    return at === text.length || isBlank(text.charCodeAt(at));
  }

  /** Reads the value that begins there, and returns where it ends. */
  function readValue(text: string, start: number, end: number, key: string, into: Pairs): number {
    const open = blank ? start : skipBlanks(text, start);
    const close = closingOf(text, open);
    if (close === -1) {
      const stop = start > end ? endOf(text, start) : end;
      const plain = text.slice(start, stop);
      addPair(into, key, blank ? plain : plain.trim());
      return stop;
    }
    const inner = text.slice(open + 1, close);
    const isEscaped = escapes && isQuote(text.charCodeAt(open)) && inner.includes('\\');
    addPair(into, key, isEscaped ? withoutEscapes(inner) : inner);
    return blank ? skipMark(text, close + 1) : skipBlanks(text, close + 1);
  }

  return (text, into) => {
    into.count = 0;
    let rest = '';
    let at = skipBlanks(text, 0);
    let separator = indexFrom(text, value, at);
    while (at < text.length) {
      if (separator < at) separator = indexFrom(text, value, at);
      const end = endOf(text, at);
      const apart = separator < end || end - at > LONGEST_KEY ? -1 : signAfter(text, end);
      const key = apart !== -1 ? text.slice(at, end) : separator < end ? text.slice(at, separator).trim() : '';
      if (key === '' || key.length > LONGEST_KEY) {
        const token = text.slice(at, end).trim();
        if (token !== '') rest += rest === '' ? token : ` ${token}`;
        at = skipBlanks(text, end + (blank ? 1 : pair.length));
        continue;
      }
      if (apart === -1) at = readValue(text, separator + value.length, end, key, into);
      else {
        const start = skipBlanks(text, apart);
        at = readValue(text, start, endOf(text, start), key, into);
      }
      at = skipBlanks(text, at + (blank ? 1 : pair.length));
    }
    return rest;
  };
}

/** A value, in quotes or not, and the character after it. */
const AFTER_VALUE = /\s?(?:"[^"]*"|'[^']*'|[^\s,;|&"']*)\s{0,3}([,;|&])?/y;

/** How far a head goes that stands before the first pair, `Nov 21 10:00:00 web-1 app[1]: `: keys of words have no digits. */
function headLength(text: string, separator: number): number {
  let end = separator;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  const start = text.lastIndexOf(' ', end - 1) + 1;
  return start <= LONGEST_KEY && /[\d:[\]]/.test(text.slice(0, start)) ? start : 0;
}

function autoReader(syntax: PairSyntax): PairReader {
  const readers = new Map([' ', ',', ';', '|', '&'].map((pair) => [pair, createPairReader({ ...syntax, pair })]));
  const blanks = readers.get(' ')!;
  return (text, into) => {
    const first = text.indexOf(syntax.value);
    if (first === -1) return blanks(text, into);
    AFTER_VALUE.lastIndex = first + syntax.value.length;
    const mark = AFTER_VALUE.exec(text)?.[1];
    if (mark === undefined) return blanks(text, into);
    const start = headLength(text, first);
    const rest = readers.get(mark)!(text.slice(start), into);
    return start === 0 ? rest : [text.slice(0, start).trim(), rest].join(' ').trim();
  };
}

function indexFrom(text: string, wanted: string, from: number): number {
  const found = text.indexOf(wanted, from);
  return found === -1 ? Number.POSITIVE_INFINITY : found;
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(["'\\])/g, '$1');
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** Between pairs with blanks a comma or a semicolon may follow a quote: `a="x y", b=1`. */
function skipMark(text: string, from: number): number {
  const code = text.charCodeAt(from);
  return code === 44 || code === 59 ? from + 1 : from;
}

function isQuote(code: number): boolean {
  return code === 34 || code === 39;
}
