import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { checkConfig } from '../../src/config/load.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'logmill-network-'));
after(() => rmSync(folder, { recursive: true }));

async function faultsOf(inputs: string, more = ''): Promise<string[]> {
  const file = path.join(folder, 'logmill.yaml');
  writeFileSync(path.join(folder, 'c.pem'), 'x');
  writeFileSync(file, `data: ./d\n${more}\ninputs: ${inputs}\n`);
  const { faults } = await checkConfig(file, {}, { environment: {} });
  return faults.map(({ message }) => message.replaceAll(`${folder}/`, ''));
}

const TLS = 'listen: "0.0.0.0:6514", cert: c.pem, key: c.pem';

test('inputs that others send to are sound on loopback as they are', async () => {
  assert.deepEqual(
    await faultsOf(
      '[{ name: h, http: {} }, { name: o, otlp: { port: 4318 } }, { name: s, syslog: { udp: "127.0.0.1:5514", tcp: "[::1]:5514" }, queue: { max_bytes: 64MB } }]',
    ),
    [],
  );
});

test('beyond loopback something must say who may send', async () => {
  assert.deepEqual(await faultsOf('[{ name: h, http: { host: 0.0.0.0, port: 4700 } }]'), [
    'logmill.yaml:3:35: inputs[0].http.host "0.0.0.0" can be reached from outside: set http.tokens, or bind 127.0.0.1',
  ]);
  const [udp, tls] = await faultsOf(`[{ name: s, syslog: { udp: "0.0.0.0:514", tls: { ${TLS} } } }]`);
  assert.match(udp!, /inputs\[0\]\.syslog\.udp "0\.0\.0\.0" can be reached from outside: name who may send in `allow`/);
  assert.match(tls!, /inputs\[0\]\.syslog\.tls\.listen "0\.0\.0\.0" can be reached/);
  assert.deepEqual(
    await faultsOf(`[{ name: s, syslog: { udp: "0.0.0.0:514", allow: [10.0.0.0/8], tls: { ${TLS} } } }]`),
    [],
  );
  assert.deepEqual(await faultsOf(`[{ name: s, syslog: { tls: { ${TLS}, ca: c.pem, client_auth: true } } }]`), []);
  assert.deepEqual(await faultsOf('[{ name: h, http: { host: 0.0.0.0, port: 4700 } }]', 'http: { tokens: [t] }'), []);
});

test('what does not go together is said with what is missing', async () => {
  const messages = await faultsOf(
    `[{ name: a, syslog: {} }, { name: b, syslog: { udp: "127.0.0.1:99999", allow: [10.0.0] } }, { name: c, files: [x], queue: {} }, { name: d, http: {}, pipeline: json }, { name: e, http: {} }, { name: f, otlp: {}, queue: { max_bytes: 8MB } }, { name: g, syslog: { tls: { listen: "127.0.0.1:1", cert: no.pem, key: c.pem, client_auth: true } } }]`,
  );
  const expected = [
    'inputs[0].syslog must have one of udp, tcp, tls',
    'inputs[1].syslog.udp names no port: 99999',
    'inputs[1].syslog.allow[0] is no network such as 10.0.0.0/8: "10.0.0"',
    'inputs[2].queue goes only with http, syslog, otlp',
    'inputs[3].pipeline does not go with http: each request names its own',
    'inputs[4].http is at the address of input "d", which takes the same',
    'inputs[5].queue.segment_bytes must not be larger than a quarter of max_bytes',
    'inputs[6].syslog.tls.client_auth needs `ca`: whose signature is good',
    'inputs[6].syslog.tls.cert cannot be read: no.pem',
  ];
  assert.deepEqual(
    messages.map((message) => message.replace(/^[^ ]+: /, '')),
    expected,
  );
});
