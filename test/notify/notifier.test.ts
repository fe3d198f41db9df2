import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import { type Alert, alertId, failureId } from '../../src/model/alert.ts';
import { SLOW_BEAT_MS } from '../../src/notify/given-up.ts';
import { type ChannelConfig, type NotifyConfig, PRINT_ONLY } from '../../src/notify/load.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { ToldRecords } from '../../src/notify/told-records.ts';
import { alertDocument } from '../../src/rules/alert-document.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { freshName } from '../rules/events.ts';
import { homes } from '../rules/homes.ts';
import { SILENT } from '../rules/running.ts';
import { alertOf, resolvedOf } from './alert.ts';
import { startReceiver } from './channels/receivers.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-21T10:00:00Z');

function channel(changes: Partial<ChannelConfig>): NotifyConfig {
  return { channels: [{ ...PRINT_ONLY.channels[0]!, name: freshName('channel'), ...changes }] };
}

/**
 * A notifier that does not wait; what it would have waited is in `waits`. Only between slow attempts it waits, until
 * `beat` is called.
 */
function start(client: Client, config: NotifyConfig) {
  const printed: string[] = [];
  const waits: number[] = [];
  const beats: (() => void)[] = [];
  const waitForBeat = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      beats.push(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  const telemetry = createTelemetry();
  const notifier = createNotifier({
    client,
    config,
    now: () => NOW,
    log: SILENT,
    telemetry,
    random: () => 1,
    wait: async (ms, signal) => {
      if (ms === SLOW_BEAT_MS) await waitForBeat(signal);
      else waits.push(ms);
    },
    print: (line) => printed.push(line),
  });
  const counted = async () => {
    const { values } = await telemetry.notifications.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.result, value]));
  };
  return { ...notifier, printed, waits, counted, beats, beat: () => beats.shift()!() };
}

for (const home of homes()) {
  describe(`the notifier on ${home.name}`, async () => {
    const { client, close } = await home.open();
    after(close);
    /** Alerts of a rule of its own, as what was told is remembered by rule and group. */
    const rule = () => ({ rule: { name: freshName('rule'), uuid: 'u' } });

    it('tells the beginning and the end of an alert, each once', async () => {
      const { notify, printed, counted } = start(client, channel({}));
      const own = rule();
      const news: Alert[] = [alertOf(own), alertOf(own), resolvedOf(own), resolvedOf(own)];
      for (const alert of news) await notify([alert]);
      assert.deepEqual(
        printed.map((line) => line.split(' ')[2]),
        ['[FIRING]', '[RESOLVED]'],
      );
      assert.deepEqual(await counted(), { sent: 2, already_told: 2 });
    });

    it('remembers over a restart what it told', async () => {
      const config = channel({});
      const own = rule();
      const first = start(client, config);
      await first.notify([alertOf(own)]);
      await first.close();
      const second = start(client, config);
      await second.notify([alertOf(own), resolvedOf(own)]);
      assert.equal(second.printed.length, 1);
      assert.match(second.printed[0]!, /RESOLVED/);
    });

    it('tries again with growing pauses until it works', async () => {
      let requests = 0;
      const receiver = await startReceiver({
        get status() {
          requests += 1;
          return requests > 3 ? 200 : 503;
        },
      });
      const options = { url: receiver.url, timeout: '5s' };
      const { notify, waits, counted } = start(client, channel({ kind: 'webhook', options }));
      await notify([alertOf(rule())]);
      assert.deepEqual(waits, [1000, 2000, 4000]);
      assert.deepEqual(await counted(), { retried: 3, sent: 1 });
      await receiver.close();
    });

    it('waits as long as the other side asks', async () => {
      const answer = { status: 429, headers: { 'retry-after': '9' } };
      const receiver = await startReceiver(answer);
      const options = { url: receiver.url, timeout: '5s' };
      const { notify, waits } = start(client, channel({ kind: 'webhook', options }));
      await notify([alertOf(rule())]);
      assert.deepEqual(new Set(waits), new Set([9000]));
      assert.equal(receiver.received.length, 8, 'tried eight times, then given up');
      await receiver.close();
    });

    it('gives up at once where trying again cannot help, and goes on with the next alert', async () => {
      const receiver = await startReceiver({ status: 400 });
      const options = { url: receiver.url, timeout: '5s' };
      const { notify, waits, counted } = start(client, channel({ kind: 'webhook', options }));
      await notify([alertOf(rule()), alertOf(rule())]);
      assert.deepEqual([waits.length, receiver.received.length], [0, 2]);
      assert.deepEqual(await counted(), { failed: 2 });
      await receiver.close();
    });

    it('tells after the next start what it could not tell before it was stopped', async () => {
      const answer = { status: 503 };
      const receiver = await startReceiver(answer);
      const config = channel({ kind: 'webhook', options: { url: receiver.url, timeout: '5s' } });
      const own = rule();
      const first = start(client, config);
      const done = first.notify([alertOf(own)]);
      while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await first.close();
      await done;
      answer.status = 200;
      const before = receiver.received.length;
      await start(client, config).notify([alertOf(own)]);
      assert.equal(receiver.received.length, before + 1);
      await receiver.close();
    });

    it('tells of an alert also when just before it could not evaluate the rule, and the end of each', async () => {
      const { notify, printed } = start(client, channel({}));
      const own = { ...rule(), group: {} };
      const since = '2026-11-21T10:00:05.000Z';
      const id = failureId(own.rule.name, Date.parse(since));
      const failure = { ...own, id, started_at: since, summary: 'cannot be evaluated' };
      const began = '2026-11-21T10:00:30.000Z';
      const real = { ...own, id: alertId(own.rule.name, {}, Date.parse(began)), started_at: began };
      await notify([alertOf({ ...failure, state: 'error', updated_at: '2026-11-21T10:01:05.000Z' })]);
      await notify([
        alertOf({ ...real, updated_at: began }),
        resolvedOf({ ...failure, updated_at: '2026-11-21T10:10:00.000Z' }),
        resolvedOf({ ...real, updated_at: '2026-11-21T10:10:30.000Z' }),
      ]);
      assert.deepEqual(
        printed.map((line) => line.split(' ')[2]),
        ['[ERROR]', '[FIRING]', '[RESOLVED]', '[RESOLVED]'],
      );
    });

    it('tells late what it gave up, as long as the alert goes on', async () => {
      const answer = { status: 503 };
      const receiver = await startReceiver(answer);
      const config = channel({ kind: 'webhook', options: { url: receiver.url, timeout: '5s' } });
      const { notify, beats, beat, close, counted } = start(client, config);
      const [first, second] = [
        { id: 'a1', ...rule() },
        { id: 'a2', ...rule() },
      ];
      await notify([alertOf(first), alertOf(second)]);
      assert.equal(receiver.received.length, 16);
      const failing = beats.length;
      beat();
      while (beats.length < failing) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(receiver.received.length, 17, 'while the channel fails, one attempt tells so');
      answer.status = 200;
      beat();
      while ((await counted())['sent'] !== 2) await new Promise((resolve) => setImmediate(resolve));
      await notify([alertOf(first), resolvedOf(first)]);
      assert.deepEqual(await counted(), { retried: 14, failed: 3, sent: 3, already_told: 1 });
      assert.equal(beats.length, 0, 'nothing is left to try');
      await close();
      await receiver.close();
    });

    it('does not tell the end of an alert whose beginning it gave up, not even after a restart', async () => {
      const answer = { status: 503 };
      const receiver = await startReceiver(answer);
      const config = channel({ kind: 'webhook', options: { url: receiver.url, timeout: '5s' } });
      const [first, second] = [
        { id: 'a1', ...rule() },
        { id: 'a2', ...rule() },
      ];
      const before = start(client, config);
      await before.notify([alertOf(first), alertOf(second)]);
      answer.status = 200;
      await before.notify([resolvedOf(first)]);
      assert.equal((await before.counted())['never_told'], 1);
      await before.close();
      const after = start(client, config);
      await after.notify([resolvedOf(second)]);
      assert.deepEqual(await after.counted(), { never_told: 1 });
      assert.equal(receiver.received.length, 16);
      await after.close();
      await receiver.close();
    });

    it('does not tell late what has ended, or what people have put aside', async () => {
      const answer = { status: 503 };
      const receiver = await startReceiver(answer);
      const config = channel({ kind: 'webhook', options: { url: receiver.url, timeout: '5s' } });
      const { notify, beat, beats, close } = start(client, config);
      const open = [freshName('alert'), freshName('alert')].map((id) => alertOf({ id, ...rule() }));
      await notify(open);
      const [ended, dismissed] = open as [Alert, Alert];
      const kept = [resolvedOf({ ...ended, state: 'resolved' }), alertOf({ ...dismissed, status: 'dismissed' })];
      for (const alert of kept) {
        const document = JSON.parse(alertDocument(alert, 'default', alert.updated_at));
        await client.index({ index: 'logmill-alerts', id: alert.id, document });
      }
      answer.status = 200;
      beat();
      await close();
      assert.deepEqual([receiver.received.length, beats.length], [16, 0]);
      await receiver.close();
    });

    it('keeps in mind what it told as long as the alert goes on, and a week longer', async () => {
      const records = new ToldRecords(client);
      const name = freshName('channel');
      const [ongoing, over] = [alertOf(rule()), resolvedOf(rule())];
      for (const alert of [ongoing, over]) {
        const told = { alert: alert.id, state: alert.state, at: alert.updated_at };
        await records.write(name, alert, { told, last: { alert: alert.id, ok: true, attempts: 1 } }, NOW - 8 * DAY_MS);
      }
      await client.indices.refresh({ index: 'logmill-state' });
      await records.forgetOld(NOW);
      const later = new ToldRecords(client);
      assert.equal((await later.read(name, ongoing))?.told?.state, 'firing');
      assert.equal(await later.read(name, over), undefined);
    });

    it('gives a channel only the severities it takes, and the end only where it wants it', async () => {
      const critical = start(client, channel({ severity: ['critical'] }));
      await critical.notify([alertOf(rule()), alertOf({ ...rule(), severity: 'critical' })]);
      assert.equal(critical.printed.length, 1);
      const beginnings = start(client, channel({ resolved: false }));
      const own = rule();
      await beginnings.notify([alertOf(own), resolvedOf(own), alertOf({ ...rule(), state: 'pending' })]);
      assert.equal(beginnings.printed.length, 1);
    });

    it('tells although the store does not answer', async () => {
      const broken = Object.create(client, {
        get: { value: async () => Promise.reject(new Error('no answer')) },
        index: { value: async () => Promise.reject(new Error('no answer')) },
      }) as Client;
      const { notify, printed } = start(broken, channel({}));
      const own = rule();
      await notify([alertOf(own)]);
      await notify([alertOf(own)]);
      assert.equal(printed.length, 1, 'and not twice, as it remembers while it runs');
    });
  });
}
