import { type Alert, alertId } from '../model/alert.ts';
import { ALERTS_INDEX } from '../model/indices.ts';
import { findAlerts, type Recorder } from './alerts.ts';
import { every } from './groups.ts';
import { type Outcome, settleAlert } from './record.ts';
import type { Rule } from './rule.ts';
import type { GroupStates } from './state-machine.ts';

/** Alerts of one rule in one stretch of time: more than its state can hold at once. */
const MOST_ALERTS = 5000;

export type Reevaluated = {
  /** Grid times in (after, until] have been evaluated again because late events arrived. */
  readonly after: number;
  readonly until: number;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** The states after `until`. */
  readonly groups: GroupStates;
};

/**
 * Alerts recorded in the stretch that a second look no longer finds: those that never were are withdrawn, those ended
 * too early are opened again. So the alerts depend only on the events, not on the order in which they arrived.
 * @returns the alerts changed, and of each withdrawn one the id of the alert that takes its place, if any.
 */
export async function reconcile(
  recorder: Recorder,
  rule: Rule,
  again: Reevaluated,
): Promise<{ changed: Alert[]; replacements: Map<string, Alert> }> {
  await recorder.client.indices.refresh({ index: ALERTS_INDEX, ignore_unavailable: true });
  const stretch = { gt: new Date(again.after).toISOString(), lte: new Date(again.until).toISOString() };
  const query = every(
    { term: { 'rule.name': rule.name } },
    { bool: { should: [{ range: { '@timestamp': stretch } }, { range: { 'logmill.alert.started_at': stretch } }] } },
  );
  const { alerts } = await findAlerts(recorder.client, query, MOST_ALERTS);
  const present = presentAlerts(rule, again.groups);
  const changed: Alert[] = [];
  const replacements = new Map<string, Alert>();
  for (const alert of alerts) {
    if (alert.state === 'error' || again.outcomes.has(alert.id)) continue;
    const verdict = judge(alert, present.get(alert.id), again);
    if (verdict === undefined) continue;
    const written = await settleAlert(recorder, { alert: verdict, fired: true });
    if (written !== undefined) changed.push(written);
    if (verdict.state === 'resolved') noteReplacement(replacements, alert, again.outcomes);
  }
  return { changed, replacements };
}

function presentAlerts(rule: Rule, groups: GroupStates): Map<string, 'pending' | 'firing' | 'no_data'> {
  return new Map([...groups.values()].map(({ group, since, phase }) => [alertId(rule.name, group, since), phase]));
}

/** What the recorded alert should be now; undefined when it is right as it is. */
function judge(
  alert: Alert,
  phase: 'pending' | 'firing' | 'no_data' | undefined,
  again: Reevaluated,
): Alert | undefined {
  const over = alert.state === 'resolved';
  if (phase === 'firing' || phase === 'no_data') return over ? { ...alert, state: phase } : undefined;
  const begun = Date.parse(alert.started_at) > again.after;
  if (over && !(begun && phase === undefined && !isWithdrawn(alert))) return undefined;
  if (!begun && phase === undefined) return undefined;
  const time = new Date(again.until).toISOString();
  return {
    ...alert,
    state: 'resolved',
    updated_at: time,
    ended_at: alert.started_at,
    summary: `${WITHDRAWN}${alert.summary}`,
  };
}

const WITHDRAWN = 'withdrawn after late events: ';

function isWithdrawn(alert: Alert): boolean {
  return alert.summary.startsWith(WITHDRAWN);
}

/** The alert of the same group that the second look found in its place: the same incident with another start. */
function noteReplacement(into: Map<string, Alert>, withdrawn: Alert, outcomes: ReadonlyMap<string, Outcome>): void {
  const group = JSON.stringify(withdrawn.group);
  for (const { alert, fired } of outcomes.values()) {
    if (fired && JSON.stringify(alert.group) === group) into.set(alert.id, withdrawn);
  }
}
