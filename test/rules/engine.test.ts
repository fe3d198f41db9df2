import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { pino } from 'pino';
import { acknowledgeAlert, dismissAlert, resolveAlert } from '../../src/rules/alerts.ts';
import { freshStream, ruleOf, store } from './events.ts';
import { homes } from './homes.ts';
import { brief, MINUTE, Running, T0 } from './running.ts';

for (const home of homes()) {
  describe(`the rule engine on ${home.name}`, async () => {
    const { client, close } = await home.open();
    after(close);

    function burst(keys: Record<string, unknown> = {}) {
      const index = freshStream();
      const rule = ruleOf({ kind: 'threshold', index, window: '2m', interval: '1m', when: '>= 3', ...keys });
      const engine = new Running(client, [rule]);
      const events = (at: number, count = 3, arrives = at) =>
        store(
          client,
          index,
          Array.from({ length: count }, (_, n) => ({ at: at + n, arrives: arrives + n })),
        );
      return { index, rule, engine, events };
    }

    it('fires when the condition is true and resolves when it no longer is', async () => {
      const { engine, events, rule } = burst({ summary: '{{ value }} in {{ window }} ({{ threshold }})' });
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      const [fired, resolved, ...more] = await engine.through(T0 + MINUTE, T0 + 6 * MINUTE);
      assert.deepEqual(
        [fired, resolved].map((alert) => brief(alert!)),
        ['firing 2–', 'resolved 2–4'],
      );
      assert.deepEqual(more, []);
      assert.equal(fired!.summary, '3 in 2m (>= 3)');
      assert.deepEqual(fired!.rule, { name: rule.name, uuid: rule.uuid });
      assert.equal(fired!.evidence.length, 3);
      assert.deepEqual((await engine.kept()).map(brief), ['resolved 2–4']);
      assert.deepEqual(await engine.stream(), ['firing 2', 'resolved 4']);
    });

    it('gives every group its own alert', async () => {
      const { engine, index, rule: _rule } = burst({ group_by: ['source.ip'] });
      await engine.at(T0);
      const from = (ip: string, count: number) =>
        Array.from({ length: count }, (_, n) => ({ at: T0 + 1000 + n, fields: { 'source.ip': ip } }));
      await store(client, index, [...from('203.0.113.7', 3), ...from('203.0.113.8', 2), ...from('203.0.113.9', 4)]);
      const alerts = await engine.at(T0 + MINUTE);
      assert.deepEqual(
        alerts.map(({ group, value }) => [group['source.ip'], value]),
        [
          ['203.0.113.7', 3],
          ['203.0.113.9', 4],
        ],
      );
    });

    it('waits for `for`, then fires with the time at which it began', async () => {
      const { engine, events } = burst({ for: '1m' });
      await engine.at(T0);
      await events(T0 + 0.5 * MINUTE);
      const alerts = await engine.through(T0 + MINUTE, T0 + 2 * MINUTE);
      assert.deepEqual(alerts.map(brief), ['firing 1–']);
      assert.deepEqual(await engine.stream(), ['pending 1', 'firing 2']);
    });

    it('does not look at what was there before the rule was', async () => {
      const { engine, events } = burst();
      await events(T0 - 1000);
      assert.deepEqual(await engine.through(T0, T0 + 3 * MINUTE), []);
    });

    it('makes up for grid times missed while it was down, also for an alert that came and went', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await engine.restart();
      await events(T0 + 1.5 * MINUTE);
      await events(T0 + 28.5 * MINUTE);
      const alerts = await engine.at(T0 + 30 * MINUTE);
      assert.deepEqual(alerts.map(brief), ['resolved 2–4', 'firing 29–']);
      assert.deepEqual((await engine.kept()).map(brief), ['resolved 2–4', 'firing 29–']);
    });

    it('records an alert that ended more than an hour ago, but tells nobody', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      assert.deepEqual(await engine.at(T0 + 90 * MINUTE), []);
      assert.deepEqual((await engine.kept()).map(brief), ['resolved 2–4']);
    });

    it('leaves out what is further back than a day, and counts it', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      await engine.at(T0 + 25 * 60 * MINUTE);
      assert.deepEqual(await engine.kept(), []);
      const counted = await engine.telemetry.ruleLeftOut.get();
      assert.deepEqual(
        counted.values.map(({ value, labels }) => [labels.what, value]),
        [['grid_times', 60]],
      );
    });

    it('goes on after a restart without telling anything twice to the store', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      await engine.through(T0 + MINUTE, T0 + 3 * MINUTE);
      await engine.restart();
      const alerts = await engine.through(T0 + 3 * MINUTE, T0 + 5 * MINUTE);
      assert.deepEqual(alerts.map(brief), ['firing 2–', 'resolved 2–4']);
      assert.deepEqual(await engine.stream(), ['firing 2', 'resolved 4']);
    });

    it('says again after a restart what may not have been told: the notifier knows what it sent', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      await engine.at(T0 + 2 * MINUTE);
      await engine.restart();
      assert.deepEqual((await engine.at(T0 + 2 * MINUTE)).map(brief), ['firing 2–']);
    });

    it('evaluates a stretch again when events arrive late', async () => {
      const { engine, events } = burst();
      await engine.through(T0, T0 + 20 * MINUTE);
      await events(T0 + 5.5 * MINUTE, 3, T0 + 20.5 * MINUTE);
      const alerts = await engine.at(T0 + 21 * MINUTE);
      assert.deepEqual(alerts.map(brief), ['resolved 6–8']);
    });

    it('moves the start of an alert when late events show that it began earlier, without telling it again', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 2.5 * MINUTE, 2);
      await events(T0 + 3.5 * MINUTE, 3);
      const told = await engine.through(T0 + MINUTE, T0 + 4 * MINUTE);
      assert.deepEqual(told.map(brief), ['firing 4–']);
      await acknowledgeAlert(engine.recorder, told[0]!.id, { by: 'ann', note: 'looking' });
      await events(T0 + 2.6 * MINUTE, 1, T0 + 4.5 * MINUTE);
      assert.deepEqual(await engine.at(T0 + 5 * MINUTE), []);
      const [first, second] = await engine.kept();
      assert.deepEqual(
        [first, second].map((alert) => brief(alert!)),
        ['firing 3–', 'resolved 4–4'],
      );
      assert.deepEqual([first!.status, first!.by, first!.note], ['acknowledged', 'ann', 'looking']);
    });

    it('withdraws an alert that late events disprove', async () => {
      const index = freshStream();
      const rule = ruleOf({
        kind: 'ratio',
        match: 'log.level: error',
        index,
        window: '1m',
        interval: '1m',
        when: '> 50%',
      });
      const engine = new Running(client, [rule]);
      await engine.at(T0);
      await store(client, index, [{ at: T0 + 1000, fields: { 'log.level': 'error' } }]);
      assert.deepEqual((await engine.at(T0 + MINUTE)).map(brief), ['firing 1–']);
      const late = { at: T0 + 2000, arrives: T0 + 61_000, fields: { 'log.level': 'info' } };
      await store(client, index, [late]);
      const [withdrawn, ...more] = await engine.at(T0 + 2 * MINUTE);
      assert.deepEqual(more, []);
      assert.equal(withdrawn?.state, 'resolved');
      assert.match(withdrawn.summary, /^withdrawn after late events: /);
    });

    it('keeps quiet about an alert resolved by hand until the condition was false once', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      const [alert] = await engine.at(T0 + 2 * MINUTE);
      await resolveAlert(engine.recorder, alert!.id, { by: 'ann' });
      await events(T0 + 2.5 * MINUTE);
      await events(T0 + 9.5 * MINUTE);
      const told = await engine.through(T0 + 3 * MINUTE, T0 + 10 * MINUTE);
      assert.deepEqual(told.map(brief), ['firing 10–']);
      const [first] = await engine.kept();
      assert.deepEqual([brief(first!), first!.status, first!.by], ['resolved 2–5', 'resolved', 'ann']);
    });

    it('keeps quiet about a dismissed alert, restart or not', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      const [alert] = await engine.at(T0 + 2 * MINUTE);
      await dismissAlert(engine.recorder, alert!.id);
      await engine.restart();
      assert.deepEqual(await engine.through(T0 + 3 * MINUTE, T0 + 6 * MINUTE), []);
    });

    it('ends the alerts of a rule that is gone', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      await engine.at(T0 + 2 * MINUTE);
      const other = new Running(client, []);
      Object.assign(other, { namespace: engine.namespace });
      const [gone] = await other.at(T0 + 3 * MINUTE);
      assert.equal(gone?.state, 'resolved');
      assert.match(gone.summary, /^the rule is gone: /);
    });

    it('makes an alert of its own of a rule that cannot be evaluated, ends it, and loses no grid time', async () => {
      const { rule, events } = burst();
      let broken = false;
      const search = async (request: object) => {
        if (broken) throw new Error('the store does not answer');
        return await client.search(request);
      };
      const engine = new Running(Object.assign(Object.create(client), { search }), [rule]);
      await engine.at(T0);
      broken = true;
      await events(T0 + 1.5 * MINUTE);
      assert.deepEqual(await engine.at(T0 + MINUTE), []);
      assert.equal(engine.status()[0]!.error, 'the store does not answer');
      const [alert] = await engine.at(T0 + 2 * MINUTE);
      assert.deepEqual(
        [alert?.state, alert?.summary],
        ['error', `${rule.name}: rule cannot be evaluated: the store does not answer`],
      );
      assert.deepEqual(await engine.at(T0 + 3 * MINUTE), [], 'told once');
      assert.equal((await engine.telemetry.ruleErrors.get()).values[0]?.value, 3);
      broken = false;
      const told = await engine.at(T0 + 6 * MINUTE);
      assert.deepEqual(told.map(brief), ['resolved 2–4', 'resolved 1–6']);
      assert.equal(engine.status()[0]!.error, undefined);
    });

    it('shows the message of an event it is about, and leaves an empty part of a group out of its name', async () => {
      const index = freshStream();
      const group_by = ['error.type', 'error.grouping_key'];
      const summary = '{{ group }}: {{ value }}';
      const rule = ruleOf({ kind: 'threshold', index, group_by, window: '1m', interval: '1m', when: '> 0', summary });
      const engine = new Running(client, [rule]);
      await engine.at(T0);
      const fields = { 'error.grouping_key': '12a8', message: 'the pump is dry\n at pump.js:1' };
      await store(client, index, [{ at: T0 + 1000, fields }]);
      const [fired, resolved] = await engine.through(T0 + MINUTE, T0 + 3 * MINUTE);
      assert.deepEqual([fired?.summary, fired?.sample], ['12a8: 1', 'the pump is dry']);
      assert.deepEqual([resolved?.state, resolved?.sample], ['resolved', 'the pump is dry']);
    });

    it('logs why the store refused a rule on one short line, and says the same on the page', async () => {
      const lines: string[] = [];
      const log = pino({}, { write: (line) => void lines.push(line) });
      const index = freshStream();
      const rule = ruleOf({ kind: 'metric', field: 'log.level', measure: 'avg', index, interval: '1m', when: '> 1' });
      const engine = new Running(client, [rule], { log });
      await engine.at(T0);
      await store(client, index, [{ at: T0 + 1000, fields: { 'log.level': 'error' } }]);
      await engine.at(T0 + MINUTE);
      const line = lines.find((text) => text.includes('rule could not be evaluated')) ?? '';
      const { reason, status, rule: name } = JSON.parse(line);
      assert.deepEqual([status, name], [400, rule.name]);
      assert.match(reason, /log\.level/);
      assert.ok(line.length < 500, line);
      assert.equal(engine.status()[0]?.error, reason);
    });

    it('adds nothing twice when it dies after writing an alert and before noting how far it is', async () => {
      const { rule, events } = burst();
      let dying = false;
      const index = async (request: { index: string }) => {
        if (dying && request.index === 'logmill-state') throw new Error('killed');
        return await client.index(request);
      };
      const engine = new Running(Object.assign(Object.create(client), { index }), [rule]);
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      dying = true;
      assert.deepEqual(await engine.at(T0 + 2 * MINUTE), []);
      assert.deepEqual(await engine.stream(), ['firing 2']);
      await engine.restart();
      dying = false;
      assert.deepEqual((await engine.through(T0 + 3 * MINUTE, T0 + 5 * MINUTE)).map(brief), [
        'firing 2–',
        'resolved 2–4',
      ]);
      assert.deepEqual(await engine.stream(), ['firing 2', 'resolved 4']);
      assert.deepEqual((await engine.kept()).map(brief), ['resolved 2–4']);
    });

    it('returns nothing to a second call while one is under way', async () => {
      const { engine, events } = burst();
      await engine.at(T0);
      await events(T0 + 1.5 * MINUTE);
      const [first, second] = await Promise.all([engine.at(T0 + 2 * MINUTE), engine.at(T0 + 2 * MINUTE)]);
      assert.deepEqual([first.length, second.length], [1, 0]);
    });

    it('lets two processes evaluate one rule without a doubled transition', async () => {
      const { engine, events, rule } = burst();
      const other = new Running(client, [rule]);
      Object.assign(other, { namespace: engine.namespace });
      await Promise.all([engine.at(T0), other.at(T0)]);
      await events(T0 + 1.5 * MINUTE);
      for (let minute = 1; minute <= 6; minute++) {
        await Promise.all([engine.at(T0 + minute * MINUTE), other.at(T0 + minute * MINUTE)]);
      }
      assert.deepEqual(await engine.stream(), ['firing 2', 'resolved 4']);
      assert.deepEqual((await engine.kept()).map(brief), ['resolved 2–4']);
    });
  });
}
