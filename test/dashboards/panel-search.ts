import type { estypes } from '@elastic/elasticsearch';
import type { LensColumn } from '../../src/dashboards/kibana/columns.ts';
import type { LensAttributes } from '../../src/dashboards/kibana/lens.ts';
import { TIME_FIELD } from '../../src/dashboards/spec.ts';
import { parseKql } from '../../src/kql/parse.ts';
import { kqlToDsl, type QueryDsl } from '../../src/kql/to-dsl.ts';

/** The time a dashboard looks at, and the width of its bars. */
export type PanelWindow = { readonly from: string; readonly to: string; readonly interval: string };

/** A row of a panel: the values of its buckets and metrics by column id; null where there is none. */
export type PanelRow = Readonly<Record<string, string | number | null>>;

type Aggregations = Record<string, estypes.AggregationsAggregationContainer>;
type Columns = Readonly<Record<string, LensColumn>>;

/**
 * The search that a Lens panel with one form-based layer sends, apart from what only its looks need (the "other" bucket).
 * @returns the body; the index comes from the panel's data view.
 */
export function panelSearch(
  lens: LensAttributes,
  window: PanelWindow,
): { size: 0; query: QueryDsl; aggs: Aggregations } {
  const { columns, buckets, metrics } = partsOf(lens);
  const range = { range: { [TIME_FIELD]: { gte: window.from, lt: window.to } } };
  const filter = [range, kqlToDsl(parseKql(lens.state.query.query))];
  const leaves: Aggregations = Object.fromEntries(metrics.map((id) => [id, metricAggregation(columns[id]!)]));
  const aggs = buckets
    .toReversed()
    .reduce<Aggregations>((inner, id) => ({ [id]: bucketAggregation(columns[id]!, columns, window, inner) }), leaves);
  return { size: 0, query: { bool: { filter } }, aggs };
}

/** The rows that a panel shows, from the answer to its search. */
export function panelRows(lens: LensAttributes, answer: Readonly<Record<string, unknown>>): PanelRow[] {
  const { columns, buckets, metrics } = partsOf(lens);
  const shares = Object.entries(columns).filter(([, { operationType }]) => operationType === 'formula');
  const rowsBelow = (level: number, at: Answer, row: PanelRow): PanelRow[] => {
    const bucket = buckets[level];
    if (bucket === undefined) {
      const values = Object.fromEntries(metrics.map((id) => [id, metricValue(columns[id]!, at[id])]));
      const computed = shares.map(([id, column]) => [id, share(column, columns, values)]);
      return [{ ...row, ...values, ...Object.fromEntries(computed) }];
    }
    return bucketsOf(at[bucket]).flatMap(([key, inner]) => rowsBelow(level + 1, inner, { ...row, [bucket]: key }));
  };
  return rowsBelow(0, answer, {});
}

type Answer = Readonly<Record<string, unknown>>;

function partsOf(lens: LensAttributes) {
  const [layer] = Object.values(lens.state.datasourceStates.formBased.layers);
  const columns: Columns = layer?.columns ?? {};
  const order = layer?.columnOrder ?? [];
  const buckets = order.filter((id) => columns[id]?.isBucketed === true);
  const isAsked = (id: string) => columns[id]?.isBucketed === false && columns[id]?.references === undefined;
  return { columns, buckets, metrics: order.filter(isAsked) };
}

function bucketAggregation(
  { operationType, sourceField = '', params = {} }: LensColumn,
  columns: Columns,
  { interval }: PanelWindow,
  inner: Aggregations,
): estypes.AggregationsAggregationContainer {
  if (operationType === 'date_histogram') {
    return { date_histogram: { field: sourceField, fixed_interval: interval, min_doc_count: 1 }, aggs: inner };
  }
  if (operationType === 'filters') {
    const filters = params['filters'] as readonly { label: string; input: { query: string } }[];
    const queries = filters.map(({ label, input }) => [label, kqlToDsl(parseKql(input.query))]);
    return { filters: { filters: Object.fromEntries(queries) as Record<string, QueryDsl> }, aggs: inner };
  }
  const { columnId } = params['orderBy'] as { columnId: string };
  const { path, aggs } = ranking(columns[columnId]!);
  const order: Record<string, estypes.SortOrder>[] = [{ [path]: 'desc' }, { _key: 'asc' }];
  return { terms: { field: sourceField, size: Number(params['size']), order }, aggs: { ...inner, ...aggs } };
}

/** What terms are ordered by, asked once more at their own level: the metric itself may stand inside a histogram. */
function ranking(column: LensColumn): { path: string; aggs: Aggregations } {
  const { operationType, filter, params } = column;
  const percent = params?.['percentile'];
  const value = percent === undefined ? '' : `.${String(percent)}`;
  if (filter !== undefined) return { path: `order>value${value}`, aggs: { order: metricAggregation(column) } };
  if (operationType === 'count') return { path: '_count', aggs: {} };
  return { path: `order${value}`, aggs: { order: metricAggregation(column).aggs!['value']! } };
}

/** Every metric stands inside a filter of its own name, so that all are asked and ordered by alike. */
function metricAggregation(column: LensColumn): estypes.AggregationsAggregationContainer {
  const { operationType, sourceField = '', params = {}, filter } = column;
  const query = filter === undefined ? { match_all: {} } : kqlToDsl(parseKql(filter.query));
  const field = sourceField;
  const value = ((): estypes.AggregationsAggregationContainer => {
    switch (operationType) {
      case 'count':
        return { value_count: { field: TIME_FIELD } };
      case 'unique_count':
        return { cardinality: { field } };
      case 'average':
        return { avg: { field } };
      case 'percentile':
        return { percentiles: { field, percents: [Number(params['percentile'])] } };
      case 'last_value':
        return { top_hits: { size: 1, sort: [{ [String(params['sortField'])]: 'desc' }], _source: [field] } };
      default:
        return { [operationType]: { field } };
    }
  })();
  return { filter: query, aggs: { value } };
}

function bucketsOf(answer: unknown): [string | number, Answer][] {
  const { buckets } = answer as { buckets: Record<string, Answer> | readonly (Answer & { key: string | number })[] };
  if (Array.isArray(buckets)) return buckets.map((bucket) => [bucket.key, bucket]);
  return Object.entries(buckets);
}

function metricValue({ operationType, sourceField = '' }: LensColumn, answer: unknown): string | number | null {
  const { value } = answer as { value: Record<string, unknown> };
  if (operationType === 'percentile') {
    const [percentile] = Object.values((value['values'] ?? {}) as Record<string, number | null>);
    return percentile ?? null;
  }
  if (operationType !== 'last_value') return (value['value'] as number | null) ?? null;
  const [hit] = (value['hits'] as { hits: { _source: Record<string, unknown> }[] }).hits;
  const found = hit === undefined ? undefined : nested(hit._source, sourceField);
  return typeof found === 'string' || typeof found === 'number' ? found : null;
}

function nested(source: Record<string, unknown>, field: string): unknown {
  return field.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], source);
}

/** A formula of ours is always one count divided by another. */
function share({ references = [] }: LensColumn, columns: Columns, values: PanelRow): number | null {
  const [above, below] = columns[references[0] ?? '']?.references ?? [];
  const whole = Number(values[below ?? ''] ?? 0);
  return whole === 0 ? null : Number(values[above ?? ''] ?? 0) / whole;
}
