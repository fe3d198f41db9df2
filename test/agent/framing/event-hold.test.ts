import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventHold } from '../../../src/agent/framing/event-hold.ts';

/** A hold with timers that are fired by hand, in the order of their making. */
function held(timeout: number) {
  const timers: { readonly ms: number; run: (() => void) | undefined }[] = [];
  let woken = 0;
  const context = {
    after: (ms: number, run: () => void) => {
      const timer: (typeof timers)[number] = { ms, run };
      timers.push(timer);
      return () => {
        timer.run = undefined;
      };
    },
    saved: async () => {},
  };
  const hold = new EventHold(timeout, [], context, () => woken++);
  const pass = () => timers.findLast(({ run }) => run !== undefined)?.run?.();
  return { hold, pass, timers, woken: () => woken };
}

test('an event that has waited its time ends, whatever the clock of the machine says by then', async (t) => {
  const { hold, pass, timers, woken } = held(300);
  hold.wait(100);
  assert.deepEqual(
    timers.map(({ ms }) => ms),
    [300],
  );
  // The clock is set back by a day while it waits.
  t.mock.timers.enable({ apis: ['Date'], now: 0 });
  pass();
  assert.equal(woken(), 1);
  hold.wait(100);
  await hold.finish();
  assert.deepEqual(hold.cuts, [100]);
});

test('an event that goes on waits its whole time anew, and being looked at before that changes nothing', async () => {
  const { hold, pass, timers } = held(300);
  hold.wait(100);
  hold.wait(100);
  assert.equal(timers.length, 1);
  hold.wait(150);
  assert.deepEqual(
    timers.map(({ run }) => run === undefined),
    [true, false],
  );
  pass();
  hold.wait(150);
  await hold.finish();
  assert.deepEqual(hold.cuts, [150]);
});
