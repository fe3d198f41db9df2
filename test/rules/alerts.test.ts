import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { ALERT_STATES, ALERT_STATUSES, type Alert, SEVERITIES } from '../../src/model/alert.ts';
import { alertDocument, alertOfSource } from '../../src/rules/alert-document.ts';
import { acknowledgeAlert, getAlert, listAlerts, writeAlert } from '../../src/rules/alerts.ts';
import { freshName } from './events.ts';
import { homes } from './homes.ts';
import { T0 } from './running.ts';

const ALERT: Alert = {
  id: 'a',
  rule: { name: 'rule', uuid: 'u' },
  severity: 'error',
  group: { 'source.ip': '203.0.113.7' },
  state: 'firing',
  status: 'open',
  summary: 'it is bad',
  value: 7,
  threshold: '> 5',
  window: { start: '2026-11-21T09:55:00.000Z', end: '2026-11-21T10:00:00.000Z' },
  started_at: '2026-11-21T10:00:00.000Z',
  updated_at: '2026-11-21T10:00:00.000Z',
  evidence: [{ index: 'logs-x', id: 'e1' }],
};

const time = fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString());
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const anyAlert: fc.Arbitrary<Alert> = fc.record(
  {
    id: text,
    rule: fc.record({ name: text, uuid: text, author: text }, { requiredKeys: ['name', 'uuid'] }),
    severity: fc.constantFrom(...SEVERITIES),
    group: fc.dictionary(fc.constantFrom('source.ip', 'service.name', 'a'), text),
    state: fc.constantFrom(...ALERT_STATES),
    status: fc.constantFrom(...ALERT_STATUSES),
    summary: text,
    runbook: text,
    value: fc.oneof(
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    ),
    threshold: text,
    window: fc.record({ start: time, end: time }),
    started_at: time,
    updated_at: time,
    ended_at: time,
    evidence: fc.array(fc.record({ index: text, id: text }), { maxLength: 10 }),
    sample: text,
    note: text,
    by: text,
  },
  {
    requiredKeys: [
      'id',
      'rule',
      'severity',
      'group',
      'state',
      'status',
      'summary',
      'value',
      'threshold',
      'window',
      'started_at',
      'updated_at',
      'evidence',
    ],
  },
);

describe('the document of an alert', () => {
  it('gives back exactly the alert that went in', () => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        const plain = JSON.parse(JSON.stringify(alert)) as Alert;
        assert.deepEqual(alertOfSource(JSON.parse(alertDocument(alert, 'default', T0.toString()))), plain);
      }),
    );
  });
});

for (const home of homes()) {
  describe(`alerts on ${home.name}`, async () => {
    const { client, close } = await home.open();
    after(close);
    const recorder = { client, namespace: 'default', now: () => T0 };

    it('are listed newest change first, by state, status, severity and rule, with their total', async () => {
      const rule = { name: freshName('rule'), uuid: 'u' };
      const make = (id: string, minute: number, changes: Partial<Alert> = {}): Alert => {
        return {
          ...ALERT,
          id: freshName(id),
          rule,
          updated_at: new Date(T0 + minute * 60_000).toISOString(),
          ...changes,
        };
      };
      const alerts = [make('a', 1), make('b', 3, { state: 'resolved' }), make('c', 2, { severity: 'critical' })];
      for (const alert of alerts) assert.equal(await writeAlert(recorder, alert, undefined, true), true);
      const [a, b, c] = alerts;
      const ids = async (filter: object) =>
        (await listAlerts(client, { rule: rule.name, ...filter })).alerts.map(({ id }) => id);
      assert.deepEqual(await ids({}), [b!.id, c!.id, a!.id]);
      assert.deepEqual(await ids({ state: 'firing' }), [c!.id, a!.id]);
      assert.deepEqual(await ids({ severity: 'critical' }), [c!.id]);
      await acknowledgeAlert(recorder, a!.id, { by: 'ann', note: 'on it' });
      assert.deepEqual(await ids({ status: 'acknowledged' }), [a!.id]);
      assert.deepEqual(await ids({ size: 1 }), [b!.id]);
      assert.equal((await listAlerts(client, { rule: rule.name, size: 1 })).total, 3);
      assert.deepEqual(await getAlert(client, a!.id), { ...a, status: 'acknowledged', by: 'ann', note: 'on it' });
    });

    it('are not created twice, and an unknown one is said to be unknown', async () => {
      const alert = { ...ALERT, id: freshName('alert') };
      assert.equal(await writeAlert(recorder, alert, undefined), true);
      assert.equal(await writeAlert(recorder, alert, undefined), false);
      await assert.rejects(getAlert(client, 'nobody'), /no alert "nobody"/);
    });
  });
}
