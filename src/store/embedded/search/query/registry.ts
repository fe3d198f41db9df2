import type { FieldType } from '../../../../model/field-type.ts';
import { EsError } from '../../route.ts';
import type { Slice } from '../../slice.ts';
import { parsingError } from '../body.ts';
import type { Parameters, Sql } from '../sql.ts';
import { bool, constantScore, disMax, matchAll, matchNone } from './boolean.ts';
import type { QueryContext, QueryKind } from './context.ts';
import { prefix, regexp, wildcard } from './pattern.ts';
import { queryString } from './query-string.ts';
import { range } from './range.ts';
import { exists, ids, term, terms } from './term.ts';
import { match, matchBoolPrefix, matchPhrase, matchPhrasePrefix, multiMatch } from './text.ts';

/** Every kind of query the embedded store answers. What is not here is refused, never approximated. */
const KINDS: Readonly<Record<string, QueryKind>> = {
  bool,
  constant_score: constantScore,
  dis_max: disMax,
  exists,
  ids,
  match,
  match_all: matchAll,
  match_bool_prefix: matchBoolPrefix,
  match_none: matchNone,
  match_phrase: matchPhrase,
  match_phrase_prefix: matchPhrasePrefix,
  multi_match: multiMatch,
  prefix,
  query_string: queryString,
  range,
  regexp,
  term,
  terms,
  wildcard,
};

/** Deeper nesting than Elasticsearch itself allows. */
const DEEPEST = 30;

export type QueryScope = {
  readonly slice: Slice;
  readonly params: Parameters;
  readonly now: number;
  mappedType(field: string): FieldType | undefined;
};

/** A query as a condition over one slice's columns. Throws EsError 400. */
export function compileQuery(query: unknown, scope: QueryScope): Sql {
  let depth = 0;
  const context: QueryContext = {
    ...scope,
    mappedType: (field) => scope.mappedType(field),
    compile(inner) {
      const [kind, body] = kindOf(inner);
      if (++depth > DEEPEST) {
        throw new EsError(
          400,
          'illegal_argument_exception',
          `The nested depth of the query exceeds the maximum nested depth for queries set in [${DEEPEST}]`,
        );
      }
      const condition = kind(body, context);
      depth -= 1;
      return condition;
    },
  };
  return context.compile(query);
}

function kindOf(query: unknown): [QueryKind, unknown] {
  if (typeof query !== 'object' || query === null || Array.isArray(query)) {
    throw parsingError('[_na] query malformed, must start with start_object');
  }
  const [entry, second] = Object.entries(query);
  if (entry === undefined) throw new EsError(400, 'illegal_argument_exception', 'query malformed, empty clause found');
  if (second !== undefined) {
    throw parsingError(`[${entry[0]}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]`);
  }
  const kind = Object.hasOwn(KINDS, entry[0]) ? KINDS[entry[0]] : undefined;
  if (kind === undefined) {
    throw new EsError(400, 'parsing_exception', `unknown query [${entry[0]}]`, {
      caused_by: { type: 'named_object_not_found_exception', reason: `unknown field [${entry[0]}]` },
    });
  }
  return [kind, entry[1]];
}
