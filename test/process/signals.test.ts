import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { startFaultStore } from '../delivery/fault-store.ts';
import { run, scratch, start, write } from './command.ts';
import { eventually } from './server.ts';

/** An Elasticsearch that takes bulks and never answers them. */
async function silentStore(t: TestContext) {
  let bulks = 0;
  const server = createServer((request, response) => {
    const isBulk = request.url?.includes('_bulk') === true;
    if (isBulk) bulks++;
    request.resume().on('end', () => {
      if (isBulk) return;
      response.setHeader('x-elastic-product', 'Elasticsearch').setHeader('content-type', 'application/json');
      response.end('{"acknowledged":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, bulks: () => bulks };
}

test('SIGTERM ends an agent whose store never answers within a bound, and nothing counts as sent', async (t) => {
  const store = await silentStore(t);
  const folder = scratch(t);
  write(folder, 'app.log', 'one\ntwo\n');
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nstore: { elasticsearch: { node: "http://127.0.0.1:${store.port}" } }\ninputs:\n  - { name: app, files: [./app.log], pipeline: plain-text }\n`,
  );
  const agent = start(t, ['agent', '--config', config]);
  await eventually('a bulk under way', async () => store.bulks() > 0);
  const asked = performance.now();
  agent.child.kill('SIGTERM');
  const { code, signal } = await agent.ended;
  assert.equal(signal, null);
  assert.equal(code, 0);
  assert.ok(performance.now() - asked < 60_000, 'systemd would wait for 30 s, on a busy machine it takes longer');
  const ledger = JSON.parse((await run(t, ['ledger', '--json', '--config', config])).stdout);
  assert.deepEqual([ledger.tally.indexed.lines, ledger.gaps], [0, 0]);
});

test('SIGTERM waits for no sender that keeps a request open', async (t) => {
  const store = await silentStore(t);
  const folder = scratch(t);
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nstore: { elasticsearch: { node: "http://127.0.0.1:${store.port}" } }\ninputs:\n  - { name: apps, http: { port: 0, request_timeout: 10m } }\n`,
  );
  const agent = start(t, ['agent', '--config', config]);
  const [, port] = await agent.until(/"url":"http:\/\/127\.0\.0\.1:(\d+)\/","msg":"listening for senders"/);
  const sender = connect(Number(port), '127.0.0.1');
  t.after(() => sender.destroy());
  await once(sender, 'connect');
  sender.on('error', () => {});
  sender.write(
    `POST /api/v1/ingest/json HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n`,
  );
  // The request is under way: the server asks for its body.
  assert.match(String((await once(sender, 'data'))[0]), /^HTTP\/1.1 100 Continue/);
  const asked = performance.now();
  agent.child.kill('SIGTERM');
  const { code, signal } = await agent.ended;
  assert.deepEqual([code, signal], [0, null]);
  assert.ok(performance.now() - asked < 30_000, 'systemd would wait no longer');
});

test('what was read of a pipe before SIGTERM is delivered, though the budget had no room for it yet', async (t) => {
  const store = await startFaultStore();
  t.after(() => store.close());
  let isAway = true;
  const keepAway = () => {
    while (isAway && store.bulkFaults.length < 20) store.bulkFaults.push({ kind: 'status', status: 503, body: '' });
  };
  keepAway();
  const timer = setInterval(keepAway, 5);
  t.after(() => clearInterval(timer));
  const folder = scratch(t);
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\ndelivery: { in_flight: 32KB, batch: 16KB }\nstore: { elasticsearch: { node: "${store.node}" } }\ninputs:\n  - { name: in, stdin: true, pipeline: plain-text, max_line_bytes: 8KB }\n`,
  );
  const agent = start(t, ['agent', '--config', config], {}, undefined, 'pipe');
  const { stdin } = agent.child;
  const lineOf = (number: number) => `line ${number} `.padEnd(1023, '.');
  for (let number = 0; number < 200; number++) stdin!.write(`${lineOf(number)}\n`);
  stdin!.write('half a line');
  await agent.until(/does not take documents/);
  // A pipe holds 64 KB: the agent has read the rest.
  await eventually('all is written', async () => stdin!.writableLength === 0);
  isAway = false;
  store.bulkFaults.length = 0;
  agent.child.kill('SIGTERM');
  const { code, stdout, stderr } = await agent.ended;
  assert.equal(code, 0, stderr);
  const texts = store.documents('logs-plain-default').map(({ message }) => String(message));
  assert.ok(texts.length >= 130, `${texts.length} lines are stored`);
  assert.deepEqual(texts.toSorted(), texts.map((_, number) => lineOf(number)).toSorted());
  assert.match(stdout, new RegExp(`^${texts.length} lines of 1 file: ${texts.length} indexed`));
});
