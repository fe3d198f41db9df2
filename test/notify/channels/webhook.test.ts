import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { compileTemplate } from '../../../src/model/template.ts';
import { payloadOf, webhook } from '../../../src/notify/channels/webhook.ts';
import { notificationOf } from '../../../src/notify/texts.ts';
import { alertOf, resolvedOf } from '../alert.ts';
import { startReceiver } from './receivers.ts';

const CONTEXT = { print: () => {} };
const NEVER = new AbortController().signal;
const TITLE = compileTemplate('[{{ state }}] {{ summary }}');

describe('webhook', () => {
  it('posts what Alertmanager’s receivers understand, and the whole alert', async () => {
    const receiver = await startReceiver({ status: 200 });
    const channel = webhook.create({ url: receiver.url, timeout: '5s' }, CONTEXT);
    assert.deepEqual(await channel.send(notificationOf(alertOf(), TITLE), NEVER), { ok: true });
    assert.deepEqual(await channel.send(notificationOf(resolvedOf(), TITLE), NEVER), { ok: true });
    const [firing, resolved] = receiver.received.map(({ body }) => JSON.parse(body));
    assert.deepEqual([firing.version, firing.status, firing.alerts[0].status], ['4', 'firing', 'firing']);
    assert.deepEqual(firing.alerts[0].labels, {
      alertname: 'failed-logins',
      severity: 'error',
      'source.ip': '203.0.113.7',
    });
    assert.equal(firing.alerts[0].annotations.runbook_url, 'https://runbooks.example/logins');
    assert.equal(firing.alerts[0].endsAt, '0001-01-01T00:00:00Z');
    assert.deepEqual(firing.logmill, alertOf());
    assert.deepEqual([resolved.status, resolved.alerts[0].endsAt], ['resolved', '2026-11-21T10:10:00.000Z']);
    assert.equal(firing.groupKey, resolved.groupKey);
    await receiver.close();
  });

  it('leads back to the page and the events of the alert', () => {
    const links = { page: 'https://logs.example/', alert: 'https://logs.example/?q=a' };
    const payload = payloadOf(notificationOf(alertOf(), TITLE, links));
    assert.deepEqual([payload.externalURL, payload.alerts[0]!.generatorURL], [links.page, links.alert]);
    assert.match(payload.commonAnnotations.description, /^Page: https:\/\/logs\.example\/\?q=a$/m);
  });

  it('signs the body where a key is given', async () => {
    const receiver = await startReceiver({ status: 204 });
    const channel = webhook.create({ url: receiver.url, signing_key: 'a key', timeout: '5s' }, CONTEXT);
    await channel.send(notificationOf(alertOf(), TITLE), NEVER);
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    const signature = createHmac('sha256', 'a key').update(body).digest('hex');
    assert.equal((headers as Record<string, string>)['x-logmill-signature'], `sha256=${signature}`);
    await receiver.close();
  });

  it('does not follow a redirect: the alert would go wherever the answer points', async () => {
    const target = await startReceiver({ status: 200 });
    const receiver = await startReceiver({ status: 307, headers: { location: target.url } });
    const channel = webhook.create({ url: receiver.url, timeout: '5s' }, CONTEXT);
    const sent = await channel.send(notificationOf(alertOf(), TITLE), NEVER);
    assert.deepEqual(sent, { ok: false, retryable: false, reason: 'answered 307: redirects are not followed' });
    assert.equal(target.received.length, 0);
    await Promise.all([receiver.close(), target.close()]);
  });

  it('passes on how long the other side asks to wait, within reason', async () => {
    for (const [header, retryAfter] of [
      ['7', 7000],
      ['100000', 300_000],
    ] as const) {
      const receiver = await startReceiver({ status: 429, headers: { 'retry-after': header } });
      const channel = webhook.create({ url: receiver.url, timeout: '5s' }, CONTEXT);
      const sent = await channel.send(notificationOf(alertOf(), TITLE), NEVER);
      assert.deepEqual(sent, { ok: false, retryable: true, reason: 'answered 429', retryAfter });
      await receiver.close();
    }
  });

  it('refuses an address that is none, without showing it', () => {
    for (const url of ['file:///etc/passwd', 'no address at all', 'ftp://secret@example']) {
      assert.throws(
        () => webhook.create({ url, timeout: '5s' }, CONTEXT),
        (error: Error) => /must be a http or https address/.test(error.message) && !error.message.includes(url),
      );
    }
  });
});
