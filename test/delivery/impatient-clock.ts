import type { Clock } from '../../src/model/clock.ts';

const START = Date.now();
const FASTER = 100;

/** A clock that runs a hundred times as fast: waits are short, but do give way to a store that works meanwhile. */
export const impatientClock: Clock = {
  now: () => START + (Date.now() - START) * FASTER,
  steady: () => performance.now() * FASTER,
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds / FASTER);
    return () => clearTimeout(timer);
  },
};
