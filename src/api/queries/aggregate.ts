import type { estypes } from '@elastic/elasticsearch';
import type { AggregateAnswer, AggregateRequest, Metric, Step } from '../contract/aggregate.ts';
import { cutSteps, fillSteps, fixedInterval, limitGroupedSteps, type Steps } from './interval.ts';
import { type MetricBucket, metricAggregation, metricValue, NO_EVENTS } from './metric.ts';
import { type Reading, searchStore } from './read-store.ts';
import { all, iso, type ResolvedScope, resolveScope } from './scope.ts';

type Aggregations = Record<string, estypes.AggregationsAggregationContainer>;
type TimeBucket = MetricBucket & { readonly key: number };
type TimeBuckets = { readonly steps?: { readonly buckets: readonly TimeBucket[] } };
type GroupBucket = MetricBucket & TimeBuckets & { readonly key: string | number; readonly key_as_string?: string };
type Wanted = Pick<MetricBucket, 'metric'> &
  TimeBuckets & {
    readonly groups?: { readonly buckets: readonly GroupBucket[]; readonly sum_other_doc_count: number };
  };

/**
 * A number over events: as a whole, by time, by the values of a field, or by both.
 * @throws LogmillError as `searchEvents`, and INTERVAL_TOO_SMALL
 */
export async function aggregateEvents(reading: Reading, request: AggregateRequest): Promise<AggregateAnswer> {
  const scope = resolveScope(request, reading.now);
  const metric: Metric = request.metric ?? { kind: 'count' };
  const steps = request.interval === undefined ? undefined : await stepsOf(reading, scope, request.interval);
  if (steps !== undefined && request.split !== undefined)
    limitGroupedSteps(steps, request.interval!, request.split.size);
  const inner = { ...metricAggregation(metric), ...timeSplit(steps, metric) };
  const found = await searchStore<Wanted>(reading, scope.index, {
    size: 0,
    query: all(scope.filter),
    aggs: request.split === undefined ? inner : { ...metricAggregation(metric), ...fieldSplit(request.split, inner) },
  });
  const { aggregations } = found;
  const series = (buckets: TimeBuckets) => (steps === undefined ? {} : { series: seriesOf(steps, metric, buckets) });
  return {
    count: found.total,
    value: metricValue(metric, { doc_count: found.total, metric: aggregations.metric }),
    interval_ms: steps?.step ?? null,
    ...(request.split === undefined ? series(aggregations) : {}),
    ...(request.split === undefined
      ? {}
      : {
          groups: (aggregations.groups?.buckets ?? []).map((bucket) => ({
            key: String(bucket.key_as_string ?? bucket.key),
            count: bucket.doc_count,
            value: metricValue(metric, bucket),
            ...series(bucket),
          })),
          other: aggregations.groups?.sum_other_doc_count ?? 0,
        }),
  };
}

/**
 * The time steps of a scope. An open end is closed by the events themselves; without any event there is one empty step.
 */
export async function stepsOf(reading: Reading, scope: ResolvedScope, wish: string, most?: number): Promise<Steps> {
  let { from, to } = scope.range;
  if (from === undefined || to === undefined) {
    const { oldest, newest } = await eventSpan(reading, scope);
    from ??= Math.min(oldest ?? reading.now, to ?? Number.POSITIVE_INFINITY);
    to ??= Math.max(newest === undefined ? reading.now : newest + 1, from + 1);
  }
  return cutSteps(from, Math.max(to, from + 1), wish, most);
}

/** Times of the first and the last event of a scope, ms since the epoch; undefined where there is none. */
export async function eventSpan(reading: Reading, scope: Pick<ResolvedScope, 'index' | 'filter'>) {
  type Ends = { oldest?: { value: number | null }; newest?: { value: number | null } };
  const { aggregations } = await searchStore<Ends>(reading, scope.index, {
    size: 0,
    query: all(scope.filter),
    aggs: { oldest: { min: { field: '@timestamp' } }, newest: { max: { field: '@timestamp' } } },
  });
  return { oldest: aggregations.oldest?.value ?? undefined, newest: aggregations.newest?.value ?? undefined };
}

/** A date histogram under `steps`; empty steps are filled in afterwards, so the store need not send them. */
export function timeSplit(steps: Steps | undefined, metric: Metric = { kind: 'count' }): Aggregations {
  if (steps === undefined) return {};
  return {
    steps: {
      date_histogram: { field: '@timestamp', fixed_interval: fixedInterval(steps.step), min_doc_count: 1 },
      aggs: metricAggregation(metric),
    },
  };
}

function fieldSplit({ field, size }: NonNullable<AggregateRequest['split']>, aggs: Aggregations): Aggregations {
  return { groups: { terms: { field, size }, aggs } };
}

function seriesOf(steps: Steps, metric: Metric, buckets: TimeBuckets): Step[] {
  return fillSteps(steps, buckets.steps?.buckets ?? [], (bucket, time) => ({
    time: iso(time),
    count: bucket?.doc_count ?? 0,
    value: metricValue(metric, bucket ?? NO_EVENTS),
  }));
}
