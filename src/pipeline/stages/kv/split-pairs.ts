import { optionFault } from '../../stage.ts';
import { addPair } from '../keyed/write-pairs.ts';
import { LONGEST_KEY, type PairReader, type PairSyntax } from './read-pairs.ts';

/** Characters of a text that expressions are tried on, which may take the square of them; the last value has what follows. */
export const LONGEST_CUT = 8192;

type Patterns = { readonly pair: string | undefined; readonly value: string | undefined };

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '<': '>', '{': '}' };

/**
 * Makes a reader that cuts a text at regular expressions, first into pairs and each of these into key and value where the
 * expression first matches, as Elasticsearch's kv does. Quotes and brackets are taken off the ends of values; they hold no
 * separators together. Throws LogmillError for what is no expression.
 */
export function createPairSplitter(patterns: Patterns, syntax: PairSyntax): PairReader {
  const pairs = separatorOf('pair_pattern', patterns.pair, syntax.pair === ' ' ? '\\s+' : escaped(syntax.pair));
  const values = separatorOf('value_pattern', patterns.value, escaped(syntax.value));
  return (text, into) => {
    into.count = 0;
    const rest: string[] = [];
    const tail = text.slice(LONGEST_CUT);
    const parts = cut(tail === '' ? text : text.slice(0, LONGEST_CUT), pairs);
    for (const [index, part] of parts.entries()) {
      const match = values.exec(part);
      values.lastIndex = 0;
      const whole = index === parts.length - 1 ? part + tail : part;
      const key = match === null ? '' : part.slice(0, match.index).trim();
      if (match === null || key === '' || key.length > LONGEST_KEY) {
        if (whole.trim() !== '') rest.push(whole.trim());
      } else addPair(into, key, bare(whole.slice(match.index + match[0].length).trim(), syntax));
    }
    return rest.join(' ');
  };
}

function separatorOf(option: string, pattern: string | undefined, otherwise: string): RegExp {
  try {
    return new RegExp(pattern ?? otherwise, 'g');
  } catch (error) {
    throw optionFault(option, `is no regular expression: ${(error as Error).message}`);
  }
}

/** The parts between matches; unlike `split` without what groups of the expression hold. */
function cut(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(separator)) {
    if (found === '') continue;
    parts.push(text.slice(from, index));
    from = index + found.length;
  }
  parts.push(text.slice(from));
  return parts;
}

function bare(value: string, { quotes, escapes, brackets }: PairSyntax): string {
  const first = value[0] ?? '';
  const last = value.length > 1 ? value.at(-1) : undefined;
  if (quotes && (first === '"' || first === "'") && last === first) {
    const inner = value.slice(1, -1);
    return escapes ? inner.replace(/\\(["'\\])/g, '$1') : inner;
  }
  return brackets && last !== undefined && CLOSING[first] === last ? value.slice(1, -1) : value;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
