import type { Alert } from '../../model/alert.ts';
import { acknowledgeAlert, dismissAlert, getAlert, listAlerts, resolveAlert } from '../../rules/alerts.ts';
import type { AlertAction, AlertsAnswer, AlertsRequest, AlertView } from '../contract/alerts.ts';
import { asking, type Reading } from './read-store.ts';

/** States in which an alert needs somebody. */
const ALARMING = new Set(['firing', 'no_data', 'error']);
const BY_SEVERITY = ['critical', 'error', 'warning', 'info'];
const MOST_OPEN = 50;
const ACTIONS = { acknowledge: acknowledgeAlert, resolve: resolveAlert, dismiss: dismissAlert } as const;

/** Alerts, newest change first. @throws LogmillError as `searchStore` */
export async function alertsBy({ store }: Reading, request: AlertsRequest): Promise<AlertsAnswer> {
  const { total, alerts } = await asking(store, () => listAlerts(store.client, request));
  return { total, alerts: alerts.map(toView) };
}

/** @throws LogmillError ALERT_UNKNOWN */
export async function alertById({ store }: Reading, id: string): Promise<AlertView> {
  return toView(await asking(store, () => getAlert(store.client, id)));
}

/**
 * Does what a person wants with an alert. `by` is always that of the last action, also where it says none: nobody shall
 * be named for what somebody else did. A note stays until there is another.
 * @throws LogmillError ALERT_UNKNOWN, ALERT_BUSY
 */
export async function actOnAlert(
  { store, now }: Reading,
  namespace: string,
  id: string,
  action: AlertAction,
  change: { note?: string; by?: string },
): Promise<AlertView> {
  const recorder = { client: store.client, namespace, now: () => now };
  const { by, note } = change;
  const said = { by, ...(note === undefined ? {} : { note }) };
  return toView(await asking(store, () => ACTIONS[action](recorder, id, said)));
}

/** Alerts that need somebody, worst first. */
export async function openAlerts(reading: Reading): Promise<AlertView[]> {
  const [open, acknowledged] = await Promise.all([
    alertsBy(reading, { status: 'open', size: MOST_OPEN }),
    alertsBy(reading, { status: 'acknowledged', size: MOST_OPEN }),
  ]);
  return [...open.alerts, ...acknowledged.alerts]
    .filter(({ state }) => ALARMING.has(state))
    .sort((left, right) => BY_SEVERITY.indexOf(left.severity) - BY_SEVERITY.indexOf(right.severity));
}

/** The contract's types are those of a parsed body, so they are not readonly. */
function toView(alert: Alert): AlertView {
  return alert as AlertView;
}
