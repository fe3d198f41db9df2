import { every, LENIENT, within } from './groups.ts';
import type { Reading, Rule } from './rule.ts';
import { gridTimeAtOrBefore } from './schedule.ts';

/** Delay between event and store that is looked for again and again: request timeout, longest retry, clock skew. */
export const OVERLAP_MS = 150_000;
const FINEST_BUCKET_MS = 10_000;
const MOST_BUCKETS_OF_LOOK_BACK = 1000;

/** How many of a rule's events lie in (start, start + width], by start. A bucket without events is absent. */
export type Activity = { readonly width: number; readonly from: number; readonly counts: ReadonlyMap<number, number> };

/** Width of a rule's buckets, a multiple of its interval; the same in every process, so that counts can be compared. */
export function bucketWidth(rule: Rule): number {
  const finest = Math.max(FINEST_BUCKET_MS, rule.observer.lookBack / MOST_BUCKETS_OF_LOOK_BACK);
  return rule.interval * Math.ceil(finest / rule.interval);
}

/** Counts the rule's events in (from, until], `from` being moved back to the edge of a bucket. */
export async function readActivity(rule: Rule, reading: Reading, from: number, until: number): Promise<Activity> {
  const width = bucketWidth(rule);
  const start = gridTimeAtOrBefore(from, width);
  const answer = await reading.client.search({
    index: rule.index,
    ...LENIENT,
    size: 0,
    track_total_hits: false,
    query: every(rule.query, within(start, until)),
    aggs: {
      // Buckets begin one millisecond late, so that an event exactly at a grid time belongs to that grid time.
      activity: {
        date_histogram: { field: '@timestamp', fixed_interval: `${width}ms`, offset: '1ms', min_doc_count: 1 },
      },
    },
  } as object);
  const found = answer.aggregations as { activity?: { buckets: readonly { key: number; doc_count: number }[] } };
  const buckets = found?.activity?.buckets ?? [];
  return { width, from: start, counts: new Map(buckets.map(({ key, doc_count }) => [key - 1, doc_count])) };
}

/** Whether anything may have happened in (from, to]; grid times without events need no further search. */
export function hasActivity({ width, counts }: Activity, from: number, to: number): boolean {
  for (let start = gridTimeAtOrBefore(from, width); start < to; start += width) if (counts.has(start)) return true;
  return false;
}

/**
 * Time of the oldest event in (after, until] that came into the store since `ingestedAfter`; undefined when there is none.
 */
export async function oldestArrival(
  rule: Rule,
  reading: Reading,
  span: { readonly after: number; readonly until: number; readonly ingestedAfter: number },
): Promise<number | undefined> {
  if (span.until <= span.after) return undefined;
  const answer = await reading.client.search({
    index: rule.index,
    ...LENIENT,
    size: 0,
    track_total_hits: false,
    query: every(rule.query, within(span.after, span.until), {
      range: { 'event.ingested': { gt: new Date(span.ingestedAfter).toISOString() } },
    }),
    aggs: { oldest: { min: { field: '@timestamp' } } },
  } as object);
  const found = answer.aggregations as { oldest?: { value: number | null } } | undefined;
  return found?.oldest?.value ?? undefined;
}

/**
 * What was there when a stretch of time was last looked at. Only in memory: what is not known counts as changed, and
 * evaluating twice gives the same result.
 */
export class SeenActivity {
  readonly #counts = new Map<number, number>();

  /**
   * Start of the first whole bucket in [from, until) with another count than before; then remembers what is there now.
   * @param newest end of what `activity` covers: a bucket that reaches beyond it is not whole yet.
   */
  firstChange(
    activity: Activity,
    from: number,
    until: number,
    { newest, forgetBefore }: { newest: number; forgetBefore: number },
  ): number | undefined {
    const { width, counts } = activity;
    let changed: number | undefined;
    for (let start = gridTimeAtOrBefore(from, width); start + width <= until && changed === undefined; start += width) {
      if ((counts.get(start) ?? 0) !== (this.#counts.get(start) ?? 0)) changed = start;
    }
    for (const start of this.#counts.keys()) {
      if (start < forgetBefore || (start >= activity.from && !counts.has(start))) this.#counts.delete(start);
    }
    for (const [start, count] of counts) if (start + width <= newest) this.#counts.set(start, count);
    return changed;
  }
}
