import { type Client, errors } from '@elastic/elasticsearch';
import { LogmillError } from '../errors.ts';
import type { Alert, AlertState, AlertStatus, Severity } from '../model/alert.ts';
import { ALERTS_INDEX } from '../model/indices.ts';
import { alertDocument, alertOfSource } from './alert-document.ts';
import { every, LENIENT, type Version } from './groups.ts';
import type { Query } from './rule.ts';

/** Where alerts are written: `namespace` is the last part of the alert stream's name, `now` the clock in ms. */
export type Recorder = { readonly client: Client; readonly namespace: string; now(): number };

export type AlertFilter = {
  readonly state?: AlertState;
  readonly status?: AlertStatus;
  readonly severity?: Severity;
  readonly rule?: string;
  /** At most so many; 100 when left out. */
  readonly size?: number;
};

/** Who changed an alert, and why. */
export type Change = { readonly by?: string; readonly note?: string };

const FIELDS = {
  state: 'logmill.alert.state',
  status: 'logmill.alert.status',
  severity: 'logmill.alert.severity',
  rule: 'rule.name',
} as const;

/** Alerts, newest change first, with how many there are in all. */
export async function listAlerts(
  client: Client,
  filter: AlertFilter = {},
): Promise<{ total: number; alerts: Alert[] }> {
  const terms = Object.entries(FIELDS).flatMap(([key, field]) => {
    const value = filter[key as keyof typeof FIELDS];
    return value === undefined ? [] : [{ term: { [field]: value } }];
  });
  return await findAlerts(client, every(...terms), filter.size ?? 100);
}

/** Alerts that a query finds, newest change first. */
export async function findAlerts(
  client: Client,
  query: Query,
  size: number,
): Promise<{ total: number; alerts: Alert[] }> {
  const answer = await client.search({
    index: ALERTS_INDEX,
    ...LENIENT,
    size,
    track_total_hits: true,
    query,
    sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
  } as object);
  const total = answer.hits.total;
  const alerts = answer.hits.hits.map(({ _source }) => alertOfSource(_source));
  return { total: typeof total === 'number' ? total : (total?.value ?? 0), alerts };
}

/** An alert with the version that a change must start from; undefined when there is none. */
export async function readAlert(client: Client, id: string): Promise<{ alert: Alert; version: Version } | undefined> {
  try {
    const found = await client.get({ index: ALERTS_INDEX, id });
    const version = { if_seq_no: found._seq_no!, if_primary_term: found._primary_term! };
    return { alert: alertOfSource(found._source), version };
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 404) return undefined;
    throw error;
  }
}

/** One alert. Throws ALERT_UNKNOWN. */
export async function getAlert(client: Client, id: string): Promise<Alert> {
  const found = await readAlert(client, id);
  if (found === undefined) throw new LogmillError('ALERT_UNKNOWN', { id });
  return found.alert;
}

/** Somebody looks after it; it stays open. Throws ALERT_UNKNOWN, ALERT_BUSY. */
export async function acknowledgeAlert(recorder: Recorder, id: string, change: Change = {}): Promise<Alert> {
  return await changeStatus(recorder, id, 'acknowledged', change);
}

/** Over for people, whatever the condition says: the group opens a new alert only after the condition was false once. Throws as above. */
export async function resolveAlert(recorder: Recorder, id: string, change: Change = {}): Promise<Alert> {
  return await changeStatus(recorder, id, 'resolved', change);
}

/** No alert worth having: muted until the condition was false once. Throws as above. */
export async function dismissAlert(recorder: Recorder, id: string, change: Change = {}): Promise<Alert> {
  return await changeStatus(recorder, id, 'dismissed', change);
}

const ATTEMPTS = 3;

async function changeStatus(recorder: Recorder, id: string, status: AlertStatus, change: Change): Promise<Alert> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await readAlert(recorder.client, id);
    if (found === undefined) throw new LogmillError('ALERT_UNKNOWN', { id });
    const alert: Alert = { ...found.alert, status, ...change };
    if (await writeAlert(recorder, alert, found.version, true)) return alert;
  }
  throw new LogmillError('ALERT_BUSY', { id });
}

/**
 * Writes the current state of an alert over the version given, or as a new document.
 * @returns false when someone else has written in the meantime.
 */
export async function writeAlert(
  { client, namespace, now }: Recorder,
  alert: Alert,
  version: Version | undefined,
  visible = false,
): Promise<boolean> {
  const document = alertDocument(alert, namespace, new Date(now()).toISOString());
  const where = { index: ALERTS_INDEX, id: alert.id, ...(visible ? { refresh: true } : {}) };
  try {
    await client.index({
      ...where,
      ...(version ?? { op_type: 'create' as const }),
      // As an object: the client sends a text as text/plain, which Elasticsearch refuses.
      document: JSON.parse(document) as object,
    });
    return true;
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 409) return false;
    throw error;
  }
}
