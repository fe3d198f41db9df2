import type { Alert } from '../model/alert.ts';

/** What a channel was last told about a rule's group. */
export type Told = {
  readonly alert: string;
  readonly state: Alert['state'];
  /** ISO 8601 time of that state. */
  readonly at: string;
};

/** Why something is sent, or why not. */
export type Decision = 'first' | 'changed' | 'already_told' | 'same_incident' | 'outdated';

/** Whether a channel has to hear of the alert, after what it heard last of the same rule and group. */
export function decide(told: Told | undefined, alert: Alert): Decision {
  if (told === undefined) return 'first';
  const same = told.alert === alert.id;
  if (same && told.state === alert.state) return 'already_told';
  if (alert.updated_at < told.at) return 'outdated';
  // Late events may move the start of an alert, and with it its id: people know of it already.
  const ongoing = told.state !== 'resolved' && alert.state === told.state && alert.started_at <= told.at;
  return !same && ongoing ? 'same_incident' : 'changed';
}

/** Whether the decision is to send. */
export function isNews(decision: Decision): boolean {
  return decision === 'first' || decision === 'changed';
}
