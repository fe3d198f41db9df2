import type { Query, Reading } from './rule.ts';
import type { Group } from './state-machine.ts';

/** Groups read at once, and most of them in one evaluation: beyond that a rule says how many it left out. */
const PAGE = 1000;
const MOST_GROUPS = 100_000;

export type Bucket = { readonly group: Group; readonly count: number; readonly aggregations: Record<string, unknown> };

export type GroupQuery = {
  readonly index: string;
  readonly query: Query;
  readonly groupBy: readonly string[];
  /** ms; events in (from, to]. */
  readonly from: number;
  readonly to: number;
  readonly aggs: Readonly<Record<string, Query>>;
};

type CompositeAnswer = {
  readonly after_key?: Record<string, unknown>;
  readonly buckets: readonly ({ key: Record<string, unknown>; doc_count: number } & Record<string, unknown>)[];
};

/** The filter for events in (from, to]. */
export function within(from: number, to: number): Query {
  return { range: { '@timestamp': { gt: new Date(from).toISOString(), lte: new Date(to).toISOString() } } };
}

/** All of the queries at once. */
export function every(...queries: readonly Query[]): Query {
  return { bool: { filter: queries } };
}

/** The events of one group. */
export function ofGroup(group: Group): Query[] {
  return Object.entries(group).map(([field, value]) =>
    value === '' ? { bool: { must_not: [{ exists: { field } }] } } : { term: { [field]: value } },
  );
}

/** Options of every search: an index that does not exist yet is no error, it only has no events. */
export const LENIENT = { ignore_unavailable: true, allow_no_indices: true } as const;

/** Exactly the version of a document that a write replaces. */
export type Version = { readonly if_seq_no: number; readonly if_primary_term: number };

/** Every group that has events, with its count and sub-aggregations; without `groupBy` the one group of everything. */
export async function* readGroups(reading: Reading, wanted: GroupQuery): AsyncGenerator<Bucket> {
  const query = every(wanted.query, within(wanted.from, wanted.to));
  if (wanted.groupBy.length === 0) {
    yield await readAll(reading, wanted, query);
    return;
  }
  const sources = wanted.groupBy.map((field, at) => ({ [`g${at}`]: { terms: { field, missing_bucket: true } } }));
  let after: Record<string, unknown> | undefined;
  for (let read = 0; ; read += PAGE) {
    if (read >= MOST_GROUPS) {
      reading.leftOut(PAGE);
      return;
    }
    const composite = { size: PAGE, sources, ...(after === undefined ? {} : { after }) };
    const answer = await reading.client.search({
      index: wanted.index,
      ...LENIENT,
      size: 0,
      track_total_hits: false,
      query,
      aggs: { groups: { composite, aggs: wanted.aggs } },
    } as object);
    const groups = (answer.aggregations as { groups?: CompositeAnswer } | undefined)?.groups;
    for (const { key, doc_count, ...aggregations } of groups?.buckets ?? []) {
      yield { group: groupOf(wanted.groupBy, key), count: doc_count, aggregations };
    }
    after = groups?.after_key;
    if (after === undefined || (groups?.buckets.length ?? 0) < PAGE) return;
  }
}

async function readAll(reading: Reading, wanted: GroupQuery, query: Query): Promise<Bucket> {
  const answer = await reading.client.search({
    index: wanted.index,
    ...LENIENT,
    size: 0,
    track_total_hits: true,
    query,
    ...(Object.keys(wanted.aggs).length === 0 ? {} : { aggs: wanted.aggs }),
  } as object);
  const total = answer.hits.total;
  const count = typeof total === 'number' ? total : (total?.value ?? 0);
  return { group: {}, count, aggregations: (answer.aggregations ?? {}) as Record<string, unknown> };
}

function groupOf(fields: readonly string[], key: Record<string, unknown>): Group {
  return Object.fromEntries(fields.map((field, at) => [field, String(key[`g${at}`] ?? '')]));
}

/** How many events a bucket of a `filters` aggregation holds. */
export function countOf(bucket: Bucket, aggregation: string, filter: string): number {
  const found = bucket.aggregations[aggregation] as { buckets?: Record<string, { doc_count: number }> } | undefined;
  return found?.buckets?.[filter]?.doc_count ?? 0;
}

/** The number of a single-value aggregation; undefined when there was nothing to measure. */
export function numberOf(bucket: Bucket, aggregation: string): number | undefined {
  const found = bucket.aggregations[aggregation] as { value?: number | null } | undefined;
  return found?.value ?? undefined;
}
