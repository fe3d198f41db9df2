import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Fault } from '../../src/api/contract/fault.ts';
import { isLoopback } from '../../src/api/host-guard.ts';
import type { ServerOptions } from '../../src/api/options.ts';
import { LogmillError } from '../../src/errors.ts';
import { absentStore, testConfig, testServer } from './test-server.ts';

const store = absentStore();
after(() => store.close());

/** A server bound elsewhere; nothing listens in these tests. */
function serverAt(http: string, change: Partial<ServerOptions> = {}): FastifyInstance {
  return testServer(store, { config: testConfig(`http: ${http}`), ...change });
}

async function codeOf(server: FastifyInstance, headers: Record<string, string>, method: 'GET' | 'POST' = 'GET') {
  const answer = await server.inject({ method, url: '/health', headers });
  return answer.statusCode < 400 ? 'answered' : answer.json<Fault>().error.code;
}

describe('the address a server is bound to', () => {
  it('is loopback unless the configuration says otherwise', () => {
    assert.equal(testConfig().http.host, '127.0.0.1');
  });

  it('may be any other only with a token', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'logs.example']) {
      assert.throws(
        () => serverAt(`{ host: "${host}" }`),
        (error) =>
          error instanceof LogmillError && error.code === 'TOKENS_MISSING' && error.where.key === 'http.tokens',
      );
      assert.doesNotThrow(() => serverAt(`{ host: "${host}" }`, { tokens: ['t'] }));
    }
    for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost', '::ffff:127.0.0.1'])
      assert.doesNotThrow(() => serverAt(`{ host: "${host}" }`));
  });

  it('does not count names and addresses as loopback that only look so', () => {
    for (const host of ['127.0.0.1.example', 'localhost.example', '128.0.0.1', '::2', '0.0.0.0', ''])
      assert.equal(isLoopback(host), false, host);
  });

  it('answers without a token only to this machine, whatever it is bound to', async () => {
    const answer = await testServer(store).inject({
      url: '/health',
      headers: { host: 'localhost' },
      remoteAddress: '192.168.1.77',
    });
    assert.deepEqual([answer.statusCode, answer.json<Fault>().error.code], [403, 'TOKENS_MISSING']);
  });
});

describe('the Host header', () => {
  it('must name this machine’s loopback, with any port and in any case', async () => {
    const server = testServer(store);
    for (const host of ['localhost', 'LocalHost:4600', '127.0.0.1', '127.0.0.1:80', '[::1]', '[::1]:4600'])
      assert.equal(await codeOf(server, { host }), 'answered', host);
    for (const host of [
      ...['evil.example', 'evil.example:4600', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', '[::2]'],
      ...[
        hostname() === 'localhost' ? 'x' : hostname(),
        'localhost@evil.example',
        'localhost:4600:80',
        '[::1',
        '0.0.0.0',
      ],
    ])
      assert.equal(await codeOf(server, { host }), 'HOST_FOREIGN', host);
  });

  it('may be a further name of the configuration, with or without its port', async () => {
    const server = serverAt('{ allowed_hosts: [ Logs.Example, "proxy.example:8443" ] }');
    for (const host of ['logs.example', 'LOGS.EXAMPLE:443', 'proxy.example:8443'])
      assert.equal(await codeOf(server, { host }), 'answered', host);
    for (const host of ['proxy.example', 'proxy.example:80', 'a.logs.example'])
      assert.equal(await codeOf(server, { host }), 'HOST_FOREIGN', host);
  });

  it('may be a bare address or the machine’s name where the server is open to others', async () => {
    const server = serverAt('{ host: "0.0.0.0" }', { tokens: ['t'] });
    for (const host of ['10.0.0.1', '10.0.0.1:4600', '[fe80::1]:4600', hostname(), 'localhost'])
      assert.equal(await codeOf(server, { host }), 'answered', host);
    for (const host of ['evil.example', '10.0.0.1.evil.example'])
      assert.equal(await codeOf(server, { host }), 'HOST_FOREIGN', host);
  });

  it('is checked for every path, known or not, and shortened in the answer', async () => {
    const server = testServer(store);
    for (const url of ['/', '/metrics', '/es/_search', '/api/openapi.json', '/no/such/thing']) {
      const answer = await server.inject({ url, headers: { host: `${'x'.repeat(5000)}.example` } });
      assert.equal(answer.statusCode, 403, url);
      assert.ok(answer.body.length < 4000, url);
    }
  });
});

describe('a request that a web page made', () => {
  const host = 'localhost:4600';

  it('is answered only when the page is of this server', async () => {
    const server = testServer(store);
    for (const origin of ['http://localhost:4600', 'https://localhost:4600'])
      assert.equal(await codeOf(server, { host, origin }), 'answered', origin);
    for (const origin of [
      ...['http://evil.example', 'http://localhost', 'http://localhost:4601', 'http://127.0.0.1:4600', 'null', ''],
      ...['file://', 'http://localhost:4600.evil.example', 'http://localhost:4600/x', 'chrome-extension://abc'],
    ])
      assert.equal(await codeOf(server, { host, origin }), 'ORIGIN_FOREIGN', origin);
  });

  it('may leave out the port that its scheme implies', async () => {
    const server = testServer(store);
    assert.equal(await codeOf(server, { host: 'localhost', origin: 'http://localhost' }), 'answered');
    assert.equal(await codeOf(server, { host: 'localhost:443', origin: 'https://localhost' }), 'answered');
    assert.equal(await codeOf(server, { host: '[::1]:80', origin: 'http://[::1]' }), 'answered');
  });

  it('is refused by what browsers say of it where there is no Origin, but links may be followed', async () => {
    const server = testServer(store);
    const from = (site: string, mode: string) => ({ host, 'sec-fetch-site': site, 'sec-fetch-mode': mode });
    for (const site of ['cross-site', 'same-site']) {
      assert.equal(await codeOf(server, from(site, 'no-cors')), 'ORIGIN_FOREIGN');
      assert.equal(await codeOf(server, from(site, 'cors')), 'ORIGIN_FOREIGN');
      assert.equal(await codeOf(server, from(site, 'navigate'), 'POST'), 'ORIGIN_FOREIGN');
      assert.equal(await codeOf(server, from(site, 'navigate')), 'answered');
    }
    for (const site of ['same-origin', 'none']) assert.equal(await codeOf(server, from(site, 'cors')), 'answered');
  });

  it('gets no permission to read answers elsewhere', async () => {
    const answer = await testServer(store).inject({
      method: 'OPTIONS',
      url: '/api/v1/search',
      headers: { host, origin: 'http://localhost:4600' },
    });
    assert.equal(answer.statusCode, 404);
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  });

  it('must not be led elsewhere by a form of the page', async () => {
    const server = testServer(store);
    const answer = await server.inject({
      method: 'POST',
      url: '/alerts/x/acknowledge',
      headers: { host, origin: 'http://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'return=/',
    });
    assert.equal(answer.statusCode, 403);
  });
});
