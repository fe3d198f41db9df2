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

/** The metric's value in a bucket; null where no event has the field. */
export function metricValue(metric: Metric, bucket: MetricBucket): number | null {
  if (metric.kind === 'count') return bucket.doc_count;
  const value = bucket.metric?.values === undefined ? bucket.metric?.value : Object.values(bucket.metric.values)[0];
  if (value === undefined || value === null || !Number.isFinite(value)) return null;
  return metric.kind !== 'cardinality' && bucket.doc_count === 0 ? null : value;
}
