import type { Alert } from '../model/alert.ts';
import type { Recorder } from './alerts.ts';
import { every } from './groups.ts';
import { appendTransitions, settleAlert } from './record.ts';
import type { Query } from './rule.ts';

/** Open alerts of this namespace whose rules are no longer there: nothing would ever end them. */
export function orphanQuery(namespace: string, rules: readonly string[]): Query {
  const open = { terms: { 'logmill.alert.state': ['firing', 'no_data', 'error'] } };
  return every(
    open,
    { term: { 'data_stream.namespace': namespace } },
    { bool: { must_not: [{ terms: { 'rule.name': rules } }] } },
  );
}

/** Ends such an alert and says why. */
export async function resolveOrphan(recorder: Recorder, orphan: Alert): Promise<Alert[]> {
  const time = new Date(recorder.now()).toISOString();
  const summary = `the rule is gone: ${orphan.summary}`;
  const ended: Alert = { ...orphan, state: 'resolved', updated_at: time, ended_at: time, summary };
  await appendTransitions(recorder, [ended]);
  const written = await settleAlert(recorder, { alert: ended, fired: true });
  return written?.status === 'open' || written?.status === 'acknowledged' ? [written] : [];
}
