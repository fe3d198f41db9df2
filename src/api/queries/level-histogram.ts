import { PAGE_LEVELS, type PageHistogram, type PageLevel } from '../contract/page.ts';
import { timeSplit } from './aggregate.ts';
import { fillSteps, type Steps } from './interval.ts';
import { type Reading, searchStore } from './read-store.ts';
import { all, iso, kqlFilter, type ResolvedScope } from './scope.ts';

/** An error as the contracts define it; requests without a level count by their status. Each level leaves out those before it. */
export const ERROR = 'log.level: (error or fatal) or error.grouping_key: * or http.response.status_code >= 500';
const WARN = 'log.level: warn or (http.response.status_code >= 400 and http.response.status_code < 500)';
const INFO = 'log.level: info or (http.response.status_code >= 100 and http.response.status_code < 400)';
const DEBUG = 'log.level: (debug or trace)';
const KQL: Readonly<Record<Exclude<PageLevel, 'other'>, string>> = {
  error: ERROR,
  warn: `(${WARN}) and not (${ERROR})`,
  info: `(${INFO}) and not (${ERROR}) and not (${WARN})`,
  debug: `(${DEBUG}) and not (${ERROR}) and not (${WARN}) and not (${INFO})`,
};

const FILTERS = Object.fromEntries(Object.entries(KQL).map(([level, kql]) => [level, kqlFilter(kql)[0]!]));

type Buckets = { readonly buckets: readonly { readonly key: number; readonly doc_count: number }[] };
type Wanted = {
  levels?: { buckets: Record<keyof typeof KQL, { doc_count: number; steps?: Buckets }> };
  steps?: Buckets;
};

/** Events over time by level. @throws LogmillError as `searchEvents` */
export async function levelHistogram(reading: Reading, scope: ResolvedScope, steps: Steps): Promise<PageHistogram> {
  const { aggregations, total } = await searchStore<Wanted>(reading, scope.index, {
    size: 0,
    query: all(scope.filter),
    aggs: { levels: { filters: { filters: FILTERS }, aggs: timeSplit(steps) }, ...timeSplit(steps) },
  });
  const everything = fillSteps(steps, aggregations.steps?.buckets ?? [], (step) => step?.doc_count ?? 0);
  const known = levels((level) =>
    level === 'other'
      ? []
      : fillSteps(steps, aggregations.levels?.buckets[level].steps?.buckets ?? [], (step) => step?.doc_count ?? 0),
  );
  const count = (level: PageLevel, at: number): number => {
    if (level !== 'other') return known[level][at]!;
    const rest = PAGE_LEVELS.reduce((sum, other) => sum - (known[other][at] ?? 0), everything[at]!);
    return Math.max(0, rest);
  };
  const totals = levels((level) => (level === 'other' ? 0 : (aggregations.levels?.buckets[level].doc_count ?? 0)));
  return {
    interval_ms: steps.step,
    steps: everything.map((_, at) => ({
      time: iso(steps.first + at * steps.step),
      counts: levels((level) => count(level, at)),
    })),
    conditions: { error: KQL.error, warn: KQL.warn },
    totals: { ...totals, other: Math.max(0, total - totals.error - totals.warn - totals.info - totals.debug) },
  };
}

function levels<Value>(make: (level: PageLevel) => Value): Record<PageLevel, Value> {
  return Object.fromEntries(PAGE_LEVELS.map((level) => [level, make(level)])) as Record<PageLevel, Value>;
}
