import type { PageService } from '../contract/page.ts';
import { ERROR } from './level-histogram.ts';
import { type Reading, searchStore } from './read-store.ts';
import { all, kqlFilter, type ResolvedScope } from './scope.ts';

/** Services looked at; the page shows fewer. */
const MOST_SERVICES = 100;

type Bucket = {
  readonly key: string;
  readonly doc_count: number;
  readonly judged: { readonly buckets: { readonly errors: { readonly doc_count: number } } };
};
type Wanted = { services?: { readonly buckets: readonly Bucket[] } };

/** Where events come from, and how many of them are errors: most errors first. @throws LogmillError as `searchEvents` */
export async function servicesOf(reading: Reading, scope: ResolvedScope): Promise<PageService[]> {
  const { aggregations } = await searchStore<Wanted>(reading, scope.index, {
    size: 0,
    query: all(scope.filter),
    aggs: {
      services: {
        terms: { field: 'service.name', size: MOST_SERVICES },
        aggs: { judged: { filters: { filters: { errors: kqlFilter(ERROR)[0]! } } } },
      },
    },
  });
  return (aggregations.services?.buckets ?? [])
    .map(({ key, doc_count, judged }) => ({ name: key, events: doc_count, errors: judged.buckets.errors.doc_count }))
    .sort((left, right) => right.errors - left.errors || right.events - left.events);
}
