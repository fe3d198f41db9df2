import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { validateAgainst } from '../../../src/config/schema-check.ts';
import { compileTemplate } from '../../../src/model/template.ts';
import type { Channel, Sent } from '../../../src/notify/channel.ts';
import { channelSchema } from '../../../src/notify/load.ts';
import { CHANNEL_KINDS } from '../../../src/notify/registry.ts';
import { notificationOf } from '../../../src/notify/texts.ts';
import { alertOf } from '../alert.ts';
import { startMailServer, startReceiver } from './receivers.ts';

const SECRET = 'hunter2-do-not-print';
const NEVER = new AbortController().signal;
const NOTICE = notificationOf(alertOf(), compileTemplate('{{ summary }}'));

type Fault = { readonly name: string; readonly retryable: boolean; readonly open: () => Promise<Opened> };
type Opened = { readonly channel: Channel; close(): Promise<void> };

function create(kind: string, options: object): Channel {
  return CHANNEL_KINDS.get(kind)!.create(options as never, { print: () => {} });
}

function httpFault(status: number, retryable: boolean): Fault {
  return {
    name: status === 0 ? 'a connection that breaks' : `an answer of ${status}`,
    retryable,
    open: async () => {
      const receiver = await startReceiver({ status });
      const url = `${receiver.url}/${SECRET}?key=${SECRET}`;
      return { channel: create('webhook', { url, signing_key: SECRET, timeout: '5s' }), close: receiver.close };
    },
  };
}

function smtpFault(name: string, code: number, retryable: boolean): Fault {
  const refuse = (done: (error: Error) => void) =>
    done(Object.assign(new Error(`no, ${SECRET}`), { responseCode: code }));
  return {
    name,
    retryable,
    open: async () => {
      const server = await startMailServer(
        code === 535
          ? { authOptional: false, allowInsecureAuth: true, onAuth: (_auth, _session, done) => refuse(done) }
          : { onMailFrom: (_address, _session, done) => refuse(done) },
      );
      const options = {
        host: '127.0.0.1',
        port: server.port,
        tls: 'none',
        from: 'a@b.c',
        to: ['d@e.f'],
        timeout: '5s',
      };
      const login = code === 535 ? { username: 'ann', password: SECRET } : {};
      return { channel: create('email', { ...options, ...login }), close: server.close };
    },
  };
}

const closedPort: Fault['open'] = async () => {
  const receiver = await startReceiver({ status: 200 });
  await receiver.close();
  const url = `${receiver.url}/${SECRET}`;
  return { channel: create('webhook', { url, timeout: '5s' }), close: async () => {} };
};
const closedMail: Fault['open'] = async () => {
  const server = await startMailServer();
  await server.close();
  const options = { host: '127.0.0.1', port: server.port, tls: 'none', from: 'a@b.c', to: ['d@e.f'], timeout: '5s' };
  return { channel: create('email', { ...options, username: 'ann', password: SECRET }), close: async () => {} };
};

/** What goes wrong with each kind, and whether trying again can help. */
const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  console: [],
  webhook: [
    ...[408, 429, 500, 502, 503, 504].map((status) => httpFault(status, true)),
    ...[301, 400, 401, 403, 404, 410, 422].map((status) => httpFault(status, false)),
    httpFault(0, true),
    { name: 'nobody listening', retryable: true, open: closedPort },
  ],
  email: [
    smtpFault('a mailbox that is busy (450)', 450, true),
    smtpFault('a sender refused for good (550)', 550, false),
    smtpFault('wrong credentials (535)', 535, false),
    { name: 'nobody listening', retryable: true, open: closedMail },
  ],
};

describe('every channel kind', () => {
  it('stands in the registry, in a file of its own, and has a test of its own', async () => {
    const names = [...CHANNEL_KINDS.keys()].sort();
    const files = await readdir(new URL('../../../src/notify/channels/', import.meta.url));
    assert.deepEqual(files.map((file) => file.replace('.ts', '')).sort(), names);
    const tests = new Set(await readdir(new URL('.', import.meta.url)));
    for (const name of names) {
      assert.ok(tests.has(`${name}.test.ts`), `${name} has no test`);
      assert.ok(name in FAULTS, `nothing says what goes wrong with ${name}`);
    }
  });

  it('has examples that its schema takes', () => {
    for (const kind of CHANNEL_KINDS.values()) {
      assert.ok(kind.examples.length > 0);
      for (const example of kind.examples) {
        assert.deepEqual(validateAgainst(channelSchema(kind), structuredClone(example)).faults, [], kind.name);
      }
    }
  });

  for (const [kind, faults] of Object.entries(FAULTS)) {
    for (const { name, retryable, open } of faults) {
      it(`${kind}: ${name} is ${retryable ? 'worth another try' : 'final'}, and the reason holds no secret`, async () => {
        const { channel, close } = await open();
        const sent: Sent = await channel.send(NOTICE, NEVER);
        assert.ok(!sent.ok);
        assert.equal(sent.retryable, retryable, sent.reason);
        assert.ok(sent.reason.length > 0 && !JSON.stringify(sent).includes(SECRET), sent.reason);
        await channel.close();
        await close();
      });
    }
  }

  it('delivers also where a title comes out empty', () => {
    assert.equal(notificationOf(alertOf(), compileTemplate('{{ nothing }}')).title, `FIRING ${alertOf().summary}`);
  });
});
