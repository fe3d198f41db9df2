import { wordsOf as analyse } from '../../../../model/words.ts';
import { hasWords, hasWordsAnywhere, wordsOf } from '../analysis.ts';
import { flagOf, illegal, type Json, listOf, objectOf, onlyEntry, onlyKeys, parsingError, textOf } from '../body.ts';
import { anyValue, type FieldValues } from '../field.ts';
import { and, FALSE, or, type Sql, stringLiteral } from '../sql.ts';
import { atLeast, leastOf } from './boolean.ts';
import { fieldsLike, type QueryContext, valuesOf } from './context.ts';
import { equals } from './values.ts';

type MatchOptions = { readonly every: boolean; readonly least: unknown; readonly lenient: boolean };
const COMMON = ['query', 'boost', '_name', 'analyzer', 'zero_terms_query'];
const MATCH = [
  ...COMMON,
  'operator',
  'minimum_should_match',
  'lenient',
  'auto_generate_synonyms_phrase_query',
  'fuzzy_transpositions',
  'prefix_length',
  'max_expansions',
];

/** `match`: of a text, words of it; of any other type, the value. */
export function match(body: unknown, context: QueryContext): Sql {
  const [field, options] = fieldBody(body, 'match', MATCH);
  return matchField(context, field, options.query, matchOptions(options));
}

/** `match_phrase`: the words one after the other. */
export function matchPhrase(body: unknown, context: QueryContext): Sql {
  const [field, options] = fieldBody(body, 'match_phrase', [...COMMON, 'slop']);
  refuseSlop(options);
  return phrase(context, field, options.query, false);
}

/** `match_phrase_prefix`: the words one after the other, the last perhaps unfinished. */
export function matchPhrasePrefix(body: unknown, context: QueryContext): Sql {
  const [field, options] = fieldBody(body, 'match_phrase_prefix', [...COMMON, 'slop', 'max_expansions']);
  refuseSlop(options);
  return phrasePrefix(context, field, options.query, false);
}

/** `match_bool_prefix`: words of it, the last perhaps unfinished. */
export function matchBoolPrefix(body: unknown, context: QueryContext): Sql {
  const [field, options] = fieldBody(body, 'match_bool_prefix', MATCH);
  const values = valuesOf(context, field);
  if (values === undefined) return FALSE;
  const words = values.type === 'text' ? analyse(textOf(options.query, 'match_bool_prefix')) : [];
  if (words.length === 0) return matchField(context, field, options.query, matchOptions(options));
  const last = words.at(-1)!;
  const parts = words.slice(0, -1).map((word) => anyValue(values, (column) => hasWords(column, [word])));
  parts.push(anyValue(values, (column) => wordStarting(column, [last])));
  return matchOptions(options).every ? and(parts) : or(parts);
}

/** `multi_match` of the types best_fields, most_fields, phrase, phrase_prefix and, with `or`, cross_fields. */
export function multiMatch(body: unknown, context: QueryContext): Sql {
  const options = objectOf(body, 'multi_match');
  onlyKeys(options, [...MATCH, 'fields', 'type', 'tie_breaker', 'slop'], 'multi_match');
  refuseSlop(options);
  const { every, least, lenient } = matchOptions(options);
  const patterns = listOf(options.fields).map((field) => textOf(field, 'multi_match').split('^')[0]!);
  const wide = patterns.length === 0 || patterns.some((pattern) => pattern.includes('*'));
  const fields = (patterns.length === 0 ? ['*'] : patterns).flatMap((pattern) => fieldsLike(context, pattern));
  const type = options.type ?? 'best_fields';
  const soft = lenient || wide;
  const each = (field: string): Sql => {
    switch (type) {
      case 'best_fields':
      case 'most_fields':
        return matchField(context, field, options.query, { every, least, lenient: soft });
      case 'phrase':
        return phrase(context, field, options.query, soft);
      case 'phrase_prefix':
        return phrasePrefix(context, field, options.query, soft);
      case 'cross_fields':
        if (!every && least === undefined)
          return matchField(context, field, options.query, { every, least, lenient: soft });
        throw illegal('[multi_match] of type [cross_fields] is supported with operator [or] only');
      default:
        throw parsingError(`failed to parse [multi_match] query type [${String(type)}]. unknown type.`);
    }
  };
  return or([...new Set(fields)].map(each));
}

/** Words of the text in the field, or its exact value; also what query_string makes of plain words. */
export function matchField(context: QueryContext, field: string, query: unknown, options: MatchOptions): Sql {
  const values = valuesOf(context, field);
  if (values === undefined) return FALSE;
  if (values.type !== 'text') return exact(values, query, context, options.lenient);
  const words = analyse(textOf(query, 'match'));
  if (words.length === 0) return FALSE;
  const distinct = [...new Set(words)];
  const least = options.least === undefined ? 1 : Math.max(1, leastOf(options.least, words.length));
  if (!options.every && least === 1) return anyValue(values, (column) => hasWordsAnywhere(column, distinct, false));
  // The words may stand in different values of the field.
  if (options.every && values.list === undefined) return hasWordsAnywhere(values.single!, distinct, true);
  const parts = words.map((word) => anyValue(values, (column) => hasWords(column, [word])));
  return options.every ? and(parts) : atLeast(parts, Math.min(least, parts.length));
}

function phrase(context: QueryContext, field: string, query: unknown, lenient: boolean): Sql {
  const values = valuesOf(context, field);
  if (values === undefined) return FALSE;
  if (values.type !== 'text') return exact(values, query, context, lenient);
  const words = analyse(textOf(query, 'match_phrase'));
  return words.length === 0 ? FALSE : anyValue(values, (column) => hasWords(column, words));
}

function phrasePrefix(context: QueryContext, field: string, query: unknown, lenient: boolean): Sql {
  const values = valuesOf(context, field);
  if (values === undefined) return FALSE;
  if (values.type !== 'text') {
    if (lenient) return FALSE;
    throw illegal(
      `Can only use phrase prefix queries on text fields - not on [${field}] which is of type [${values.type}]`,
    );
  }
  const words = analyse(textOf(query, 'match_phrase_prefix'));
  return words.length === 0 ? FALSE : anyValue(values, (column) => wordStarting(column, words));
}

function wordStarting(column: Sql, words: readonly string[]): Sql {
  const inside = words.map((word) => `contains(lower(${column}), ${stringLiteral(word)})`);
  const text = `' ' || array_to_string(${wordsOf(column)}, ' ')`;
  return `(${inside.join(' AND ')} AND contains(${text}, ${stringLiteral(` ${words.join(' ')}`)}))`;
}

function exact(values: FieldValues, query: unknown, context: QueryContext, lenient: boolean): Sql {
  try {
    return equals(values, query, context);
  } catch (error) {
    if (lenient) return FALSE;
    throw error;
  }
}

function matchOptions(options: Json): MatchOptions {
  const operator = String(options.operator ?? 'or').toLowerCase();
  if (operator !== 'or' && operator !== 'and')
    throw illegal(`operator needs to be either AND or OR, but not [${operator}]`);
  return {
    every: operator === 'and',
    least: options.minimum_should_match,
    lenient: flagOf(options.lenient, false, 'lenient'),
  };
}

function refuseSlop(options: Json): void {
  if (options.slop !== undefined && Number(options.slop) !== 0) {
    throw illegal('[slop] other than 0 is not supported by the embedded store');
  }
}

function fieldBody(body: unknown, kind: string, known: readonly string[]): [string, Json] {
  const [field, inner] = onlyEntry(body, kind);
  const options = typeof inner === 'object' && inner !== null ? objectOf(inner, kind) : { query: inner };
  onlyKeys(options, known, kind);
  if (options.query === undefined || options.query === null) {
    throw parsingError(`[${kind}] requires query value`);
  }
  if (options.analyzer !== undefined && options.analyzer !== 'standard') {
    throw illegal(`[${kind}] analyzer [${String(options.analyzer)}] is not supported by the embedded store`);
  }
  return [field, options];
}
