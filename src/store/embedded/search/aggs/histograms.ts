import { EsError } from '../../route.ts';
import { countOf, flagOf, illegal, type Json, objectOf, onlyKeys } from '../body.ts';
import { DEFAULT_FORMAT, writeTime } from '../dates/format.ts';
import { resolveDate } from '../dates/math.ts';
import { numberLiteral } from '../sql.ts';
import type { AggregationType, Bucket, Bucketing, Found } from './contract.ts';
import { dateKeys } from './date-keys.ts';
import { aggregatedField, keyOf, missingSql, numericSql, onlyOptions, requireNumeric } from './field.ts';
import { readOrder, sortFound, wrapKeyed } from './order.ts';

const COMMON = [
  'field',
  'offset',
  'min_doc_count',
  'extended_bounds',
  'hard_bounds',
  'order',
  'keyed',
  'missing',
  'format',
];
/** Elasticsearch's own limit of buckets in an answer. */
export const MOST_BUCKETS = 65_536;

type Scale = {
  floor(value: number): number;
  next(key: number): number;
  head(key: number): Json;
  readonly bounds: { readonly min: number | undefined; readonly max: number | undefined };
};

/** `date_histogram` with fixed and calendar intervals, in any time zone. */
export const dateHistogram: AggregationType = (options, context): Bucketing => {
  onlyOptions(options, [...COMMON, 'fixed_interval', 'calendar_interval', 'time_zone'], 'date_histogram');
  const keys = dateKeys(options, 'date_histogram');
  const field = aggregatedField(options, 'date_histogram', context);
  if (field !== undefined && field.type !== 'date') requireNumeric({ ...field, type: 'keyword' }, 'date_histogram');
  const format = options.format === undefined ? undefined : String(options.format);
  const missing = missingSql(options.missing, field, context.relation.now);
  const read = (value: unknown, up: boolean) =>
    resolveDate(value, up, { now: context.relation.now, format, zone: keys.zone });
  const scale: Scale = {
    floor: keys.floor,
    next: keys.next,
    head: (key) => ({ key_as_string: writeTime(key, format ?? DEFAULT_FORMAT, keys.zone), key }),
    bounds: boundsOf(options.extended_bounds, 'extended_bounds', read),
  };
  return histogramBuckets(options, 'date_histogram', scale, {
    key: keyOf(field, 'BIGINT', keys.key, missing === undefined ? undefined : keys.key(missing)),
    hard: boundsOf(options.hard_bounds, 'hard_bounds', read),
  });
};

/** `histogram` over numbers. */
export const histogram: AggregationType = (options, context): Bucketing => {
  onlyOptions(options, [...COMMON, 'interval'], 'histogram');
  const step = Number(options.interval);
  if (!(step > 0)) throw illegal(`[interval] must be >0 for histogram aggregation [${context.name}]`);
  const offset = Number(options.offset ?? 0);
  const field = aggregatedField(options, 'histogram', context);
  requireNumeric(field, 'histogram');
  if (options.format !== undefined) throw illegal('[histogram] number formats are not supported by the embedded store');
  const missing = missingSql(options.missing, field, context.relation.now);
  const make = (value: string) =>
    `(floor((${numericSql(field?.type ?? 'double', value)} - ${numberLiteral(offset)}) / ${numberLiteral(step)}) * ${numberLiteral(step)} + ${numberLiteral(offset)})::DOUBLE`;
  const scale: Scale = {
    floor: (value) => Math.floor((value - offset) / step) * step + offset,
    next: (key) => (Math.round((key - offset) / step) + 1) * step + offset,
    head: (key) => ({ key }),
    bounds: boundsOf(options.extended_bounds, 'extended_bounds', Number),
  };
  return histogramBuckets(options, 'histogram', scale, {
    key: keyOf(field, 'DOUBLE', make, missing === undefined ? undefined : make(missing)),
    hard: boundsOf(options.hard_bounds, 'hard_bounds', Number),
  });
};

function boundsOf(value: unknown, name: string, read: (value: unknown, up: boolean) => number): Scale['bounds'] {
  if (value === undefined) return { min: undefined, max: undefined };
  const bounds = objectOf(value, name);
  onlyKeys(bounds, ['min', 'max'], name);
  const one = (bound: unknown) => (bound === undefined || bound === null ? undefined : read(bound, false));
  return { min: one(bounds.min), max: one(bounds.max) };
}

function histogramBuckets(
  options: Json,
  type: string,
  scale: Scale,
  { key, hard }: { key: Bucketing['keys'][number]; hard: Scale['bounds'] },
): Bucketing {
  const least = countOf(options.min_doc_count, 0, 'min_doc_count');
  const parts = readOrder(options.order, { path: '_key', descending: false });
  const keyed = flagOf(options.keyed, false, 'keyed');
  const inside: string[] = [];
  if (hard.min !== undefined) inside.push(`>= ${numberLiteral(scale.floor(hard.min))}`);
  if (hard.max !== undefined) inside.push(`<= ${numberLiteral(hard.max)}`);
  return {
    kind: 'buckets',
    keys: [key],
    ...(inside.length === 0 ? {} : { where: ([name]) => inside.map((test) => `${name} ${test}`).join(' AND ') }),
    arrange: (found) => {
      const buckets = found
        .filter(({ count }) => count >= least)
        .map((bucket) => ({ key: Number(bucket.keys[0]), count: bucket.count, found: bucket as Found | undefined }));
      const filled = least === 0 ? fillGaps(buckets, scale) : buckets;
      return sortFound(filled, parts, type).map(
        (bucket): Bucket => ({ found: bucket.found, head: scale.head(bucket.key) }),
      );
    },
    wrap: (buckets) => wrapKeyed(buckets, keyed),
  };
}

type Place = { key: number; count: number; found: Found | undefined };

function fillGaps(buckets: readonly Place[], scale: Scale): Place[] {
  const { min, max } = scale.bounds;
  const places = new Map(buckets.map((bucket) => [bucket.key, bucket]));
  const keys = [...places.keys()];
  if (min !== undefined) keys.push(scale.floor(min));
  if (max !== undefined) keys.push(scale.floor(max));
  if (keys.length === 0 || (buckets.length === 0 && (min === undefined || max === undefined))) return [];
  const last = keys.reduce((left, right) => Math.max(left, right));
  let key = keys.reduce((left, right) => Math.min(left, right));
  while (key <= last) {
    if (!places.has(key)) places.set(key, { key, count: 0, found: undefined });
    if (places.size > MOST_BUCKETS) throw tooManyBuckets();
    const next = scale.next(key);
    key = next > key ? next : scale.floor(key + 2 * (key - next) + 1);
  }
  return [...places.values()];
}

/** Elasticsearch's answer to more buckets than it will build. */
export function tooManyBuckets(): EsError {
  return new EsError(
    400,
    'too_many_buckets_exception',
    `Trying to create too many buckets. Must be less than or equal to: [${MOST_BUCKETS}]. This limit can be set by changing the [search.max_buckets] cluster level setting.`,
    { max_buckets: MOST_BUCKETS },
  );
}
