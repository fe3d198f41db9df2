import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { embeddedStore } from '../../src/drill/drill-store.ts';
import { readStored } from '../../src/drill/stored.ts';
import { scratch, start, write } from './command.ts';
import { eventually } from './server.ts';

/* Another configuration is taken while others send: whoever sends to an input that stays as it is notices nothing. */

const NAMESPACE = 'reloaded';

async function running(t: TestContext, inputs: readonly string[]) {
  const folder = scratch(t);
  const store = await embeddedStore(path.join(folder, 'store'), path.join(folder, 'cache'));
  t.after(() => store.close());
  const text = (all: readonly string[]) =>
    `data: ./data\nnamespace: ${NAMESPACE}\nstore: { elasticsearch: { node: "${store.url}" } }\ninputs:\n${all
      .map((input) => `  - ${input}\n`)
      .join('')}`;
  const config = write(folder, 'logmill.yaml', text(inputs));
  const agent = start(t, ['agent', '--config', config]);
  let reloads = 0;
  const offer = (next: readonly string[]) => {
    writeFileSync(config, text(next));
    agent.child.kill('SIGHUP');
  };
  return {
    agent,
    offer,
    async reload(next: readonly string[]) {
      offer(next);
      const taken = new RegExp(`(?:the configuration is taken anew[^]*){${++reloads}}`);
      await agent.until(taken);
    },
    stored: async () => (await readStored(store.client, NAMESPACE)).map(({ text: stored }) => stored),
    async ends() {
      agent.child.kill('SIGTERM');
      assert.equal((await agent.ended).code, 0);
    },
  };
}

const syslog = (text: string) => `<13>1 2026-11-21T10:00:00Z host app 1 - - ${text}`;
const portOf = (text: string) => Number(/:(\d+)\/?$/.exec(text)![1]);

/** Sends numbered messages, a few each turn, until it is stopped; gives their texts. */
function keepSending(send: (text: string) => Promise<unknown>, name: string): () => Promise<string[]> {
  const sent: string[] = [];
  let over = false;
  const sending = (async () => {
    while (!over) {
      const text = `${name} ${sent.length}`;
      sent.push(text);
      await send(text);
      await sleep(1);
    }
  })();
  return async () => {
    over = true;
    await sending;
    return sent;
  };
}

test('datagrams and one connection are taken without a loss or a break while inputs come and go at SIGHUP', async (t) => {
  const net = '{ name: net, syslog: { udp: "127.0.0.1:0", tcp: "127.0.0.1:0" } }';
  const other = (field: number) => `{ name: other, syslog: { tcp: "127.0.0.1:0" }, fields: { round: ${field} } }`;
  const { agent, reload, stored, ends } = await running(t, [net]);
  const [, udp, tcp] = await agent.until(/"addresses":\["udp ([^"]+)","tcp ([^"]+)"\]/);
  const datagrams = createSocket('udp4');
  t.after(() => datagrams.close());
  const datagram = (text: string) =>
    new Promise((resolve) => datagrams.send(syslog(text), portOf(udp!), '127.0.0.1', resolve));
  const socket: Socket = connect(portOf(tcp!), '127.0.0.1');
  await once(socket, 'connect');
  const message = (text: string) => new Promise((resolve) => socket.write(`${syslog(text)}\n`, resolve));
  const stops = [keepSending(datagram, 'datagram'), keepSending(message, 'message')];
  for (let round = 0; round < 3; round++) {
    await reload([net, other(round)]);
    await reload([other(round), net]);
  }
  const sent = (await Promise.all(stops.map((stop) => stop()))).flat();
  assert.ok(sent.length > 100, `${sent.length} sent`);
  const found = await eventually('every message', async () => {
    const texts = await stored();
    return texts.length >= sent.length && texts;
  });
  assert.deepEqual(found.sort(), sent.sort());
  assert.equal(socket.readyState, 'open', 'the connection was never closed');
  socket.destroy();
  await ends();
});

test('a request that waits for the store over a reload is answered by what becomes of its lines, and removing another input changes nothing', async (t) => {
  const [apps, others] = ['{ name: apps, http: { port: 0 } }', '{ name: others, otlp: { port: 0, host: localhost } }'];
  const { agent, reload, ends } = await running(t, [apps!, others!]);
  const listening = /"url":"(http:\/\/127[^"]+?)\/?","msg":"listening for senders"/;
  const [, url] = await agent.until(listening);
  const post = async (text: string) => {
    const answer = await fetch(`${url}/api/v1/ingest/plain-text`, { method: 'POST', body: text });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as { indexed: number; already_there: number };
  };
  let asked = 0;
  let over = false;
  const asking = (async () => {
    while (!over) {
      const { indexed, already_there: already } = await post(`request ${asked++}\n`);
      assert.equal(indexed + already, 1);
    }
  })();
  await reload([apps!]);
  await reload([apps!, others!]);
  await reload([apps!]);
  const before = asked;
  await eventually('answers after the last reload', async () => asked > before + 3);
  over = true;
  await asking;
  await ends();
});

test('an address that another program has is refused with the configuration that names it, and the one before goes on', async (t) => {
  const net = '{ name: net, syslog: { tcp: "127.0.0.1:0" } }';
  const { agent, stored, ends, offer } = await running(t, [net]);
  const [, address] = await agent.until(/"tcp (127\.0\.0\.1:\d+)"/);
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  offer([net, `{ name: more, syslog: { tcp: "127.0.0.1:${port}" } }`]);
  await agent.until(/PORT_BUSY.*the new configuration is refused/);
  offer([net, `{ name: web, http: { port: ${port} } }`]);
  await agent.until(/(?:the new configuration is refused[\s\S]*){2}/);

  const socket = connect(portOf(address!), '127.0.0.1');
  socket.end(`${syslog('still taken')}\n`);
  await eventually('the line is stored', async () => (await stored()).length === 1);
  await ends();
});
