import { illegal, type Json, listOf } from '../body.ts';
import { DEFAULT_FORMAT, writeTime } from '../dates/format.ts';
import { type RelationField, valueList } from '../relation.ts';
import type { Sql } from '../sql.ts';
import type { AggregationContext, AggregationType, Metric } from './contract.ts';
import { aggregatedField, missingSql, numericSql, onlyOptions, requireNumeric } from './field.ts';

type Numbers = {
  readonly field: RelationField | undefined;
  readonly one: Sql;
  readonly many: Sql | undefined;
  /** The text beside a value, for dates and booleans. */
  readonly text: ((value: number) => unknown) | undefined;
};

/** The numbers of a row: one expression, or a list of them where a document may hold several. */
function numbersOf(options: Json, type: string, context: AggregationContext, known: readonly string[] = []): Numbers {
  onlyOptions(options, ['field', 'missing', 'format', 'value_type', ...known], type);
  const field = aggregatedField(options, type, context);
  requireNumeric(field, type);
  const dates = field?.type === 'date';
  if (options.format !== undefined && !dates)
    throw illegal(`[${type}] number formats are not supported by the embedded store`);
  const text = textOf(field, String(options.format ?? DEFAULT_FORMAT));
  if (field === undefined) return { field, one: 'NULL::DOUBLE', many: undefined, text };
  const missing = missingSql(options.missing, field, context.relation.now);
  const fill = (value: Sql) => (missing === undefined ? value : `coalesce(${value}, ${missing})`);
  if (field.list === undefined)
    return { field, one: numericSql(field.type, fill(field.single)), many: undefined, text };
  const values = valueList(field);
  const list = missing === undefined ? values : `CASE WHEN len(${values}) = 0 THEN [${missing}] ELSE ${values} END`;
  return { field, one: '', many: `list_transform(${list}, lambda _v: ${numericSql(field.type, '_v')})`, text };
}

const count = ({ one, many }: Numbers) => (many === undefined ? `count(${one})` : `coalesce(sum(len(${many})), 0)`);
const sum = ({ one, many }: Numbers) => (many === undefined ? `fsum(${one})` : `fsum(list_sum(${many}))`);
const min = ({ one, many }: Numbers) => (many === undefined ? `min(${one})` : `min(list_min(${many}))`);
const max = ({ one, many }: Numbers) => (many === undefined ? `max(${one})` : `max(list_max(${many}))`);
const squares = ({ one, many }: Numbers) =>
  many === undefined ? `fsum(${one} * ${one})` : `fsum(list_sum(list_transform(${many}, lambda _x: _x * _x)))`;

/** The number, or null for a NULL. */
function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** How values of dates and booleans are told in words. */
function textOf(field: RelationField | undefined, format: string): Numbers['text'] {
  if (field?.type === 'boolean') return (value) => value !== 0;
  if (field?.type !== 'date') return undefined;
  return (value) => (Math.abs(value) > FURTHEST_TIME ? null : writeTime(Math.floor(value), format));
}
const FURTHEST_TIME = 8.64e15;

/** `value` with its text. */
function shown(value: number | null, text: Numbers['text']): Json {
  return { value, ...(text !== undefined && value !== null ? { value_as_string: String(text(value)) } : {}) };
}

function single(type: string, expression: (numbers: Numbers) => Sql, empty: number | null): AggregationType {
  return (options, context): Metric => {
    const numbers = numbersOf(options, type, context);
    return {
      kind: 'metric',
      columns: [expression(numbers)],
      render: (values) => shown(numberOf(values?.[0]) ?? empty, numbers.text),
      orderValue: (property, [name]) => (property === undefined || property === 'value' ? name : undefined),
    };
  };
}

export const minimum = single('min', min, null);
export const maximum = single('max', max, null);
export const total = single('sum', sum, 0);
export const average = single('avg', (numbers) => `(${sum(numbers)} / nullif(${count(numbers)}, 0))`, null);

/** `value_count`: how many values there are, of any type. */
export const valueCount: AggregationType = (options, context): Metric => {
  onlyOptions(options, ['field', 'missing'], 'value_count');
  const field = aggregatedField(options, 'value_count', context);
  if (field === undefined) return countMetric([options.missing === undefined ? '0' : 'count(*)']);
  const missing = options.missing !== undefined;
  if (field.list === undefined) return countMetric([missing ? 'count(*)' : `count(${field.single})`]);
  // Elasticsearch keeps a document's keywords as a set, its numbers as a list.
  const set = field.type === 'keyword' || field.type === 'ip';
  const length = set ? `len(list_distinct(${valueList(field)}))` : `len(${valueList(field)})`;
  return countMetric([`sum(${missing ? `greatest(${length}, 1)` : length})`]);
};

/** `cardinality`: how many different values, counted exactly. */
export const cardinality: AggregationType = (options, context): Metric => {
  onlyOptions(options, ['field', 'missing', 'precision_threshold', 'execution_hint'], 'cardinality');
  const field = aggregatedField(options, 'cardinality', context);
  const missing = missingSql(options.missing, field, context.relation.now);
  if (field === undefined) return countMetric(['0']);
  if (field.list === undefined) {
    const value = missing === undefined ? field.single : `coalesce(${field.single}, ${missing})`;
    return countMetric([`count(DISTINCT ${value})`]);
  }
  const values = valueList(field);
  const list = missing === undefined ? values : `CASE WHEN len(${values}) = 0 THEN [${missing}] ELSE ${values} END`;
  return countMetric([`len(list_distinct(flatten(list(${list}))))`]);
};

function countMetric(columns: readonly Sql[]): Metric {
  return {
    kind: 'metric',
    columns,
    render: (values) => ({ value: Number(values?.[0] ?? 0) }),
    orderValue: (property, [name]) => (property === undefined || property === 'value' ? name : undefined),
  };
}

const STATS = ['count', 'min', 'max', 'sum'];

/** `stats`: count, min, max, avg and sum. */
export const stats: AggregationType = (options, context): Metric => {
  const numbers = numbersOf(options, 'stats', context);
  return {
    kind: 'metric',
    columns: [count(numbers), min(numbers), max(numbers), sum(numbers)],
    render: (values) => basicStats(values, numbers.text),
    orderValue: statsOrder,
  };
};

function statsOrder(property: string | undefined, names: readonly Sql[]): Sql | undefined {
  if (property === 'avg') return `(${names[3]} / nullif(${names[0]}, 0))`;
  const at = STATS.indexOf(property ?? '');
  return at === -1 ? undefined : names[at];
}

function basicStats(values: readonly unknown[] | undefined, text: Numbers['text']): Json {
  const number = Number(values?.[0] ?? 0);
  const all = Number(values?.[3] ?? 0);
  const basic = {
    count: number,
    min: numberOf(values?.[1]),
    max: numberOf(values?.[2]),
    avg: number === 0 ? null : all / number,
    sum: all,
  };
  if (text === undefined || number === 0) return basic;
  const texts = Object.entries(basic).filter(([name]) => name !== 'count');
  return {
    ...basic,
    ...Object.fromEntries(texts.map(([name, value]) => [`${name}_as_string`, text(value ?? 0)])),
  };
}

/** `extended_stats`: stats with variance and deviation. */
export const extendedStats: AggregationType = (options, context): Metric => {
  const numbers = numbersOf(options, 'extended_stats', context, ['sigma']);
  const sigma = Number(options.sigma ?? 2);
  return {
    kind: 'metric',
    columns: [count(numbers), min(numbers), max(numbers), sum(numbers), squares(numbers)],
    render: (values) => ({ ...basicStats(values, numbers.text), ...spread(values, sigma) }),
    orderValue: statsOrder,
  };
};

function spread(values: readonly unknown[] | undefined, sigma: number): Json {
  const number = Number(values?.[0] ?? 0);
  const all = Number(values?.[3] ?? 0);
  const square = Number(values?.[4] ?? 0);
  const off = number === 0 ? null : Math.max(0, square - (all * all) / number);
  const population = off === null ? null : off / number;
  // Of a single value Elasticsearch shows the text NaN.
  const sampling = off === null ? null : number === 1 ? Number.NaN : off / (number - 1);
  const shownAs = (value: number | null) => (Number.isNaN(value) ? 'NaN' : value);
  const root = (value: number | null) => shownAs(value === null ? null : Math.sqrt(value));
  const bound = (value: number | null, sign: number) =>
    shownAs(value === null ? null : all / number + sign * sigma * Math.sqrt(value));
  return {
    sum_of_squares: number === 0 ? null : square,
    variance: population,
    variance_population: population,
    variance_sampling: shownAs(sampling),
    std_deviation: root(population),
    std_deviation_population: root(population),
    std_deviation_sampling: root(sampling),
    std_deviation_bounds: {
      upper: bound(population, 1),
      lower: bound(population, -1),
      upper_population: bound(population, 1),
      lower_population: bound(population, -1),
      upper_sampling: bound(sampling, 1),
      lower_sampling: bound(sampling, -1),
    },
  };
}

const PERCENTS = [1, 5, 25, 50, 75, 95, 99];

/** `percentiles`, exact, interpolated between neighbours. */
export const percentiles: AggregationType = (options, context): Metric => {
  const numbers = numbersOf(options, 'percentiles', context, ['percents', 'keyed', 'tdigest', 'hdr']);
  const percents = options.percents === undefined ? PERCENTS : listOf(options.percents).map(Number);
  if (percents.some((percent) => !(percent >= 0 && percent <= 100))) {
    throw illegal(`percent must be in [0,100], got [${percents.join(', ')}]`);
  }
  const sorted = [...percents].sort((left, right) => left - right);
  const places = `[${sorted.map((percent) => `${(percent / 100).toExponential()}::DOUBLE`).join(', ')}]`;
  const values =
    numbers.many === undefined
      ? `quantile_cont(${numbers.one}, ${places})`
      : `list_aggregate(flatten(list(${numbers.many})), 'quantile_cont', ${places})`;
  const name = (percent: number) => (Number.isInteger(percent) ? `${percent}.0` : String(percent));
  const render = (row: readonly unknown[] | undefined): Json => {
    const found = Array.isArray(row?.[0]) ? (row[0] as unknown[]) : [];
    const pairs = sorted.map((percent, at) => [percent, numberOf(found[at])] as const);
    if (options.keyed === false) {
      return { values: pairs.map(([percent, value]) => ({ key: percent, ...shown(value, numbers.text) })) };
    }
    const { text } = numbers;
    const texts = text === undefined ? [] : pairs.filter(([, value]) => value !== null);
    return {
      values: Object.fromEntries([
        ...pairs.map(([percent, value]) => [name(percent), value]),
        ...texts.map(([percent, value]) => [`${name(percent)}_as_string`, String(text?.(value ?? 0))]),
      ]),
    };
  };
  const orderValue = (property: string | undefined, [column]: readonly Sql[]) => {
    const at = sorted.indexOf(Number(property));
    return at === -1 ? undefined : `${column}[${at + 1}]`;
  };
  return { kind: 'metric', columns: [values], render, orderValue };
};
