import type { Clock } from '../../src/delivery/clock.ts';

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
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      waits.push(milliseconds);
      setImmediate(fire);
      return () => void timers.delete(timer);
    },
  };
}
