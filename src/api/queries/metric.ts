import type { estypes } from '@elastic/elasticsearch';
import type { Metric } from '../contract/aggregate.ts';

type Aggregation = estypes.AggregationsAggregationContainer;

/** A bucket that holds the metric under `metric`. */
export type MetricBucket = {
  readonly doc_count: number;
  readonly metric?: { readonly value?: number | null; readonly values?: Readonly<Record<string, number | null>> };
};

/** The metric as sub-aggregations; none for a count, which every bucket carries anyway. */
export function metricAggregation(metric: Metric): Record<string, Aggregation> {
  switch (metric.kind) {
    case 'count':
      return {};
    case 'percentile':
      return { metric: { percentiles: { field: metric.field, percents: [metric.percent] } } };
    default:
      return { metric: { [metric.kind]: { field: metric.field } } as Aggregation };
  }
}

/** The bucket of a step without events, which stores leave out. */
export const NO_EVENTS: MetricBucket = { doc_count: 0 };

/** The metric's value in a bucket. Where no event has the field a sum and a cardinality are 0, the others null. */
export function metricValue(metric: Metric, bucket: MetricBucket): number | null {
  if (metric.kind === 'count') return bucket.doc_count;
  const nothing = metric.kind === 'sum' || metric.kind === 'cardinality' ? 0 : null;
  const value = bucket.metric?.values === undefined ? bucket.metric?.value : Object.values(bucket.metric.values)[0];
  return value === undefined || value === null || !Number.isFinite(value) ? nothing : value;
}
