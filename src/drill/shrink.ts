import type { Schedule, Step } from './schedule.ts';

/** Tries of one schedule: some failures depend on how fast the machine is, and would be shrunk for ever. */
const MOST_TRIES = 60;

/**
 * Drops steps from a schedule for as long as what is left still fails: first halves, then smaller and smaller parts.
 * @returns the smallest one that failed
 */
export async function shrink(schedule: Schedule, fails: (smaller: Schedule) => Promise<boolean>): Promise<Schedule> {
  let steps: readonly Step[] = schedule.steps;
  let tries = 0;
  for (let size = steps.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < steps.length && tries < MOST_TRIES; ) {
      tries++;
      const without = steps.toSpliced(at, size);
      if (await fails({ ...schedule, steps: without })) steps = without;
      else at += size;
    }
  }
  return { ...schedule, steps: [...steps] };
}
