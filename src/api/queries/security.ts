import type { SecurityAnswer, SecurityRequest, Top } from '../contract/security.ts';
import { stepsOf, timeSplit } from './aggregate.ts';
import { fillSteps } from './interval.ts';
import { type Reading, searchStore } from './read-store.ts';
import { all, iso, kqlFilter, resolveScope } from './scope.ts';

const FAILED = 'event.category: authentication and event.outcome: failure';
const SUCCEEDED = 'event.category: authentication and event.outcome: success';
/** Paths only a scanner asks for. Lines that a pipeline already marked count as well. */
const PROBES = `event.category: intrusion_detection or url.path: (${[
  '*/.env*',
  '*/.git/*',
  '*/wp-login.php*',
  '*/xmlrpc.php*',
  '*/phpmyadmin*',
  '*/etc/passwd*',
  '*/cgi-bin/*',
  '*/vendor/phpunit*',
  '*/boaform/*',
  '*/actuator/env*',
].join(' or ')})`;

const FILTERS = { failed: one(FAILED), succeeded: one(SUCCEEDED), probes: one(PROBES) };
const RELEVANT = { bool: { should: Object.values(FILTERS), minimum_should_match: 1 } };

const PARTS = ['failed', 'succeeded', 'probes'] as const;
type Part = (typeof PARTS)[number];
type Terms = { readonly buckets: readonly { readonly key: string; readonly doc_count: number }[] };
type PartBucket = {
  readonly doc_count: number;
  readonly addresses: Terms;
  readonly users: Terms;
  readonly paths: Terms;
  readonly steps?: { readonly buckets: readonly { readonly key: number; readonly doc_count: number }[] };
};
type Wanted = { parts?: { buckets: Record<Part, PartBucket> } };
const NOTHING: PartBucket = {
  doc_count: 0,
  addresses: { buckets: [] },
  users: { buckets: [] },
  paths: { buckets: [] },
};

/** Logins and probes at a glance. @throws LogmillError as `searchEvents` */
export async function securitySummary(reading: Reading, request: SecurityRequest): Promise<SecurityAnswer> {
  const resolved = resolveScope(request, reading.now);
  const scope = { ...resolved, filter: [...resolved.filter, RELEVANT] };
  const steps = await stepsOf(reading, scope, 'auto');
  const top = (field: string) => ({ terms: { field, size: request.size } });
  const { aggregations } = await searchStore<Wanted>(reading, scope.index, {
    size: 0,
    query: all(scope.filter),
    aggs: {
      parts: {
        filters: { filters: FILTERS },
        aggs: {
          addresses: top('source.ip'),
          users: top('user.name'),
          paths: top('url.path'),
          ...timeSplit(steps),
        },
      },
    },
  });
  const part = (name: Part) => aggregations.parts?.buckets[name] ?? NOTHING;
  const counts = (name: Part) => fillSteps(steps, part(name).steps?.buckets ?? [], (step) => step?.doc_count ?? 0);
  const [failed, succeeded, probes] = PARTS.map(counts) as [number[], number[], number[]];
  return {
    logins: { failed: part('failed').doc_count, succeeded: part('succeeded').doc_count },
    probes: part('probes').doc_count,
    failing_addresses: topOf(part('failed').addresses),
    failing_users: topOf(part('failed').users),
    successful_users: topOf(part('succeeded').users),
    probing_addresses: topOf(part('probes').addresses),
    probed_paths: topOf(part('probes').paths),
    interval_ms: steps.step,
    series: failed.map((count, at) => ({
      time: iso(steps.first + at * steps.step),
      failed: count,
      succeeded: succeeded[at]!,
      probes: probes[at]!,
    })),
  };
}

function one(kql: string) {
  return kqlFilter(kql)[0]!;
}

function topOf(terms: Terms): Top {
  return terms.buckets.map(({ key, doc_count }) => ({ key: String(key), count: doc_count }));
}
