import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { gridTimes, planGrid } from '../../src/rules/schedule.ts';

const HOUR = 3_600_000;

describe('grid times', () => {
  it('are multiples of the interval, after the first and not after the last time', () => {
    assert.deepEqual([...gridTimes(25, 60, 10)], [30, 40, 50, 60]);
    assert.deepEqual([...gridTimes(30, 60, 15)], [45, 60]);
    assert.deepEqual([...gridTimes(30, 30, 15)], []);
  });

  it('come each exactly once, however often the clock is looked at', () => {
    const looks = fc.array(fc.integer({ min: 0, max: 10 * HOUR }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        looks,
        fc.constantFrom(1000, 30_000, 60_000, 90_000),
        fc.integer({ min: 1, max: 500 }),
        (times, interval, limit) => {
          const seen: number[] = [];
          let cursor = 0;
          for (const now of times.toSorted((one, other) => one - other)) {
            const plan = planGrid(cursor, now, interval, 24 * HOUR, limit);
            assert.equal(plan.leftOut, undefined);
            seen.push(...gridTimes(plan.after, plan.until, interval));
            cursor = plan.until;
          }
          assert.deepEqual(seen, [...gridTimes(0, cursor, interval)]);
        },
      ),
    );
  });

  it('further back than the catch-up are left out, and the plan says how many', () => {
    const plan = planGrid(0, 30 * HOUR, HOUR, 24 * HOUR, 1000);
    assert.deepEqual(plan, { after: 6 * HOUR, until: 30 * HOUR, leftOut: { after: 0, until: 6 * HOUR, count: 6 } });
  });

  it('are due also for a rule whose interval is longer than the catch-up', () => {
    const plan = planGrid(0, 48 * HOUR, 48 * HOUR, 24 * HOUR, 1000);
    assert.deepEqual([plan.after, plan.until, plan.leftOut], [0, 48 * HOUR, undefined]);
  });
});
