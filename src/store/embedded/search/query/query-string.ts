import { lowerCase } from '../../../../model/words.ts';
import { flagOf, illegal, listOf, objectOf, onlyKeys, parsingError, textOf } from '../body.ts';
import { FALSE, or, type Sql, TRUE } from '../sql.ts';
import { fieldsLike, type QueryContext, valuesOf } from './context.ts';
import { type LuceneNode, parseLucene } from './lucene-syntax.ts';
import { wildcardOn } from './pattern.ts';

type Defaults = { readonly fields: readonly string[]; readonly operator: 'and' | 'or'; readonly lenient: boolean };

/** `query_string`: Lucene's syntax, without fuzzy and sloppy terms. */
export function queryString(body: unknown, context: QueryContext): Sql {
  const options = objectOf(body, 'query_string');
  onlyKeys(
    options,
    [
      'query',
      'default_field',
      'fields',
      'default_operator',
      'analyze_wildcard',
      'lenient',
      'allow_leading_wildcard',
      'boost',
      '_name',
      'time_zone',
      'type',
      'tie_breaker',
      'escape',
      'quote_field_suffix',
      'enable_position_increments',
      'auto_generate_synonyms_phrase_query',
      'max_determinized_states',
      'rewrite',
      'phrase_slop',
    ],
    'query_string',
  );
  if (options.query === undefined) throw parsingError('[query_string] must be provided with a [query]');
  const text = textOf(options.query, 'query_string');
  const operator = String(options.default_operator ?? 'or').toLowerCase();
  if (operator !== 'and' && operator !== 'or')
    throw illegal(`operator needs to be either AND or OR, but not [${operator}]`);
  const named = listOf(options.fields ?? options.default_field).map((field) => textOf(field, 'fields').split('^')[0]!);
  const fields = named.length === 0 ? ['*'] : named;
  const lenient = flagOf(options.lenient, fields.includes('*'), 'lenient');
  if (text.trim() === '') return FALSE;
  if (text.trim() === '*' && fields.includes('*')) return TRUE;
  return compile(parseLucene(text, operator === 'and'), { fields, operator, lenient }, context);
}

function compile(node: LuceneNode, defaults: Defaults, context: QueryContext): Sql {
  if (node.kind === 'bool') {
    const of = (occurs: string) =>
      node.clauses
        .filter((clause) => clause.occurs === occurs)
        .map((clause) => ({ compiled: compile(clause.node, defaults, context) }));
    const must = of('must').map(({ compiled }) => compiled);
    const should = of('should').map(({ compiled }) => compiled);
    const parts = [...must, ...(must.length === 0 && should.length > 0 ? [or(should)] : [])];
    const prohibited = of('must_not').map(({ compiled }) => `(NOT coalesce(${compiled}, FALSE))`);
    return [...parts, ...prohibited].length === 0 ? FALSE : `(${[...parts, ...prohibited].join(' AND ')})`;
  }
  if (node.kind === 'all') return TRUE;
  if (node.field === '_exists_') {
    return context.compile({ exists: { field: node.kind === 'words' || node.kind === 'phrase' ? node.text : '*' } });
  }
  const fields = node.field === undefined ? defaults.fields : [node.field];
  if (node.kind === 'wildcard' && node.pattern === '*') {
    if (fields.includes('*')) return TRUE;
    return or(fields.map((field) => context.compile({ exists: { field } })));
  }
  const names = [...new Set(fields.flatMap((field) => fieldsLike(context, field)))];
  const lenient = defaults.lenient || fields.some((field) => field.includes('*'));
  return or(names.map((field) => leaf(node, field, { ...defaults, lenient }, context)));
}

function leaf(
  node: Exclude<LuceneNode, { kind: 'bool' | 'all' }>,
  field: string,
  { operator, lenient }: Defaults,
  context: QueryContext,
): Sql {
  try {
    switch (node.kind) {
      case 'words':
        return context.compile({ match: { [field]: { query: node.text, operator, lenient } } });
      case 'phrase':
        return context.compile({ match_phrase: { [field]: node.text } });
      case 'regexp':
        return context.compile({ regexp: { [field]: node.pattern } });
      case 'range':
        return context.compile({ range: { [field]: node.bounds } });
      case 'wildcard': {
        const text = valuesOf(context, field)?.type === 'text';
        return wildcardOn(context, field, text ? lowerCase(node.pattern) : node.pattern, {}, 'wildcard');
      }
    }
  } catch (error) {
    if (lenient) return FALSE;
    throw error;
  }
}
