import { lowerCase } from '../../../../model/words.ts';
import { escapeRegex, wordsOf } from '../analysis.ts';
import {
  flagOf,
  illegal,
  type Json,
  objectOf,
  onlyEntry,
  onlyKeys,
  parsingError,
  shardError,
  textOf,
} from '../body.ts';
import { anyValue, type FieldValues } from '../field.ts';
import { FALSE, type Sql, stringLiteral } from '../sql.ts';
import { type QueryContext, valuesOf } from './context.ts';

/** `prefix`: a value (of a text: a word) that begins so. */
export function prefix(body: unknown, context: QueryContext): Sql {
  const [field, options] = patternBody(body, 'prefix', ['value', 'case_insensitive', 'rewrite']);
  return wildcardOn(context, field, `${escapeWildcard(textOf(options.value, 'prefix'))}*`, options, 'prefix');
}

/** `wildcard`: a value (of a text: a word) of that shape; `*` any run, `?` any one character. */
export function wildcard(body: unknown, context: QueryContext): Sql {
  const [field, options] = patternBody(body, 'wildcard', ['value', 'wildcard', 'case_insensitive', 'rewrite']);
  const pattern = textOf(options.value ?? options.wildcard, 'wildcard');
  return wildcardOn(context, field, pattern, options, 'wildcard');
}

/** `regexp` in Lucene's syntax, over the whole value (of a text: a word). */
export function regexp(body: unknown, context: QueryContext): Sql {
  const known = ['value', 'flags', 'flags_value', 'case_insensitive', 'rewrite', 'max_determinized_states'];
  const [field, options] = patternBody(body, 'regexp', known);
  const values = patternValues(context, field, 'regexp');
  if (values === undefined) return FALSE;
  const ignoreCase = flagOf(options.case_insensitive, false, 'case_insensitive');
  const source = lucenePattern(textOf(options.value, 'regexp'), options.flags !== 'NONE');
  const literal = stringLiteral(`(?s${ignoreCase ? 'i' : ''})${source}`);
  return overValues(values, (value) => `regexp_full_match(${value}, ${literal})`);
}

/** A wildcard on one field; also what query_string makes of words with `*` and `?`. */
export function wildcardOn(context: QueryContext, field: string, pattern: string, options: Json, kind: string): Sql {
  const values = patternValues(context, field, kind);
  if (values === undefined) return FALSE;
  const ignoreCase = flagOf(options.case_insensitive, false, 'case_insensitive');
  const test = wildcardTest(ignoreCase ? lowerCase(pattern) : pattern);
  return overValues(values, (value) => test(ignoreCase ? `lower(${value})` : value));
}

function overValues(values: FieldValues, test: (value: Sql) => Sql): Sql {
  if (values.type !== 'text') return anyValue(values, test);
  return anyValue(values, (column) => `(len(list_filter(${wordsOf(column)}, lambda _w: ${test('_w')})) > 0)`);
}

function patternValues(context: QueryContext, field: string, kind: string): FieldValues | undefined {
  const values = valuesOf(context, field);
  if (values === undefined || values.type === 'keyword' || values.type === 'text') return values;
  throw shardError(
    'query_shard_exception',
    `failed to create query: Can only use ${kind} queries on keyword, text and wildcard fields - not on [${field}] which is of type [${values.type}]`,
  );
}

/** The pieces of a wildcard pattern: literal texts, `*` and `?`; a backslash takes the next character literally. */
function wildcardPieces(pattern: string): { kind: 'text' | 'any' | 'one'; text: string }[] {
  const pieces: { kind: 'text' | 'any' | 'one'; text: string }[] = [];
  for (const [piece] of pattern.matchAll(/\\[\s\S]|[*?]|[^*?\\]+|\\/g)) {
    if (piece === '*') pieces.push({ kind: 'any', text: '' });
    else if (piece === '?') pieces.push({ kind: 'one', text: '' });
    else {
      const text = piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
      const last = pieces.at(-1);
      if (last?.kind === 'text') last.text += text;
      else pieces.push({ kind: 'text', text });
    }
  }
  return pieces.filter((piece, at) => piece.kind !== 'any' || pieces[at - 1]?.kind !== 'any');
}

function wildcardTest(pattern: string): (value: Sql) => Sql {
  const pieces = wildcardPieces(pattern);
  const shape = pieces.map(({ kind }) => kind).join(' ');
  const text = stringLiteral(pieces.find(({ kind }) => kind === 'text')?.text ?? '');
  switch (shape) {
    case 'text any':
      return (value) => `starts_with(${value}, ${text})`;
    case 'any text':
      return (value) => `ends_with(${value}, ${text})`;
    case 'any text any':
      return (value) => `contains(${value}, ${text})`;
    case 'text':
      return (value) => `(${value} = ${text})`;
    case 'any':
      return (value) => `(${value} IS NOT NULL)`;
    default: {
      const source = pieces
        .map((piece) => (piece.kind === 'any' ? '.*' : piece.kind === 'one' ? '.' : escapeRegex(piece.text)))
        .join('');
      const literal = stringLiteral(`(?s)${source}`);
      return (value) => `regexp_full_match(${value}, ${literal})`;
    }
  }
}

function escapeWildcard(text: string): string {
  return text.replace(/[\\*?]/g, '\\$&');
}

/** Lucene's regular expressions in RE2's words. Complements, intersections, intervals and the like are refused. */
export function lucenePattern(pattern: string, extended: boolean): string {
  if (pattern.length > 1000)
    throw illegal(
      `The length of regex [${pattern.length}] used in the Regexp Query request has exceeded the allowed maximum of [1000].`,
    );
  let out = '';
  let inClass = false;
  for (const [piece] of pattern.matchAll(/\\[\s\S]|"[^"]*"|[\s\S]/g)) {
    if (inClass) {
      if (piece === ']') inClass = false;
      out += piece === '[' || piece === '&' ? `\\${piece}` : piece;
    } else if (piece === '[') {
      inClass = true;
      out += piece;
    } else if (piece.startsWith('"') && piece.length > 1 && extended) out += `(?:${escapeRegex(piece.slice(1, -1))})`;
    else if ('^$'.includes(piece)) out += `\\${piece}`;
    else if (piece === '@' && extended) out += '.*';
    else if ('~<>&#'.includes(piece) && extended) {
      throw illegal(
        `[regexp] operator [${piece}] is not supported by the embedded store; escape it to mean the character`,
      );
    } else if (piece.startsWith('\\') && piece.length === 2 && !/[\\dDwWsS.?+*|{}[\]()"^$/-]/.test(piece[1]!)) {
      out += escapeRegex(piece[1]!);
    } else out += piece === '/' ? '\\/' : piece;
  }
  return checkPattern(out, pattern);
}

function checkPattern(source: string, pattern: string): string {
  try {
    new RegExp(source, 's');
    return source;
  } catch {
    throw illegal(`failed to parse regexp [${pattern}]`);
  }
}

function patternBody(body: unknown, kind: string, known: readonly string[]): [string, Json] {
  const [field, inner] = onlyEntry(body, kind);
  const options = typeof inner === 'object' && inner !== null ? objectOf(inner, kind) : { value: inner };
  onlyKeys(options, [...known, 'boost', '_name'], kind);
  if (options.value === undefined && options.wildcard === undefined) {
    throw parsingError(`No ${kind} value specified for [${field}]`);
  }
  return [field, options];
}
