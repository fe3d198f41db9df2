import type { DeadLettersAnswer, DeadLettersRequest } from '../contract/dead-letters.ts';
import { type Reading, searchStore } from './read-store.ts';
import { all, DEAD_LETTER_INDICES, iso, resolveScope } from './scope.ts';
import { searchEvents } from './search.ts';

const REASON = 'logmill.dead_letter.reason';
const PIPELINE = 'logmill.dead_letter.pipeline';

type Terms<Inner = object> = { buckets: readonly ({ key: string; doc_count: number } & Inner)[] };
type Wanted = { reasons?: Terms<{ pipelines: Terms<{ last: { value: number } }> }> };

/** Lines that could not become documents: how many by reason and pipeline, and the newest of them whole. */
export async function deadLetters(reading: Reading, request: DeadLettersRequest): Promise<DeadLettersAnswer> {
  const asked = { ...request, index: DEAD_LETTER_INDICES };
  const scope = resolveScope(asked, reading.now);
  const [letters, groups] = await Promise.all([
    searchEvents(reading, { ...asked, sort: '@timestamp:desc' }),
    searchStore<Wanted>(reading, scope.index, {
      size: 0,
      query: all(scope.filter),
      aggs: {
        reasons: {
          terms: { field: REASON, size: 50 },
          aggs: {
            pipelines: { terms: { field: PIPELINE, size: 50 }, aggs: { last: { max: { field: '@timestamp' } } } },
          },
        },
      },
    }),
  ]);
  const rows = (groups.aggregations.reasons?.buckets ?? []).flatMap((reason) =>
    reason.pipelines.buckets.map((pipeline) => ({
      reason: reason.key,
      pipeline: pipeline.key,
      count: pipeline.doc_count,
      last_seen: iso(pipeline.last.value),
    })),
  );
  return {
    total: letters.total,
    groups: rows.sort((left, right) => right.count - left.count),
    letters: letters.hits,
    cursor: letters.cursor,
  };
}
