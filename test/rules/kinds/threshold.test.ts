import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { firstWindow } from '../../../src/rules/kinds/threshold.ts';
import { ruleOf } from '../events.ts';

describe('threshold', () => {
  it('finds a window exactly when any window of that width holds enough, wherever it lies', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 });
    const cases = fc.tuple(
      times,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([events, width, since, least]) => {
        const counts = new Map<number, number>();
        for (const time of events) counts.set(time, (counts.get(time) ?? 0) + 1);
        const moments = [...counts].sort(([one], [other]) => one - other).map(([time, count]) => ({ time, count }));
        const found = await firstWindow(moments, width, since, (count) => count >= least);
        const inside = (end: number) => events.filter((time) => time > end - width && time <= end).length;
        const first = moments.map(({ time }) => time).find((end) => end > since && inside(end) >= least);
        assert.equal(found?.span.end, first);
        if (first !== undefined)
          assert.deepEqual(found, { count: inside(first), span: { start: first - width, end: first } });
      }),
    );
  });

  it('counts upwards only: "less than" is another kind of question', () => {
    assert.throws(() => ruleOf({ kind: 'threshold', when: '< 5' }), /when must be > or >=/);
  });

  it('looks back over a window and an interval, so that windows may slide', () => {
    assert.equal(ruleOf({ kind: 'threshold', window: '5m', interval: '30s', when: '> 5' }).observer.lookBack, 330_000);
  });
});
