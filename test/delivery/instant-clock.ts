import type { Clock } from '../../src/model/clock.ts';

/** A test that waits so often waits for ever. */
const MOST_WAITS = 20_000;

/** A clock whose waits are over at once, in the order of their ends; `now` moves with them. */
export function instantClock(start = Date.UTC(2026, 0, 1)): Clock & { waits: number[] } {
  const timers = new Set<{ at: number; run: () => void }>();
  const waits: number[] = [];
  let now = start;
  function fire(): void {
    const next = [...timers].toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined) return;
    timers.delete(next);
    now = Math.max(now, next.at);
    next.run();
  }
  return {
    waits,
    now: () => now,
    steady: () => now,
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      waits.push(milliseconds);
      if (waits.length > MOST_WAITS) throw new Error('the test never comes to an end');
      setImmediate(fire);
      return () => void timers.delete(timer);
    },
  };
}
