import type { Alert } from '../model/alert.ts';

/** What a channel was last told about a rule's group. */
export type Told = {
  readonly alert: string;
  readonly state: Alert['state'];
  /** ISO 8601 time of that state. */
  readonly at: string;
};

/** Why something is sent, or why not. */
export type Decision = 'first' | 'changed' | 'already_told' | 'same_incident' | 'outdated' | 'never_told';

/**
 * Whether a channel has to hear of the alert, after what it heard last of the same rule and group.
 * @param givenUp id of the alert that it could not be told of last.
 */
export function decide(told: Told | undefined, alert: Alert, givenUp?: string): Decision {
  const same = told?.alert === alert.id;
  // The end of what nobody heard of is no news; an alert that merely came and went unseen is.
  if (!same && alert.state === 'resolved' && alert.id === givenUp) return 'never_told';
  if (told === undefined) return 'first';
  if (same && told.state === alert.state) return 'already_told';
  // What goes on now is never outdated by another alert, what was over before it is.
  if ((same || alert.state === 'resolved') && alert.updated_at < told.at) return 'outdated';
  // Late events may move the start of an alert, and with it its id: people know of it already.
  const ongoing = told.state !== 'resolved' && alert.state === told.state && alert.started_at <= told.at;
  return !same && ongoing ? 'same_incident' : 'changed';
}

/** Whether the decision is to send. */
export function isNews(decision: Decision): boolean {
  return decision === 'first' || decision === 'changed';
}
