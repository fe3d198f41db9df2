import type { Alert } from '../model/alert.ts';
import type { Template } from '../model/template.ts';
import type { Links, Notification } from './channel.ts';

/** Placeholders of a channel's `title`. */
export const TEXT_NAMES: readonly string[] = [
  'state',
  'summary',
  'rule',
  'group',
  'severity',
  'threshold',
  'started_at',
  'runbook',
];

/** The texts of an alert. A title that comes out empty is replaced: a template never costs a notification. */
export function notificationOf(alert: Alert, title: Template, links?: Links): Notification {
  const group = Object.values(alert.group).join(', ');
  const values = {
    state: STATES[alert.state] ?? alert.state,
    summary: alert.summary,
    rule: alert.rule.name,
    group: group === '' ? 'everything' : group,
    severity: alert.severity,
    threshold: alert.threshold,
    started_at: alert.started_at,
    runbook: alert.runbook ?? '',
  };
  const line = title.render(values).trim();
  return {
    alert,
    title: line === '' ? `${values.state} ${alert.summary}` : line,
    text: textOf(alert, values.state, links),
    ...(links === undefined ? {} : { links }),
  };
}

const STATES: Partial<Record<Alert['state'], string>> = {
  firing: 'FIRING',
  resolved: 'RESOLVED',
  no_data: 'NO DATA',
  error: 'ERROR',
};

function textOf(alert: Alert, state: string, links: Links | undefined): string {
  const rows: (readonly [string, string | undefined])[] = [
    ['State', state],
    ['Severity', alert.severity],
    ['Rule', alert.rule.author === undefined ? alert.rule.name : `${alert.rule.name} by ${alert.rule.author}`],
    ...Object.entries(alert.group),
    ['Condition', alert.threshold],
    ['Window', `${alert.window.start} to ${alert.window.end}`],
    ['Since', alert.started_at],
    ['Until', alert.ended_at],
    ['Runbook', alert.runbook],
    ['Sample', alert.sample],
    ['Events', alert.evidence.length === 0 ? undefined : alert.evidence.map(({ id }) => id).join(' ')],
    ['Alert', alert.id],
    ['Page', links?.alert],
  ];
  const lines = rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${alert.summary}\n\n${lines.join('\n')}\n`;
}
