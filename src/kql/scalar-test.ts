import { readDate, readDateMath } from '../model/date-math.ts';
import type { JsonValue } from '../model/event.ts';
import type { FieldType } from '../model/field-type.ts';
import { addressKey, networkSpan } from '../model/ip-address.ts';
import { lowerCase, wordsOf, wordsOfLower } from '../model/words.ts';
import { readNumber } from './check-value.ts';
import type { RangeOperator } from './node.ts';
import { wordPatterns } from './to-dsl.ts';

/** Tests one value of a field: text, a number or a boolean, never a list or an object. */
export type ScalarTest = (value: JsonValue) => boolean;
type Ordered = string | number | bigint;

const never: ScalarTest = () => false;

/** `field: value`; a value that cannot be of the type meets nothing. */
export function equality(type: FieldType | undefined, text: string, phrase: boolean): ScalarTest {
  switch (type) {
    case 'text':
      return phrase ? hasPhrase(wordsOf(text)) : hasAnyWord(wordsOf(text));
    case 'keyword':
      return (value) => String(value) === text;
    case 'long':
    case 'double':
      return equalNumber(type, text);
    case 'boolean':
      return text === 'true' || text === 'false' ? (value) => asBoolean(value) === (text === 'true') : never;
    case 'date':
      return inDates(text);
    case 'ip':
      return inNetwork(text);
    case undefined: {
      const number = equalNumber('double', text);
      const boolean = equality('boolean', text, phrase);
      return (value) =>
        typeof value === 'string' ? value === text : typeof value === 'number' ? number(value) : boolean(value);
    }
    default:
      return never;
  }
}

/** `field: a*b`. @param byWords whether a pattern over text is taken word by word, any of which may match. */
export function wildcard(type: FieldType | undefined, pieces: readonly string[], byWords: boolean): ScalarTest {
  if (type === 'text') {
    const words = byWords ? wordPatterns(pieces) : [pieces];
    const tests = words.map((word) => {
      if (word.length === 1) return hasAnyWord(wordsOf(word[0] ?? ''));
      const fits = wildcardTest(word.map(lowerCase));
      return (value: JsonValue) => wordsOf(String(value)).some(fits);
    });
    return (value) => tests.some((test) => test(value));
  }
  if (type !== undefined && type !== 'keyword') return never;
  const fits = wildcardTest(pieces);
  return (value) => (type === 'keyword' || typeof value === 'string') && fits(String(value));
}

/** `field > value` and its like. */
export function comparison(type: FieldType | undefined, operator: RangeOperator, text: string): ScalarTest {
  switch (type) {
    case 'text': {
      const bound = lowerCase(text);
      return (value) => wordsOf(String(value)).some((word) => holds(operator, inOrder(word, bound)));
    }
    case 'keyword':
      return (value) => holds(operator, inOrder(String(value), text));
    case 'long':
    case 'double': {
      const bound = readNumber(text);
      if (bound === undefined) return never;
      return (value) => {
        const number = asNumber(value, type);
        return number !== undefined && holds(operator, compare(number, bound));
      };
    }
    case 'date':
      return compareDates(operator, text);
    case 'ip': {
      const bound = addressKey(text);
      return bound === undefined ? never : (value) => holds(operator, compareKey(value, bound));
    }
    case undefined: {
      const numbers = comparison('double', operator, text);
      const texts = comparison('keyword', operator, text);
      return (value) => (typeof value === 'string' ? texts(value) : typeof value === 'number' && numbers(value));
    }
    default:
      return never;
  }
}

/** `field: *`: whether the value was fit to be indexed. */
export function presence(type: FieldType | undefined): ScalarTest {
  switch (type) {
    case 'long':
    case 'double':
      return (value) => asNumber(value, type) !== undefined;
    case 'boolean':
      return (value) => asBoolean(value) !== undefined;
    case 'date':
      return (value) => asTime(value) !== undefined;
    case 'ip':
      return (value) => typeof value === 'string' && addressKey(value) !== undefined;
    default:
      return () => true;
  }
}

/**
 * Whether a whole text is these pieces with anything between them. No regular expression: of several stars those try the
 * square and more of a text, and conditions of pipelines meet whatever lines bring.
 */
export function wildcardTest(pieces: readonly string[]): (text: string) => boolean {
  const first = pieces[0] ?? '';
  if (pieces.length < 2) return (text) => text === first;
  const last = pieces.at(-1)!;
  const between = pieces.slice(1, -1);
  return (text) => {
    const end = text.length - last.length;
    let at = first.length;
    if (at > end || !text.startsWith(first) || !text.endsWith(last)) return false;
    for (const piece of between) {
      const found = text.indexOf(piece, at);
      at = found + piece.length;
      if (found === -1 || at > end) return false;
    }
    return true;
  };
}

function hasAnyWord(words: readonly string[]): ScalarTest {
  const wanted = new Set(words);
  return (value) => {
    const text = lowerCase(String(value));
    // Fast path: cutting a text into words costs far more than looking for the letters.
    if (!words.some((word) => text.includes(word))) return false;
    return wordsOfLower(text).some((word) => wanted.has(word));
  };
}

function hasPhrase(words: readonly string[]): ScalarTest {
  const [first] = words;
  if (first === undefined) return never;
  return (value) => {
    const text = lowerCase(String(value));
    if (!words.every((word) => text.includes(word))) return false;
    const found = wordsOfLower(text);
    return found.some((word, at) => word === first && words.every((next, step) => found[at + step] === next));
  };
}

function equalNumber(type: 'long' | 'double', text: string): ScalarTest {
  const wanted = readNumber(text);
  if (wanted === undefined) return never;
  return (value) => {
    const number = asNumber(value, type);
    return number !== undefined && compare(number, wanted) === 0;
  };
}

function inNetwork(text: string): ScalarTest {
  const network = networkSpan(text);
  if (network === undefined) return never;
  return (value) => {
    const key = typeof value === 'string' ? addressKey(value) : undefined;
    return key !== undefined && key >= network.first && key <= network.last;
  };
}

function inDates(text: string): ScalarTest {
  const math = readDateMath(text);
  if (math === undefined) return never;
  const fixed = math.relative ? undefined : math.span(0);
  return (value) => {
    const time = asTime(value);
    const { first, last } = fixed ?? math.span(Date.now());
    return time !== undefined && time >= first && time <= last;
  };
}

/** What is after a day is after its last millisecond; what is up to a day includes that. */
function compareDates(operator: RangeOperator, text: string): ScalarTest {
  const math = readDateMath(text);
  if (math === undefined) return never;
  const edge = operator === 'gt' || operator === 'lte' ? 'last' : 'first';
  const fixed = math.relative ? undefined : math.span(0)[edge];
  return (value) => {
    const time = asTime(value);
    return time !== undefined && holds(operator, compare(time, fixed ?? math.span(Date.now())[edge]));
  };
}

function compareKey(value: JsonValue, bound: string): number {
  const key = typeof value === 'string' ? addressKey(value) : undefined;
  return key === undefined ? Number.NaN : compare(key, bound);
}

function holds(operator: RangeOperator, order: number): boolean {
  if (operator === 'gt') return order > 0;
  if (operator === 'gte') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}

function compare(a: Ordered, b: Ordered): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Order of code points, which is that of UTF-8 bytes; JavaScript's own puts surrogates before U+E000. */
function inOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return lifted(x) - lifted(y);
  }
  return a.length - b.length;
}

function lifted(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** A stored value as Elasticsearch coerces it: text that is a number counts, whole-number fields cut fractions off. */
function asNumber(value: JsonValue, type: 'long' | 'double'): number | bigint | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? readNumber(value) : undefined;
  return type === 'long' && typeof number === 'number' ? Math.trunc(number) : number;
}

function asBoolean(value: JsonValue): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' || value === '' ? false : undefined;
}

function asTime(value: JsonValue): number | undefined {
  if (typeof value === 'number') return Math.trunc(value);
  return typeof value === 'string' ? readDate(value)?.first : undefined;
}
