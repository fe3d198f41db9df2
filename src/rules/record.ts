import type { Client } from '@elastic/elasticsearch';
import { type Alert, alertId } from '../model/alert.ts';
import { formatDuration } from '../model/units.ts';
import { alertDocument } from './alert-document.ts';
import { type Recorder, readAlert, writeAlert } from './alerts.ts';
import { formatValue } from './condition.ts';
import { every, LENIENT, ofGroup, within } from './groups.ts';
import type { Rule } from './rule.ts';
import type { Group, Transition } from './state-machine.ts';

/** Example events named in an alert. */
const MOST_EVIDENCE = 10;
/** Characters of a message that an alert repeats. */
const LONGEST_SAMPLE = 200;
const ATTEMPTS = 5;

const iso = (time: number) => new Date(time).toISOString();

/** Events that show what fired, newest first, and the beginning of the message of the first. */
export type Found = Pick<Alert, 'evidence' | 'sample'>;

/** The alert that a transition stands for, before anybody touched it. */
export function alertOf(rule: Rule, transition: Transition, found: Found = { evidence: [] }): Alert {
  const { group, to, value, startedAt, at } = transition;
  const ended = to === 'resolved' || to === 'inactive';
  return {
    id: alertId(rule.name, group, startedAt),
    rule: { name: rule.name, uuid: rule.uuid, ...(rule.author === undefined ? {} : { author: rule.author }) },
    severity: rule.severity,
    group,
    state: to,
    status: 'open',
    summary: rule.summary.render({
      ...group,
      rule: rule.name,
      group: groupText(group),
      value: formatValue(value, rule.quantity),
      threshold: rule.when.text,
      window: formatDuration(rule.window),
      severity: rule.severity,
      state: to,
    }),
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
    value,
    threshold: rule.when.text,
    window: { start: iso(transition.window.start), end: iso(transition.window.end) },
    started_at: iso(startedAt),
    updated_at: iso(at),
    ...(ended ? { ended_at: iso(at) } : {}),
    ...found,
  };
}

/** The group for people: `shop`, `nginx.access, shop`; `(none)` where the events lack all its fields. */
export function groupText(group: Group): string {
  const values = Object.values(group);
  if (values.length === 0) return 'everything';
  const named = values.filter((value) => value !== '');
  return named.length === 0 ? '(none)' : named.join(', ');
}

/** Looks for what shows why a rule fires; a transition to any other state needs nothing. */
export async function findEvidence(client: Client, rule: Rule, transition: Transition): Promise<Found> {
  if (transition.to !== 'firing') return { evidence: [] };
  const { start, end } = transition.window;
  const answer = await client.search({
    index: rule.index,
    ...LENIENT,
    size: MOST_EVIDENCE,
    track_total_hits: false,
    _source: ['message'],
    query: every(rule.observer.evidence, ...ofGroup(transition.group), within(start, end)),
    sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
  } as object);
  const { hits } = answer.hits;
  const { message } = (hits[0]?._source ?? {}) as { message?: unknown };
  const sample = typeof message === 'string' ? message.split('\n', 1)[0]!.slice(0, LONGEST_SAMPLE).toWellFormed() : '';
  const evidence = hits.map(({ _index, _id }) => ({ index: _index, id: _id! }));
  return { evidence, ...(sample === '' ? {} : { sample }) };
}

/**
 * Appends transitions to the alert stream. Their ids are made from what they say, so that doing it again after a crash
 * adds nothing.
 */
export async function appendTransitions({ client, namespace, now }: Recorder, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  const index = `logs-logmill.alert-${namespace}`;
  const ingested = iso(now());
  const operations = alerts.flatMap((alert) => [
    { create: { _index: index, _id: `${alert.id}-${alert.state}-${Date.parse(alert.updated_at)}` } },
    alertDocument(alert, namespace, ingested),
  ]);
  const answer = await client.bulk({ operations });
  for (const { create } of answer.items) {
    if (create === undefined || create.status === 201 || create.status === 409) continue;
    throw new Error(`the store refused an alert transition: ${create.error?.type} ${create.error?.reason ?? ''}`);
  }
}

/** What became of one alert: its latest state, and whether it ever was more than pending. */
export type Outcome = { readonly alert: Alert; readonly fired: boolean };

/** The latest state of every alert among transitions that are in order. */
export function outcomesOf(alerts: readonly Alert[]): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const alert of alerts) {
    const before = outcomes.get(alert.id);
    const shown = shownBy(alert, before?.alert);
    const fired = (before?.fired ?? false) || alert.state === 'firing' || alert.state === 'no_data';
    outcomes.set(alert.id, { alert: { ...alert, ...shown }, fired });
  }
  return outcomes;
}

/**
 * Brings the alert's document to the state found. A pending alert has none before it fires. What people did (status,
 * note, by) stays, and so does the evidence of the moment it fired.
 * @returns the alert as written; undefined for one that never fired.
 */
export async function settleAlert(recorder: Recorder, { alert: found, fired }: Outcome): Promise<Alert | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readAlert(recorder.client, found.id);
    if (before === undefined && !fired) return undefined;
    const alert = before === undefined ? asKept(found) : mergeAlert(before.alert, found);
    if (before !== undefined && JSON.stringify(alert) === JSON.stringify(before.alert)) return alert;
    if (await writeAlert(recorder, alert, before?.version)) return alert;
  }
  throw new Error(`alert ${found.id} is being written by too many at once`);
}

/** A document is never pending or inactive: what fired and, seen again with late events, did not, is over. */
function asKept(alert: Alert): Alert {
  return alert.state === 'inactive' || alert.state === 'pending' ? { ...alert, state: 'resolved' } : alert;
}

function mergeAlert(before: Alert, found: Alert): Alert {
  const { ended_at: _ended, ...kept } = before;
  return {
    ...kept,
    ...asKept(found),
    status: before.status,
    ...shownBy(found, before),
    ...(before.note === undefined ? {} : { note: before.note }),
    ...(before.by === undefined ? {} : { by: before.by }),
  };
}

/** What shows why an alert fired: of its newest state that has it. */
function shownBy(alert: Alert, before: Alert | undefined): Found {
  const { evidence, sample } = alert.evidence.length > 0 || before === undefined ? alert : before;
  return { evidence, ...(sample === undefined ? {} : { sample }) };
}
