import { type Activity, hasActivity, readActivity } from './activity.ts';
import type { Reading, Rule } from './rule.ts';
import { gridTimes } from './schedule.ts';
import { type GroupStates, step, type Transition } from './state-machine.ts';

export type Evaluated = {
  readonly gridTime: number;
  readonly states: GroupStates;
  readonly transitions: readonly Transition[];
};

export type Stretch = {
  /** Evaluates the grid times in (after, until], ms. */
  readonly after: number;
  readonly until: number;
  /** Nothing before this time is looked at: the start of the rule. */
  readonly floor: number;
  readonly activity?: Activity;
};

/**
 * The one evaluator: live, catch-up and backtest. Goes through the grid times in order, asks the kind where there are
 * events at all, and moves the state machine. Rejects when the store cannot be read; nothing has changed then.
 */
export async function* evaluate(
  rule: Rule,
  reading: Reading,
  before: GroupStates,
  { after, until, floor, activity: known }: Stretch,
): AsyncGenerator<Evaluated> {
  const { lookBack } = rule.observer;
  const activity = known ?? (await readActivity(rule, reading, Math.max(floor, after - lookBack), until));
  let states = before;
  for (const gridTime of gridTimes(after, until, rule.interval)) {
    const from = Math.max(floor, gridTime - lookBack);
    const quiet = !hasActivity(activity, from, gridTime);
    const seen = quiet ? [] : await rule.observer.observe(reading, { from, to: gridTime, gridTime });
    const next = step(rule.machine, states, gridTime, seen);
    if (next.leftOut > 0) reading.leftOut(next.leftOut);
    states = next.states;
    yield { gridTime, states, transitions: next.transitions };
  }
}
