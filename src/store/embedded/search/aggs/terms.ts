import { countOf, illegal, type Json, listOf } from '../body.ts';
import { addressKeySql } from '../ip.ts';
import { lucenePattern } from '../query/pattern.ts';
import { and, or, type Sql, stringLiteral } from '../sql.ts';
import type { AggregationType, Bucketing, Key } from './contract.ts';
import { aggregatedField, keyOf, missingSql, onlyOptions, showKey } from './field.ts';
import { orderSql, readOrder } from './order.ts';

const KNOWN = ['field', 'size', 'order', 'min_doc_count', 'missing', 'include', 'exclude', 'shard_size', 'format'];
const IGNORED = ['shard_min_doc_count', 'show_term_doc_count_error', 'execution_hint', 'collect_mode', 'value_type'];

/** `terms`: a bucket for each value, the most frequent first. */
export const terms: AggregationType = (options, context): Bucketing => {
  onlyOptions(options, [...KNOWN, ...IGNORED], 'terms');
  const field = aggregatedField(options, 'terms', context);
  const size = countOf(options.size, 10, 'size', 1);
  const least = countOf(options.min_doc_count, 1, 'min_doc_count');
  const missing = missingSql(options.missing, field, context.relation.now);
  const type: Key['type'] = field?.type === 'double' ? 'DOUBLE' : isText(field?.type) ? 'VARCHAR' : 'BIGINT';
  const make = (value: Sql) =>
    field?.type === 'date' ? `epoch_ms(${value})` : field?.type === 'boolean' ? `(${value})::BIGINT` : value;
  const parts = readOrder(options.order, { path: '_count', descending: true });
  const shardSize = Math.max(size, countOf(options.shard_size, Math.floor(size * 1.5 + 10), 'shard_size', 1));
  const where = filterTerms(options, type);
  return {
    kind: 'buckets',
    keys: [keyOf(field, type, make, missing === undefined ? undefined : make(missing))],
    ...(where === undefined ? {} : { where: ([key]) => where(key!) }),
    top: {
      size,
      least: Math.max(1, least),
      counted: !boundedError(parts),
      order: (names) => orderSql(parts, names, field?.type === 'ip' ? addressKeySql : undefined),
    },
    arrange: (found) =>
      found.map((bucket) => ({
        found: bucket,
        head: showKey(bucket.keys[0], field?.type, options.format === undefined ? undefined : String(options.format)),
      })),
    wrap: (buckets, found) => ({
      doc_count_error_upper_bound: (found[0]?.siblings ?? 0) >= shardSize ? -1 : 0,
      sum_other_doc_count: (found[0]?.total ?? 0) - found.reduce((sum, { count }) => sum + count, 0),
      buckets,
    }),
  };
};

/**
 * Whether Elasticsearch can bound what a shard's cut may have left out: only in these orders. In any other it answers
 * -1 once a shard has as many buckets as it would send (AbstractInternalTerms), and so do we, though we leave out nothing.
 */
function boundedError(order: ReturnType<typeof readOrder>): boolean {
  const first = order[0];
  return first?.path === '_key' || first?.path === '_term' || (first?.path === '_count' && first.descending);
}

function isText(type: string | undefined): boolean {
  return type === undefined || type === 'keyword' || type === 'ip' || type === 'text';
}

/** `include` and `exclude`: a regular expression over the key, or a list of exact values. */
function filterTerms(options: Json, type: Key['type']): ((key: Sql) => Sql) | undefined {
  const tests = [
    options.include === undefined ? undefined : termTest(options.include, type),
    options.exclude === undefined ? undefined : negate(termTest(options.exclude, type)),
  ].filter((test) => test !== undefined);
  return tests.length === 0 ? undefined : (key) => and(tests.map((test) => test(key)));
}

function negate(test: (key: Sql) => Sql): (key: Sql) => Sql {
  return (key) => `(NOT ${test(key)})`;
}

function termTest(wanted: unknown, type: Key['type']): (key: Sql) => Sql {
  if (typeof wanted === 'string') {
    if (type !== 'VARCHAR') throw illegal('[terms] include and exclude by regular expression need a keyword field');
    const literal = stringLiteral(`(?s)${lucenePattern(wanted, true)}`);
    return (key) => `regexp_full_match(${key}, ${literal})`;
  }
  if (!Array.isArray(wanted)) throw illegal('[terms] include by partition is not supported by the embedded store');
  const values = listOf(wanted).map((value) => stringLiteral(String(value)));
  return (key) => or(values.map((value) => `(${type === 'VARCHAR' ? key : `(${key})::VARCHAR`} = ${value})`));
}
