import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import type { Alert } from '../../src/model/alert.ts';
import { type ChannelConfig, type NotifyConfig, PRINT_ONLY } from '../../src/notify/load.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { freshName } from '../rules/events.ts';
import { homes } from '../rules/homes.ts';
import { SILENT } from '../rules/running.ts';
import { alertOf, resolvedOf } from './alert.ts';
import { startReceiver } from './channels/receivers.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');

function channel(changes: Partial<ChannelConfig>): NotifyConfig {
  return { channels: [{ ...PRINT_ONLY.channels[0]!, name: freshName('channel'), ...changes }] };
}

/** A notifier that does not wait; what it would have waited is in `waits`. */
function start(client: Client, config: NotifyConfig) {
  const printed: string[] = [];
  const waits: number[] = [];
  const telemetry = createTelemetry();
  const notifier = createNotifier({
    client,
    config,
    now: () => NOW,
    log: SILENT,
    telemetry,
    random: () => 1,
    wait: async (ms) => void waits.push(ms),
    print: (line) => printed.push(line),
  });
  const counted = async () => {
    const { values } = await telemetry.notifications.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.result, value]));
  };
  return { ...notifier, printed, waits, counted };
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
