import { countOf, flagOf, illegal, type Json, objectOf, onlyEntry, onlyKeys } from '../body.ts';
import { writeTime } from '../dates/format.ts';
import { resolveDate } from '../dates/math.ts';
import { comesAfter } from '../sort.ts';
import { numberLiteral, type Sql, stringLiteral } from '../sql.ts';
import type { AggregationContext, AggregationType, Bucketing, Key } from './contract.ts';
import { dateKeys } from './date-keys.ts';
import { aggregatedField, keyOf, numericSql, onlyOptions, requireNumeric } from './field.ts';

type Source = {
  readonly name: string;
  readonly key: Key;
  readonly descending: boolean;
  render(value: unknown): unknown;
  literal(value: unknown): Sql | undefined;
};
const SOURCE = ['field', 'order', 'missing_bucket', 'missing_order'];

/** `composite`: a bucket for each combination of values, in their order, page after page. */
export const composite: AggregationType = (options, context): Bucketing => {
  onlyOptions(options, ['sources', 'size', 'after'], 'composite');
  if (!Array.isArray(options.sources) || options.sources.length === 0) {
    throw illegal('Composite [sources] cannot be null or empty');
  }
  const sources = options.sources.map((source) => readSource(source, context));
  const size = countOf(options.size, 10, 'size', 1);
  const after = options.after === undefined ? undefined : objectOf(options.after, 'after');
  if (after !== undefined && sources.some(({ name }) => !(name in after))) {
    throw illegal(`Missing value for [after.${sources.find(({ name }) => !(name in after))?.name}]`);
  }
  const comparable = (keys: readonly Sql[]) =>
    sources.map(({ descending }, at) => ({ sql: keys[at]!, descending, nullsFirst: !descending }));
  const render = (keys: readonly unknown[]): Json =>
    Object.fromEntries(sources.map(({ name, render: show }, at) => [name, keys[at] === null ? null : show(keys[at])]));
  return {
    kind: 'buckets',
    keys: sources.map(({ key }) => key),
    ...(after === undefined
      ? {}
      : {
          where: (keys) =>
            comesAfter(
              comparable(keys),
              sources.map(({ name, literal }) => literal(after[name])),
            ),
        }),
    top: {
      size,
      least: 1,
      counted: false,
      order: ({ keys }) =>
        comparable(keys)
          .map(({ sql, descending }) => `${sql} ${descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`)
          .join(', '),
    },
    arrange: (found) => found.map((bucket) => ({ found: bucket, head: { key: render(bucket.keys) } })),
    wrap: (buckets) => {
      const last = buckets.at(-1);
      return { ...(last === undefined ? {} : { after_key: last.key }), buckets };
    },
  };
};

function readSource(source: unknown, context: AggregationContext): Source {
  const [name, body] = onlyEntry(source, 'sources');
  const [type, inner] = onlyEntry(body, name);
  const options = objectOf(inner, type);
  const descending = String(options.order ?? 'asc').toLowerCase() === 'desc';
  const nullable = flagOf(options.missing_bucket, false, 'missing_bucket');
  if (options.missing_order !== undefined && options.missing_order !== 'default') {
    throw illegal('[composite] missing_order is not supported by the embedded store');
  }
  const made = sourceKey(type, options, context);
  const key = nullable && made.key.list ? withNull(made.key) : made.key;
  return { ...made, name, descending, key: { ...key, nullable } };
}

function withNull(key: Key): Key {
  return { ...key, sql: `CASE WHEN len(${key.sql}) = 0 THEN [NULL] ELSE ${key.sql} END` };
}

function sourceKey(
  type: string,
  options: Json,
  context: AggregationContext,
): Pick<Source, 'key' | 'render' | 'literal'> {
  switch (type) {
    case 'terms': {
      onlyKeys(options, SOURCE, 'terms');
      return termsKey(options, context);
    }
    case 'histogram': {
      onlyKeys(options, [...SOURCE, 'interval'], 'histogram');
      const field = aggregatedField(options, type, context);
      requireNumeric(field, type);
      const step = numberLiteral(Number(options.interval));
      const make = (value: Sql) => `(floor(${numericSql(field?.type ?? 'double', value)} / ${step}) * ${step})::DOUBLE`;
      return { key: keyOf(field, 'DOUBLE', make), render: Number, literal: (value) => numberLiteral(Number(value)) };
    }
    case 'date_histogram': {
      onlyKeys(options, [...SOURCE, 'fixed_interval', 'calendar_interval', 'time_zone', 'offset', 'format'], type);
      const keys = dateKeys(options, type);
      const field = aggregatedField(options, type, context);
      const format = options.format === undefined ? undefined : String(options.format);
      const render = (value: unknown) =>
        format === undefined ? Number(value) : writeTime(Number(value), format, keys.zone);
      const literal = (value: unknown) =>
        value === null ? undefined : String(resolveDate(value, false, { now: 0, format, zone: keys.zone }));
      return { key: keyOf(field, 'BIGINT', keys.key), render, literal };
    }
    default:
      throw illegal(`unknown field [${type}] in composite source`);
  }
}

function termsKey(options: Json, context: AggregationContext): Pick<Source, 'key' | 'render' | 'literal'> {
  const field = aggregatedField(options, 'terms', context);
  const render = (value: unknown) =>
    field?.type === 'boolean'
      ? Number(value) === 1
      : typeof value === 'bigint' && Number.isSafeInteger(Number(value))
        ? Number(value)
        : value;
  const number = (value: unknown) => (value === null ? undefined : numberLiteral(Number(value)));
  switch (field?.type) {
    case 'long':
    case 'double':
      return {
        key: keyOf(field, field.type === 'long' ? 'BIGINT' : 'DOUBLE', (value) => value),
        render,
        literal: number,
      };
    case 'date':
      return { key: keyOf(field, 'BIGINT', (value) => `epoch_ms(${value})`), render, literal: number };
    case 'boolean':
      return { key: keyOf(field, 'BIGINT', (value) => `(${value})::BIGINT`), render, literal: number };
    default: {
      const literal = (value: unknown) => (value === null ? undefined : stringLiteral(String(value)));
      return { key: keyOf(field, 'VARCHAR', (value) => value), render, literal };
    }
  }
}
