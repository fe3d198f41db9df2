import assert from 'node:assert/strict';
import { countBy, MINUTE, REQUESTS, START } from './store-documents.ts';
import { type Bench, type Case, refusalOf } from './store-suite.ts';

type Json = Record<string, unknown>;

/** Aggregations of a search without hits. */
export async function aggregate(
  { client, index }: Bench,
  aggs: Json,
  query: Json = { match_all: {} },
): Promise<Record<string, Json>> {
  const answer = await client.search({ index, size: 0, query, aggs } as object);
  return answer.aggregations as object as Record<string, Json>;
}

function aggregates(title: string, aggs: Json, expected: () => Json): Case {
  return { title, run: async (bench) => assert.deepEqual(await aggregate(bench, aggs), expected()) };
}

const TOOK = REQUESTS.map((one) => one.took);
export const sum = (numbers: readonly number[]) => numbers.reduce((left, right) => left + right, 0);
const HOUR = 60 * MINUTE;

/** Buckets of one aggregation's result. */
export function bucketsOf<B>(result: Json | undefined): B[] {
  return (result?.['buckets'] ?? []) as B[];
}

/** Elasticsearch's order of terms: most frequent first, ties by key. */
function buckets<K extends string | number>(counts: Map<K, number>): { key: K; doc_count: number }[] {
  return [...counts]
    .map(([key, doc_count]) => ({ key, doc_count }))
    .sort((left, right) => right.doc_count - left.doc_count || (left.key < right.key ? -1 : 1));
}

function perHour(holds: (number: number) => boolean = () => true): Map<number, number> {
  const counts = new Map<number, number>();
  REQUESTS.forEach((one, number) => {
    const hour = Math.floor(Date.parse(one['@timestamp']) / HOUR) * HOUR;
    counts.set(hour, (counts.get(hour) ?? 0) + Number(holds(number)));
  });
  return counts;
}

/** One case or more for every aggregation; what is expected is a plain loop over the documents. */
export const aggregationCases: readonly Case[] = [
  aggregates(
    'reckons min, max, avg, sum, count, stats and different values',
    {
      min: { min: { field: 'took' } },
      max: { max: { field: 'took' } },
      avg: { avg: { field: 'took' } },
      sum: { sum: { field: 'took' } },
      count: { value_count: { field: 'tags' } },
      stats: { stats: { field: 'took' } },
      different: { cardinality: { field: 'client.ip' } },
      first: { min: { field: '@timestamp' } },
      none: { max: { field: 'nowhere' } },
    },
    () => ({
      min: { value: 0 },
      max: { value: 7.25 },
      avg: { value: sum(TOOK) / 30 },
      sum: { value: sum(TOOK) },
      count: { value: sum([...countBy((one) => one.tags).values()]) },
      stats: { count: 30, min: 0, max: 7.25, avg: sum(TOOK) / 30, sum: sum(TOOK) },
      different: { value: countBy((one) => one.client.ip).size },
      first: { value: START, value_as_string: '2026-11-21T12:00:00.000Z' },
      none: { value: null },
    }),
  ),
  aggregates(
    'reckons percentiles between neighbours, by name or as a list',
    {
      named: { percentiles: { field: 'took', percents: [50, 75] } },
      listed: { percentiles: { field: 'took', percents: [25], keyed: false } },
    },
    () => ({ named: { values: { '50.0': 3.625, '75.0': 5.4375 } }, listed: { values: [{ key: 25, value: 1.8125 }] } }),
  ),
  aggregates(
    'counts values and says how many it left out',
    {
      names: { terms: { field: 'service.name', size: 2 } },
      status: { terms: { field: 'status' } },
      tags: { terms: { field: 'tags' } },
      ok: { terms: { field: 'ok' } },
    },
    () => ({
      names: {
        doc_count_error_upper_bound: 0,
        sum_other_doc_count: 10,
        buckets: buckets(countBy((one) => one.service.name)).slice(0, 2),
      },
      status: {
        doc_count_error_upper_bound: 0,
        sum_other_doc_count: 0,
        buckets: buckets(countBy((one) => one.status)),
      },
      tags: { doc_count_error_upper_bound: 0, sum_other_doc_count: 0, buckets: buckets(countBy((one) => one.tags)) },
      ok: {
        doc_count_error_upper_bound: 0,
        sum_other_doc_count: 0,
        buckets: [
          { key: 1, key_as_string: 'true', doc_count: 20 },
          { key: 0, key_as_string: 'false', doc_count: 10 },
        ],
      },
    }),
  ),
  {
    title: 'orders values by an inner number, fills in for missing ones, keeps to a pattern',
    run: async (bench) => {
      const { slowest, notes, some } = await aggregate(bench, {
        slowest: {
          terms: { field: 'service.name', order: { 'inner.max': 'desc' } },
          aggs: { inner: { stats: { field: 'took' } } },
        },
        notes: { terms: { field: 'note', missing: 'none' } },
        some: { terms: { field: 'service.name', include: '[a-z]+' } },
      });
      const keys = (result: Json | undefined) => bucketsOf<{ key: string }>(result).map(({ key }) => key);
      assert.deepEqual(keys(slowest), ['Shop', 'cart', 'shop']);
      assert.deepEqual(keys(notes), ['none', 'kept']);
      assert.deepEqual(keys(some), ['cart', 'shop']);
    },
  },
  {
    title: 'counts by the hour, empty hours included',
    run: async (bench) => {
      const extended_bounds = { min: START - 2 * HOUR, max: START + 5 * HOUR };
      const aggs = {
        hours: {
          date_histogram: { field: '@timestamp', fixed_interval: '1h', extended_bounds },
          aggs: { errors: { filter: { term: { ok: false } } } },
        },
      };
      const { hours } = await aggregate(bench, aggs);
      const [all, errors] = [perHour(), perHour((number) => number % 3 === 0)];
      const expected = Array.from({ length: 8 }, (_, at) => START + (at - 2) * HOUR).map((key) => ({
        key_as_string: new Date(key).toISOString(),
        key,
        doc_count: all.get(key) ?? 0,
        errors: { doc_count: errors.get(key) ?? 0 },
      }));
      assert.deepEqual(hours, { buckets: expected });
    },
  },
  aggregates(
    'counts by calendar day of a time zone',
    {
      days: {
        date_histogram: {
          field: '@timestamp',
          calendar_interval: 'day',
          time_zone: 'America/New_York',
          format: 'yyyy-MM-dd',
        },
      },
    },
    () => ({ days: { buckets: [{ key_as_string: '2026-11-21', key: Date.UTC(2026, 10, 21, 5), doc_count: 30 }] } }),
  ),
  aggregates(
    'counts by steps of a number',
    { steps: { histogram: { field: 'took', interval: 2.5, min_doc_count: 1 } } },
    () => ({ steps: { buckets: [0, 2.5, 5].map((key) => ({ key, doc_count: 10 })) } }),
  ),
  aggregates(
    'counts by ranges of numbers and dates, overlapping or not',
    {
      took: { range: { field: 'took', ranges: [{ to: 1 }, { from: 0.5, to: 2, key: 'middle' }, { from: 2 }] } },
      time: { date_range: { field: '@timestamp', format: 'HH:mm', ranges: [{ from: '12:00' }] } },
    },
    () => ({
      took: {
        buckets: [
          { key: '*-1.0', to: 1, doc_count: TOOK.filter((took) => took < 1).length },
          { key: 'middle', from: 0.5, to: 2, doc_count: TOOK.filter((took) => took >= 0.5 && took < 2).length },
          { key: '2.0-*', from: 2, doc_count: TOOK.filter((took) => took >= 2).length },
        ],
      },
      time: { buckets: [{ key: '12:00-*', from: 43_200_000, from_as_string: '12:00', doc_count: 30 }] },
    }),
  ),
  aggregates(
    'counts what each of several queries finds, and the rest',
    {
      named: {
        filters: {
          other_bucket_key: 'fine',
          filters: { slow: { range: { took: { gte: 5 } } }, failed: { term: { ok: false } } },
        },
      },
      listed: { filters: { filters: [{ term: { tags: 'slow' } }] } },
      noteless: { missing: { field: 'note' } },
    },
    () => {
      const [slow, failed] = [REQUESTS.filter((one) => one.took >= 5).length, REQUESTS.filter((one) => !one.ok).length];
      const fine = REQUESTS.filter((one) => one.took < 5 && one.ok).length;
      return {
        named: { buckets: { failed: { doc_count: failed }, slow: { doc_count: slow }, fine: { doc_count: fine } } },
        listed: { buckets: [{ doc_count: 6 }] },
        noteless: { doc_count: 25 },
      };
    },
  ),
  {
    title: 'counts everything beside what the query finds',
    run: async (bench) => {
      const aggs = {
        all: { global: {}, aggs: { longest: { max: { field: 'took' } } } },
        shown: { max: { field: 'took' } },
      };
      const { all, shown } = await aggregate(bench, aggs, { range: { took: { lt: 2 } } });
      assert.deepEqual(all, { doc_count: 30, longest: { value: 7.25 } });
      assert.deepEqual(shown, { value: 1.75 });
    },
  },
  {
    title: 'refuses an aggregation it does not know, and one over analysed text',
    run: async ({ client, index }) => {
      assert.deepEqual(await refusalOf(client.search({ index, aggs: { x: { guess: {} } } } as object)), {
        status: 400,
        type: 'parsing_exception',
      });
      assert.deepEqual(await refusalOf(client.search({ index, aggs: { x: { terms: { field: 'message' } } } })), {
        status: 400,
        type: 'search_phase_execution_exception',
      });
    },
  },
];
