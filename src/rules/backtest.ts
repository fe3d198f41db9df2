import type { Client } from '@elastic/elasticsearch';
import type { Alert } from '../model/alert.ts';
import { evaluate } from './evaluate.ts';
import { LENIENT } from './groups.ts';
import { alertOf, findEvidence, outcomesOf } from './record.ts';
import type { Rule } from './rule.ts';
import { gridTimeAtOrBefore } from './schedule.ts';
import type { GroupStates } from './state-machine.ts';

/** Grid times whose activity is read in one search. */
const MOST_AT_ONCE = 2000;

export type Backtest = {
  /** Every transition, in order. */
  readonly transitions: readonly Alert[];
  /** The alerts that fired, each in its last state. */
  readonly alerts: readonly Alert[];
  /** Groups left out because there were too many. */
  readonly leftOut: number;
};

/**
 * What the rule would have found in history, by the same evaluator as live; writes nothing.
 * @param from ms; like the first sight of a rule, nothing before it is looked at.
 * @param to ms; the last grid time not after it is the last one evaluated.
 */
export async function backtestRule(rule: Rule, client: Client, from: number, to: number): Promise<Backtest> {
  await client.indices.refresh({ index: rule.index, ...LENIENT });
  let leftOut = 0;
  const reading = {
    client,
    leftOut: (groups: number) => {
      leftOut += groups;
    },
  };
  const transitions: Alert[] = [];
  let states: GroupStates = new Map();
  let after = gridTimeAtOrBefore(from, rule.interval);
  while (after + rule.interval <= to) {
    const until = Math.min(gridTimeAtOrBefore(to, rule.interval), after + MOST_AT_ONCE * rule.interval);
    for await (const evaluated of evaluate(rule, reading, states, { after, until, floor: from })) {
      states = evaluated.states;
      for (const transition of evaluated.transitions) {
        transitions.push(alertOf(rule, transition, await findEvidence(client, rule, transition)));
      }
    }
    after = until;
  }
  const fired = [...outcomesOf(transitions).values()].filter((outcome) => outcome.fired);
  return { transitions, alerts: fired.map(({ alert }) => alert), leftOut };
}
