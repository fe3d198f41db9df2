import type { Alert } from '../../src/model/alert.ts';

/** An alert of tests. */
export function alertOf(changes: Partial<Alert> = {}): Alert {
  return {
    id: 'a1',
    rule: { name: 'failed-logins', uuid: 'u1', author: 'ann' },
    severity: 'error',
    group: { 'source.ip': '203.0.113.7' },
    state: 'firing',
    status: 'open',
    summary: '12 failed logins from 203.0.113.7 within 5m',
    runbook: 'https://runbooks.example/logins',
    value: 12,
    threshold: '>= 10',
    window: { start: '2026-11-21T09:55:00.000Z', end: '2026-11-21T10:00:00.000Z' },
    started_at: '2026-11-21T10:00:00.000Z',
    updated_at: '2026-11-21T10:00:00.000Z',
    evidence: [{ index: 'logs-system.auth-default', id: 'e1' }],
    ...changes,
  };
}

/** The same alert when it is over. */
export function resolvedOf(changes: Partial<Alert> = {}): Alert {
  const time = '2026-11-21T10:10:00.000Z';
  return alertOf({ state: 'resolved', updated_at: time, ended_at: time, ...changes });
}
