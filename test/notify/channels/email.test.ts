import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileTemplate } from '../../../src/model/template.ts';
import { email } from '../../../src/notify/channels/email.ts';
import { notificationOf } from '../../../src/notify/texts.ts';
import { alertOf, resolvedOf } from '../alert.ts';
import { startMailServer } from './receivers.ts';

const CONTEXT = { print: () => {} };
const NEVER = new AbortController().signal;
const TITLE = compileTemplate('[{{ state }}] {{ summary }}');
const BASE = {
  host: '127.0.0.1',
  tls: 'none' as const,
  from: 'logmill@example.org',
  to: ['ann@example.org'],
  timeout: '5s',
};

describe('email', () => {
  it('reaches a real SMTP server as text and HTML, to every receiver', async () => {
    const server = await startMailServer();
    const channel = email.create({ ...BASE, port: server.port, to: ['ann@example.org', 'bob@example.org'] }, CONTEXT);
    assert.deepEqual(await channel.send(notificationOf(alertOf(), TITLE), NEVER), { ok: true });
    const [mail] = server.mails;
    assert.deepEqual([mail!.from, mail!.to], ['logmill@example.org', ['ann@example.org', 'bob@example.org']]);
    assert.match(mail!.source, /^Subject: \[FIRING\] 12 failed logins from 203\.0\.113\.7 within 5m/m);
    assert.match(mail!.source, /^Content-Type: multipart\/alternative/m);
    assert.match(mail!.source, /source\.ip: 203\.0\.113\.7/);
    assert.match(mail!.source, /Rule: failed-logins by ann/);
    await channel.close();
    await server.close();
  });

  it('puts the end of an alert into the thread of its beginning', async () => {
    const server = await startMailServer();
    const channel = email.create({ ...BASE, port: server.port }, CONTEXT);
    await channel.send(notificationOf(alertOf(), TITLE), NEVER);
    await channel.send(notificationOf(resolvedOf(), TITLE), NEVER);
    assert.match(server.mails[0]!.source, /^Message-ID: <a1\.firing@logmill>/m);
    assert.match(server.mails[1]!.source, /^References: <a1\.firing@logmill>/m);
    await channel.close();
    await server.close();
  });

  it('lets no value of an event become a header or a tag', async () => {
    const server = await startMailServer();
    const channel = email.create({ ...BASE, port: server.port }, CONTEXT);
    const alert = alertOf({ summary: 'x\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script>' });
    assert.deepEqual(await channel.send(notificationOf(alert, TITLE), NEVER), { ok: true });
    const [mail] = server.mails;
    assert.deepEqual(mail!.to, ['ann@example.org']);
    const html = mail!.source.slice(mail!.source.indexOf('text/html'));
    assert.doesNotMatch(html, /<script>/);
    assert.doesNotMatch(mail!.source.slice(0, mail!.source.indexOf('\r\n\r\n')), /^Bcc:/im);
    await channel.close();
    await server.close();
  });

  it('logs in where it is asked to', async () => {
    const seen: unknown[] = [];
    const server = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        seen.push([username, password]);
        done(null, { user: username });
      },
    });
    const channel = email.create({ ...BASE, port: server.port, username: 'ann', password: 'open' }, CONTEXT);
    assert.deepEqual(await channel.send(notificationOf(alertOf(), TITLE), NEVER), { ok: true });
    assert.deepEqual(seen, [['ann', 'open']]);
    await channel.close();
    await server.close();
  });

  it('does not send in the clear when TLS is asked for and the server has none', async () => {
    const server = await startMailServer();
    const channel = email.create({ ...BASE, tls: 'starttls', port: server.port }, CONTEXT);
    const sent = await channel.send(notificationOf(alertOf(), TITLE), NEVER);
    assert.equal(sent.ok, false);
    assert.equal(server.mails.length, 0);
    await channel.close();
    await server.close();
  });
});
