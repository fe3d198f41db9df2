import { flagOf, type Json, listOf, objectOf, parsingError, textOf } from '../body.ts';
import { present } from '../field.ts';
import { or, type Sql } from '../sql.ts';
import type { AggregationType, Bucketing } from './contract.ts';
import { onlyOptions } from './field.ts';
import { placesKey } from './ranges.ts';

/** `filter`: the documents a query matches, in one bucket. */
export const filter: AggregationType = (options, context): Bucketing => oneBucket(context.relation.flag(options));

/** `missing`: the documents without the field. */
export const missing: AggregationType = (options, context): Bucketing => {
  onlyOptions(options, ['field', 'missing'], 'missing');
  const field = context.relation.field(textOf(options.field, 'missing'));
  if (field === undefined) return oneBucket('TRUE');
  return oneBucket(`NOT coalesce(${present({ ...field })}, FALSE)`);
};

function oneBucket(condition: Sql): Bucketing {
  return {
    kind: 'buckets',
    keys: [placesKey([condition])],
    arrange: (found) => [{ found: found[0], head: {} }],
    wrap: ([bucket]) => bucket ?? {},
  };
}

/** `filters`: a bucket for each of several queries, by name or in order, and one for what none matches. */
export const filters: AggregationType = (options, context): Bucketing => {
  onlyOptions(options, ['filters', 'other_bucket', 'other_bucket_key', 'keyed'], 'filters');
  const anonymous = Array.isArray(options.filters);
  const named: [string, unknown][] = anonymous
    ? listOf(options.filters).map((query) => ['', query])
    : Object.entries(objectOf(options.filters, 'filters')).sort(([left], [right]) => (left < right ? -1 : 1));
  if (named.length === 0) throw parsingError('[filters] cannot be empty');
  const flags = named.map(([, query]) => context.relation.flag(query));
  const names = named.map(([name]) => name);
  if (flagOf(options.other_bucket, options.other_bucket_key !== undefined, 'other_bucket')) {
    flags.push(`NOT ${or(flags)}`);
    names.push(String(options.other_bucket_key ?? '_other_'));
  }
  const listed = options.keyed === false;
  return {
    kind: 'buckets',
    keys: [placesKey(flags)],
    arrange: (found) =>
      names.map((name, at) => ({
        found: found.find(({ keys }) => Number(keys[0]) === at),
        head: listed && !anonymous ? { key: name } : {},
      })),
    wrap: (buckets): Json =>
      anonymous || listed ? { buckets } : { buckets: Object.fromEntries(names.map((name, at) => [name, buckets[at]])) },
  };
};
