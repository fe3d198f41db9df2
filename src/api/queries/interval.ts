import { LogmillError } from '../../errors.ts';
import { parseDuration } from '../../model/units.ts';

/** More steps than this make neither a readable graph nor a cheap query. */
const MOST_STEPS = 5000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
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
 * @throws LogmillError INTERVAL_TOO_SMALL
 */
export function cutSteps(from: number, to: number, wish: string, most = 60): Steps {
  const step = wish === 'auto' ? niceStep(to - from, most) : parseDuration(wish);
  const first = Math.floor(from / step) * step;
  const count = Math.max(1, Math.ceil((to - first) / step));
  if (count > MOST_STEPS)
    throw new LogmillError('INTERVAL_TOO_SMALL', { interval: wish, count, most: MOST_STEPS }, { key: 'interval' });
  return { step, first, count };
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
