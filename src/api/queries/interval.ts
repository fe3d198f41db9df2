import { LogmillError } from '../../errors.ts';
import { parseDuration } from '../../model/units.ts';

/** More steps than this make neither a readable graph nor a cheap query. */
const MOST_STEPS = 5000;
/** Buckets of all groups together; Elasticsearch itself refuses 65,536. */
const MOST_BUCKETS = 65_000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Wider steps would begin before the earliest time there is. */
const WIDEST_STEP = 36_500 * DAY;
const NICE_STEPS = [
  ...[100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY),
];

/** A closed stretch of time cut into steps that lie on multiples of `step` since the epoch; all in ms. */
export type Steps = { readonly step: number; readonly first: number; readonly count: number };

/** The smallest round step that cuts the span into at most `most` pieces, in ms. */
export function niceStep(span: number, most: number): number {
  return NICE_STEPS.find((step) => span / step <= most) ?? Math.ceil(span / most / DAY) * DAY;
}

/**
 * Cuts [from, to) into steps.
 * @param wish a duration such as 5m, or auto for at most `most` steps
 * @throws LogmillError INTERVAL_TOO_SMALL, REQUEST_INVALID for steps of more than a century
 */
export function cutSteps(from: number, to: number, wish: string, most = 60): Steps {
  const step = wish === 'auto' ? niceStep(to - from, most) : parseDuration(wish);
  if (step > WIDEST_STEP)
    throw new LogmillError('REQUEST_INVALID', { detail: '"interval" is wider than 36500d' }, { key: 'interval' });
  const first = Math.floor(from / step) * step;
  const count = Math.max(1, Math.ceil((to - first) / step));
  const steps = { step, first, count };
  limitSteps(steps, wish, MOST_STEPS);
  return steps;
}

/** Refuses steps that are too many for each of `groups` groups. @throws LogmillError INTERVAL_TOO_SMALL */
export function limitGroupedSteps(steps: Steps, wish: string, groups: number): void {
  limitSteps(steps, wish, Math.floor(MOST_BUCKETS / groups));
}

function limitSteps({ count }: Steps, wish: string, most: number): void {
  if (count > most) throw new LogmillError('INTERVAL_TOO_SMALL', { interval: wish, count, most }, { key: 'interval' });
}

/** `fixed_interval` of a step in ms, in the largest unit that holds it exactly. */
export function fixedInterval(step: number): string {
  for (const [unit, size] of [
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
    ['s', SECOND],
  ] as const) {
    if (step % size === 0) return `${step / size}${unit}`;
  }
  return `${step}ms`;
}

/** One value per step, `make(undefined)` where the store has no bucket. Buckets outside the steps are left out. */
export function fillSteps<Bucket extends { readonly key: number }, Filled>(
  steps: Steps,
  buckets: readonly Bucket[],
  make: (bucket: Bucket | undefined, time: number) => Filled,
): Filled[] {
  const byTime = new Map(buckets.map((bucket) => [bucket.key, bucket]));
  return Array.from({ length: steps.count }, (_, at) => {
    const time = steps.first + at * steps.step;
    return make(byTime.get(time), time);
  });
}
