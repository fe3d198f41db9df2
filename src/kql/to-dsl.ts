import type { estypes } from '@elastic/elasticsearch';
import { type FieldType, storedType } from '../model/field-type.ts';
import { lowerCase } from '../model/words.ts';
import { checkComparable, checkSearchable } from './check-value.ts';
import { DEFAULT_FIELD, type FieldName, type KqlNode, type KqlValue, plainName } from './node.ts';

/** Elasticsearch's query DSL, plain data. */
export type QueryDsl = estypes.QueryDslQueryContainer;

/** What type a field is mapped to; undefined for a field the mapping table does not name. */
export type TypeOf = (field: string) => FieldType | undefined;

/**
 * The query that Kibana would send for a KQL expression.
 * @throws LogmillError KQL_VALUE where a field's type rules the value out, e.g. `source.ip: 10.*`.
 */
export function kqlToDsl(node: KqlNode, typeOf: TypeOf = storedType): QueryDsl {
  switch (node.type) {
    case 'all':
      return { match_all: {} };
    case 'and':
      return { bool: { filter: node.children.map((child) => kqlToDsl(child, typeOf)) } };
    case 'or':
      return { bool: { should: node.children.map((child) => kqlToDsl(child, typeOf)), minimum_should_match: 1 } };
    case 'not':
      return { bool: { must_not: [kqlToDsl(node.child, typeOf)] } };
    case 'exists':
      return { exists: { field: node.field.pieces.join('*') } };
    case 'range': {
      const name = plainName(node.field) ?? '';
      checkComparable(name, typeOf(name), node.value);
      return { range: { [name]: { [node.operator]: node.value.text } } };
    }
    case 'is':
      return isDsl(node.field, node.value, typeOf);
  }
}

function isDsl(field: FieldName | undefined, value: KqlValue, typeOf: TypeOf): QueryDsl {
  const name = field === undefined ? DEFAULT_FIELD : plainName(field);
  if (name === undefined) return anyFieldDsl(field?.pieces.join('*') ?? '*', value);
  const type = typeOf(name);
  checkSearchable(name, type, value);
  if (value.kind === 'wildcard') return wildcardDsl(name, type, value.pieces);
  const query = value.text;
  if (type === 'date') return { range: { [name]: { gte: query, lte: query } } };
  if (type === 'geo_point') return { match_none: {} };
  const asWords = type === undefined || type === 'text' || type === 'keyword' || type === 'object';
  if (value.kind === 'phrase' && asWords) return { match_phrase: { [name]: { query } } };
  // A field nobody maps may hold numbers: then a word matches nothing, where Elasticsearch would refuse the search.
  return { match: { [name]: type === undefined ? { query, lenient: true } : { query } } };
}

/** Whatever the type of each field whose name fits: what does not suit it matches nothing. */
function anyFieldDsl(pattern: string, value: KqlValue): QueryDsl {
  if (value.kind === 'wildcard') return queryString(pattern, value.pieces);
  const type = value.kind === 'phrase' ? 'phrase' : 'best_fields';
  return { multi_match: { query: value.text, fields: [pattern], type, lenient: true } };
}

function wildcardDsl(name: string, type: FieldType | undefined, pieces: readonly string[]): QueryDsl {
  if (type === 'keyword') return { wildcard: { [name]: { value: wildcardPattern(pieces) } } };
  if (type !== 'text') return queryString(name, pieces);
  const words = wordPatterns(pieces).map((word): QueryDsl => {
    if (word.length === 1) return { match: { [name]: { query: word[0] ?? '' } } };
    return { wildcard: { [name]: { value: wildcardPattern(word.map(lowerCase)) } } };
  });
  return words.length === 1 && words[0] !== undefined ? words[0] : { bool: { should: words, minimum_should_match: 1 } };
}

/** A pattern over text means its words, any of which may match: `foo* bar` is `foo*` or `bar`. */
export function wordPatterns(pieces: readonly string[]): string[][] {
  const words: string[][] = [['']];
  for (const [at, piece] of pieces.entries()) {
    if (at > 0) words.at(-1)?.push('');
    for (const [index, part] of piece.split(/\s+/).entries()) {
      if (index > 0) words.push(['']);
      const word = words.at(-1);
      if (word !== undefined) word[word.length - 1] += part;
    }
  }
  return words.filter((word) => word.length > 1 || word[0] !== '');
}

function wildcardPattern(pieces: readonly string[]): string {
  return pieces.map((piece) => piece.replace(/[\\*?]/g, '\\$&')).join('*');
}

function queryString(pattern: string, pieces: readonly string[]): QueryDsl {
  const query = pieces.map((piece) => piece.replace(/[\s+\-=&|><!(){}[\]^"~*?:\\/]/g, '\\$&')).join('*');
  return { query_string: { query, fields: [pattern], lenient: true } };
}
