import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AlertsAnswer, AlertView } from '../../src/api/contract/alerts.ts';
import type { Fault } from '../../src/api/contract/fault.ts';
import type { Alert } from '../../src/model/alert.ts';
import { ALERTS_INDEX } from '../../src/model/indices.ts';
import { readAlert, writeAlert } from '../../src/rules/alerts.ts';
import { createAsker } from './answers.ts';
import { NOW, seededAlert } from './seed.ts';
import { testServer } from './test-server.ts';
import { WORLDS, type World } from './worlds.ts';

for (const kind of WORLDS) {
  describe(`alerts in ${kind.name}`, { skip: kind.skip }, () => {
    let world: World;
    before(async () => {
      world = await kind.open();
    });
    after(async () => {
      const second = { index: ALERTS_INDEX, id: `${alert().id}-b` };
      await world.store.client.delete(second, { ignore: [404] });
      await world.close();
    });
    const alert = () => seededAlert(world.namespace);
    const put = async (changed: Alert) => {
      await world.store.client.delete({ index: ALERTS_INDEX, id: changed.id }, { ignore: [404] });
      await writeAlert(
        { client: world.store.client, namespace: world.namespace, now: () => NOW },
        changed,
        undefined,
        true,
      );
    };
    const list = (query: Record<string, string>) =>
      world.ask<AlertsAnswer>('GET', '/api/v1/alerts', { query: { rule: alert().rule.name, ...query } });
    const act = <Body = AlertView>(action: string, payload: object = {}, id = alert().id) =>
      world.ask<Body>('POST', `/api/v1/alerts/${id}/${action}`, { payload });

    it('are given whole, by id and in a list', async () => {
      await put(alert());
      const one = await world.ask<AlertView>('GET', `/api/v1/alerts/${alert().id}`);
      assert.deepEqual(one.body, alert());
      assert.deepEqual((await list({})).body, { total: 1, alerts: [alert()] });
    });

    it('keep an unknown value as null and leave out what they do not have', async () => {
      const { runbook: _, ...rest } = alert();
      const bare: Alert = {
        ...rest,
        rule: { name: rest.rule.name, uuid: 'a1b2' },
        value: null,
        group: {},
        evidence: [],
      };
      await put(bare);
      assert.deepEqual((await world.ask('GET', `/api/v1/alerts/${bare.id}`)).body, bare);
    });

    it('are listed newest change first, by status, state and severity, and no more than asked for', async () => {
      await put(alert());
      const second: Alert = {
        ...alert(),
        id: `${alert().id}-b`,
        severity: 'info',
        state: 'resolved',
        updated_at: new Date(NOW).toISOString(),
      };
      await put(second);
      const ids = async (query: Record<string, string>) => (await list(query)).body.alerts.map(({ id }) => id);
      assert.deepEqual(await ids({}), [second.id, alert().id]);
      assert.deepEqual(await ids({ severity: 'info' }), [second.id]);
      assert.deepEqual(await ids({ state: 'firing', status: 'open' }), [alert().id]);
      assert.deepEqual(await ids({ status: 'dismissed' }), []);
      const short = await list({ size: '1' });
      assert.deepEqual([short.body.total, short.body.alerts.length], [2, 1]);
    });

    it('take what people do with them, who did it and why, and are seen changed at once', async () => {
      await put(alert());
      for (const [action, status] of [
        ['acknowledge', 'acknowledged'],
        ['resolve', 'resolved'],
        ['dismiss', 'dismissed'],
      ] as const) {
        const { status: code, body } = await act(action, { by: `ann-${action}`, note: `because of ${action}` });
        assert.equal(code, 200);
        const wanted = { ...alert(), status, by: `ann-${action}`, note: `because of ${action}` };
        assert.deepEqual(body, wanted);
        assert.deepEqual((await list({ status })).body.alerts, [wanted]);
        assert.equal(body.state, 'firing', 'the condition is not touched');
      }
    });

    it('do not name somebody for what another did, and keep the last note', async () => {
      await put(alert());
      await act('acknowledge', { by: 'ann', note: 'looking' });
      const { body } = await world.ask<AlertView>('POST', `/api/v1/alerts/${alert().id}/resolve`);
      assert.deepEqual([body.status, body.by, body.note], ['resolved', undefined, 'looking']);
      const stored = await readAlert(world.store.client, alert().id);
      assert.deepEqual([stored?.alert.by, stored?.alert.note], [undefined, 'looking']);
    });

    it('that nobody knows answer 404', async () => {
      for (const answer of [
        await world.ask<Fault>('GET', '/api/v1/alerts/nobody'),
        await act<Fault>('dismiss', {}, 'nobody'),
        await act<Fault>('acknowledge', {}, 'x'.repeat(300)),
      ]) {
        assert.deepEqual([answer.status, answer.body.error.code], [404, 'ALERT_UNKNOWN']);
      }
    });

    it('refuse an action with keys it does not know or texts too long', async () => {
      for (const [payload, key] of [
        [{ who: 'ann' }, 'who'],
        [{ by: '' }, 'by'],
        [{ note: 'x'.repeat(2001) }, 'note'],
      ] as const) {
        const { status, body } = await act<Fault>('resolve', payload);
        assert.deepEqual([status, body.error.code, body.error.where?.key], [400, 'REQUEST_INVALID', key]);
      }
    });

    it('changed by two at once end as one of them said, without losing the evaluator’s state', async () => {
      await put(alert());
      const answers = await Promise.all([act('acknowledge', { by: 'ann' }), act('dismiss', { by: 'bob' })]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      );
      const stored = (await readAlert(world.store.client, alert().id))!.alert;
      assert.ok(['acknowledged/ann', 'dismissed/bob'].includes(`${stored.status}/${stored.by}`));
    });

    it('say so when somebody else keeps changing them', async () => {
      await put(alert());
      const server = testServer({ ...world.store, client: alwaysOvertaken(world) });
      const ask = await createAsker(server);
      const { status, body } = await ask<Fault>('POST', `/api/v1/alerts/${alert().id}/resolve`, { payload: {} });
      assert.deepEqual([status, body.error.code], [409, 'ALERT_BUSY']);
      assert.equal((await readAlert(world.store.client, alert().id))!.alert.status, 'open');
      await server.close();
    });
  });
}

/** The world's client, but between each read of an alert and what follows the alert is written by somebody else. */
function alwaysOvertaken({ store: { client }, namespace }: World): typeof client {
  const overtaken = Object.create(client) as typeof client;
  const get = async (asked: { index: string; id: string }) => {
    const found = await client.get(asked);
    const { alert, version } = (await readAlert(client, asked.id))!;
    await writeAlert({ client, namespace, now: () => NOW }, alert, version, true);
    return found;
  };
  return Object.assign(overtaken, { get });
}
