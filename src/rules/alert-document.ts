import { type Alert, type AlertState, type AlertStatus, alertEvent, type Severity } from '../model/alert.ts';
import { closeDocument, createDocumentWriter } from '../model/document-writer.ts';
import { ECS_VERSION, type Event } from '../model/event.ts';

const write = createDocumentWriter();

/** The alert as JSON text in the form of every other document. */
export function alertDocument(alert: Alert, namespace: string, ingested: string): string {
  const event: Event = {
    ...alertEvent(alert),
    'ecs.version': ECS_VERSION,
    'data_stream.namespace': namespace,
    'logmill.alert.evidence_index': alert.evidence.map(({ index }) => index),
    ...(alert.sample === undefined ? {} : { 'logmill.alert.sample': alert.sample }),
    ...(alert.runbook === undefined ? {} : { 'logmill.alert.runbook': alert.runbook }),
    ...(alert.note === undefined ? {} : { 'logmill.alert.note': alert.note }),
    ...(alert.by === undefined ? {} : { 'logmill.alert.by': alert.by }),
  };
  return closeDocument(write(event), ingested);
}

type Source = {
  readonly '@timestamp': string;
  readonly message: string;
  readonly rule: { readonly name: string; readonly uuid: string; readonly author?: readonly string[] };
  readonly logmill: {
    readonly alert: {
      readonly id: string;
      readonly severity: Severity;
      readonly group?: readonly string[];
      readonly state: AlertState;
      readonly status: AlertStatus;
      readonly value: number | null;
      readonly threshold: string;
      readonly window: { readonly start: string; readonly end: string };
      readonly started_at: string;
      readonly ended_at?: string;
      readonly evidence?: readonly string[];
      readonly evidence_index?: readonly string[];
      readonly sample?: string;
      readonly runbook?: string;
      readonly note?: string;
      readonly by?: string;
    };
  };
};

/** The alert that alertDocument wrote. */
export function alertOfSource(source: unknown): Alert {
  const { rule, message, '@timestamp': updated, logmill } = source as Source;
  const { group, evidence = [], evidence_index, runbook, note, by, ended_at, ...same } = logmill.alert;
  return {
    ...same,
    rule: { name: rule.name, uuid: rule.uuid, ...(rule.author?.[0] === undefined ? {} : { author: rule.author[0] }) },
    group: Object.fromEntries((group ?? []).map(splitPair)),
    summary: message,
    updated_at: updated,
    evidence: evidence.map((id, at) => ({ index: evidence_index?.[at] ?? '', id })),
    ...(runbook === undefined ? {} : { runbook }),
    ...(note === undefined ? {} : { note }),
    ...(by === undefined ? {} : { by }),
    ...(ended_at === undefined ? {} : { ended_at }),
  };
}

/** Field names hold no equals sign, values may. */
function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
