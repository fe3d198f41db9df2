import { createHash } from 'node:crypto';
import type { Event } from './event.ts';

export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** States of the evaluator; `no_data` and `error` are states of their own. */
export const ALERT_STATES = ['inactive', 'pending', 'firing', 'resolved', 'no_data', 'error'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** What people did with an alert. */
export const ALERT_STATUSES = ['open', 'acknowledged', 'resolved', 'dismissed'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** One alert: the current state as kept in `logmill-alerts`; each transition also goes to `logs-logmill.alert-*`. Times are ISO 8601 UTC. */
export type Alert = {
  /** Hash of rule, group and started_at. */
  readonly id: string;
  readonly rule: { readonly name: string; readonly uuid: string; readonly author?: string };
  readonly severity: Severity;
  /** Values of the rule's `group_by` fields; empty for an ungrouped rule. */
  readonly group: Readonly<Record<string, string>>;
  readonly state: AlertState;
  readonly status: AlertStatus;
  readonly summary: string;
  readonly runbook?: string;
  readonly value: number | null;
  readonly threshold: string;
  readonly window: { readonly start: string; readonly end: string };
  readonly started_at: string;
  readonly updated_at: string;
  readonly ended_at?: string;
  /** `_index` and `_id` of example events, at most ten. */
  readonly evidence: readonly { readonly index: string; readonly id: string }[];
  /** Beginning of the message of the newest of them; absent where it has none. */
  readonly sample?: string;
  readonly note?: string;
  readonly by?: string;
};

/**
 * Identity of an alert: the same rule, group and start is the same alert, whoever evaluates it and when.
 * @param startedAt ms since the epoch.
 */
export function alertId(rule: string, group: Alert['group'], startedAt: number): string {
  const identity = JSON.stringify([rule, Object.entries(group), startedAt]);
  return createHash('sha256').update(identity).digest('base64url').slice(0, 22);
}

/** Identity of the alert that says that a rule cannot be evaluated; it never is that of an alert of the rule. */
export function failureId(rule: string, startedAt: number): string {
  return alertId(`${rule}!error`, {}, startedAt);
}

/** Whether the alert, also once it is over, says that its rule cannot be evaluated. */
export function isFailure({ id, rule, started_at }: Alert): boolean {
  return id === failureId(rule.name, Date.parse(started_at));
}

/** The alert as an ECS event (`event.kind: alert`, `rule.*`, `logmill.alert.*`). */
export function alertEvent(alert: Alert): Event {
  return {
    '@timestamp': alert.updated_at,
    message: alert.summary,
    'event.kind': 'alert',
    'event.dataset': 'logmill.alert',
    'rule.name': alert.rule.name,
    'rule.uuid': alert.rule.uuid,
    ...(alert.rule.author === undefined ? {} : { 'rule.author': [alert.rule.author] }),
    'logmill.alert.id': alert.id,
    'logmill.alert.severity': alert.severity,
    'logmill.alert.group': Object.entries(alert.group).map(([field, value]) => `${field}=${value}`),
    'logmill.alert.state': alert.state,
    'logmill.alert.status': alert.status,
    'logmill.alert.value': alert.value,
    'logmill.alert.threshold': alert.threshold,
    'logmill.alert.window.start': alert.window.start,
    'logmill.alert.window.end': alert.window.end,
    'logmill.alert.started_at': alert.started_at,
    ...(alert.ended_at === undefined ? {} : { 'logmill.alert.ended_at': alert.ended_at }),
    'logmill.alert.evidence': alert.evidence.map(({ id }) => id),
  };
}
