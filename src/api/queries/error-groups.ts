import type { ErrorGroup, ErrorGroupsAnswer, ErrorGroupsRequest } from '../contract/error-groups.ts';
import { stepsOf } from './aggregate.ts';
import { fillSteps, fixedInterval } from './interval.ts';
import { type Reading, type StoreHit, searchStore } from './read-store.ts';
import { all, iso, resolveScope } from './scope.ts';
import { sourceText } from './source-field.ts';

const GROUP_FIELD = 'error.grouping_key';
/** What is shown of the newest event; a stack trace can be long. */
const SAMPLE_FIELDS = ['error.type', 'error.message', 'message'];
/** Steps of a trend line. */
const TREND_STEPS = 24;

type Bucket = {
  readonly key: string;
  readonly doc_count: number;
  readonly first: { readonly value: number };
  readonly last: { readonly value: number };
  readonly services: { readonly buckets: readonly { readonly key: string; readonly doc_count: number }[] };
  readonly sample: { readonly hits: { readonly hits: readonly StoreHit[] } };
  readonly trend: { readonly buckets: readonly { readonly key: number; readonly doc_count: number }[] };
};
type Wanted = { groups?: { buckets: readonly Bucket[] }; distinct?: { value: number } };

/** Errors that are the same error, largest group first. @throws LogmillError as `searchEvents` */
export async function errorGroups(reading: Reading, request: ErrorGroupsRequest): Promise<ErrorGroupsAnswer> {
  const resolved = resolveScope(request, reading.now);
  const scope = { ...resolved, filter: [...resolved.filter, { exists: { field: GROUP_FIELD } }] };
  const steps = await stepsOf(reading, scope, 'auto', TREND_STEPS);
  const found = await searchStore<Wanted>(reading, scope.index, {
    size: 0,
    query: all(scope.filter),
    aggs: {
      distinct: { cardinality: { field: GROUP_FIELD } },
      groups: {
        terms: { field: GROUP_FIELD, size: request.size },
        aggs: {
          first: { min: { field: '@timestamp' } },
          last: { max: { field: '@timestamp' } },
          services: { terms: { field: 'service.name', size: 5 } },
          sample: { top_hits: { size: 1, sort: [{ '@timestamp': { order: 'desc' } }], _source: SAMPLE_FIELDS } },
          trend: {
            date_histogram: { field: '@timestamp', fixed_interval: fixedInterval(steps.step), min_doc_count: 1 },
          },
        },
      },
    },
  });
  const toGroup = (bucket: Bucket): ErrorGroup => {
    const sample = bucket.sample.hits.hits[0];
    const source = sample?._source ?? {};
    return {
      key: bucket.key,
      type: sourceText(source, 'error.type') ?? null,
      sample: sourceText(source, 'error.message') ?? sourceText(source, 'message') ?? '',
      sample_id: sample?._id ?? '',
      count: bucket.doc_count,
      first_seen: iso(bucket.first.value),
      last_seen: iso(bucket.last.value),
      services: bucket.services.buckets.map(({ key, doc_count }) => ({ name: key, count: doc_count })),
      trend: fillSteps(steps, bucket.trend.buckets, (step) => step?.doc_count ?? 0),
    };
  };
  return {
    total: found.total,
    distinct: found.aggregations.distinct?.value ?? 0,
    span: found.total === 0 ? null : { from: iso(steps.first), to: iso(steps.first + steps.count * steps.step) },
    interval_ms: found.total === 0 ? null : steps.step,
    groups: (found.aggregations.groups?.buckets ?? []).map(toGroup),
  };
}
