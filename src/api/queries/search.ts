import type { estypes } from '@elastic/elasticsearch';
import type { SearchAnswer, SearchRequest } from '../contract/search.ts';
import { decodeCursor, encodeCursor, nextCursor } from './cursor.ts';
import { type Reading, searchStore, toHit } from './read-store.ts';
import { all, resolveScope } from './scope.ts';
import { sortBy } from './sort.ts';

type Query = estypes.QueryDslQueryContainer;

/**
 * Events by KQL and time, page by page.
 * @throws LogmillError KQL_SYNTAX, TIME_INVALID, CURSOR_INVALID and those of `searchStore`
 */
export async function searchEvents(reading: Reading, request: SearchRequest): Promise<SearchAnswer> {
  const scope = resolveScope(request, reading.now);
  const cursor = request.cursor === undefined ? undefined : decodeCursor(request.cursor);
  const not: Query[] =
    cursor === undefined || cursor.given.length === 0 ? [] : [{ ids: { values: [...cursor.given] } }];
  const found = await searchStore(reading, scope.index, {
    query: all(scope.filter, not),
    size: request.size,
    sort: await sortBy(reading, scope.index, request.sort),
    ...(cursor?.after == null ? {} : { search_after: [...cursor.after] }),
  });
  const more = request.size > 0 && found.hits.length === request.size;
  return {
    total: found.total + (cursor?.given.length ?? 0),
    took_ms: found.took,
    hits: found.hits.map(toHit),
    cursor: more ? encodeCursor(nextCursor(found.hits, cursor)) : null,
  };
}
