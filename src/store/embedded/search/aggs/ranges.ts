import { flagOf, illegal, type Json, objectOf, onlyKeys } from '../body.ts';
import { DEFAULT_FORMAT, writeTime } from '../dates/format.ts';
import { resolveDate } from '../dates/math.ts';
import { checkZone } from '../dates/zone.ts';
import { type RelationField, valueList } from '../relation.ts';
import { and, numberLiteral, type Sql } from '../sql.ts';
import type { AggregationType, Bucketing, Key } from './contract.ts';
import { aggregatedField, missingSql, numericSql, onlyOptions, requireNumeric } from './field.ts';

type Range = { readonly key: string; readonly from: number | undefined; readonly to: number | undefined };
type Show = (value: number) => Json[string];

/** `range` over numbers: from inclusive, to exclusive. */
export const range: AggregationType = (options, context): Bucketing => {
  onlyOptions(options, ['field', 'ranges', 'keyed', 'missing'], 'range');
  const field = aggregatedField(options, 'range', context);
  requireNumeric(field, 'range');
  const read = (value: unknown) => {
    const number = Number(value);
    if (Number.isNaN(number)) throw illegal(`For input string: "${String(value)}"`);
    return number;
  };
  const ranges = readRanges(options.ranges, read, (value) => (Number.isInteger(value) ? `${value}.0` : String(value)));
  return rangeBuckets(options, field, ranges, undefined, missingSql(options.missing, field, context.relation.now));
};

/** `date_range`: the same over dates, bounds with date math. */
export const dateRange: AggregationType = (options, context): Bucketing => {
  onlyOptions(options, ['field', 'ranges', 'keyed', 'missing', 'format', 'time_zone'], 'date_range');
  const field = aggregatedField(options, 'date_range', context);
  if (field !== undefined && field.type !== 'date') requireNumeric({ ...field, type: 'keyword' }, 'date_range');
  const format = options.format === undefined ? undefined : String(options.format);
  const zone = options.time_zone === undefined ? 'UTC' : checkZone(String(options.time_zone));
  const show = (value: number) => writeTime(value, format ?? DEFAULT_FORMAT, zone);
  const read = (value: unknown) => resolveDate(value, false, { now: context.relation.now, format, zone });
  const missing = missingSql(options.missing, field, context.relation.now);
  return rangeBuckets(options, field, readRanges(options.ranges, read, show), show, missing);
};

function readRanges(value: unknown, read: (value: unknown) => number, show: (value: number) => string): Range[] {
  if (!Array.isArray(value) || value.length === 0) throw illegal('No [ranges] specified for the aggregation');
  const ranges = value.map((item): Range => {
    const body = objectOf(item, 'ranges');
    onlyKeys(body, ['key', 'from', 'to'], 'range');
    const one = (bound: unknown) => (bound === undefined || bound === null ? undefined : read(bound));
    const [from, to] = [one(body.from), one(body.to)];
    const text = (bound: number | undefined) => (bound === undefined ? '*' : show(bound));
    return { key: body.key === undefined ? `${text(from)}-${text(to)}` : String(body.key), from, to };
  });
  const least = (bound: number | undefined) => bound ?? Number.NEGATIVE_INFINITY;
  const most = (bound: number | undefined) => bound ?? Number.POSITIVE_INFINITY;
  return ranges.sort(
    (left, right) => compare(least(left.from), least(right.from)) || compare(most(left.to), most(right.to)),
  );
}

function compare(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function rangeBuckets(
  options: Json,
  field: RelationField | undefined,
  ranges: readonly Range[],
  show: Show | undefined,
  missing: Sql | undefined,
): Bucketing {
  const keyed = flagOf(options.keyed, false, 'keyed');
  return {
    kind: 'buckets',
    keys: [rangeKey(field, ranges, missing)],
    arrange: (found) =>
      ranges.map((one, at) => ({
        found: found.find(({ keys }) => Number(keys[0]) === at),
        head: {
          ...{ key: one.key },
          ...(one.from === undefined ? {} : { from: one.from, ...(show && { from_as_string: show(one.from) }) }),
          ...(one.to === undefined ? {} : { to: one.to, ...(show && { to_as_string: show(one.to) }) }),
        },
      })),
    wrap: (buckets) => {
      if (!keyed) return { buckets };
      return { buckets: Object.fromEntries(buckets.map(({ key, ...rest }) => [String(key), rest])) };
    },
  };
}

function rangeKey(field: RelationField | undefined, ranges: readonly Range[], missing: Sql | undefined): Key {
  if (field === undefined) return { sql: 'NULL::BIGINT', list: false, type: 'BIGINT' };
  const fill = (value: Sql) => (missing === undefined ? value : `coalesce(${value}, ${missing})`);
  const within = ({ from, to }: Range, value: Sql): Sql => {
    const number = numericSql(field.type, value);
    return and([
      from === undefined ? `${value} IS NOT NULL` : `${number} >= ${numberLiteral(from)}`,
      ...(to === undefined ? [] : [`${number} < ${numberLiteral(to)}`]),
    ]);
  };
  const values = valueList(field);
  const list = missing === undefined ? values : `CASE WHEN len(${values}) = 0 THEN [${missing}] ELSE ${values} END`;
  const holds = (one: Range): Sql =>
    field.list === undefined
      ? within(one, fill(field.single))
      : `len(list_filter(${list}, lambda _v: ${within(one, '_v')})) > 0`;
  return placesKey(ranges.map(holds));
}

/** A key that puts a row into the bucket of each condition that holds, by the condition's place. */
export function placesKey(conditions: readonly Sql[]): Key {
  const places = conditions.map((condition, at) => `CASE WHEN ${condition} THEN ${at}::BIGINT END`);
  if (places.length === 1) return { sql: places[0]!, list: false, type: 'BIGINT' };
  return { sql: `[${places.join(', ')}]`, list: true, type: 'BIGINT' };
}
