import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { after, describe, it } from 'node:test';
import { pino } from 'pino';
import { createTokenCheck } from '../../src/api/auth.ts';
import type { Fault } from '../../src/api/contract/fault.ts';
import { connectElasticsearch } from '../../src/store/elasticsearch/connect.ts';
import { absentStore, testServer } from './test-server.ts';

const TOKEN = 'correct-horse-battery';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const store = absentStore();
after(() => store.close());
const has = createTokenCheck([TOKEN, 'second']);

describe('a token', () => {
  it('is taken as Bearer, as ApiKey and as the password of anybody', () => {
    for (const authorization of [
      `Bearer ${TOKEN}`,
      'bearer second',
      `BEARER  ${TOKEN}`,
      `ApiKey ${TOKEN}`,
      `ApiKey ${base64(`some-id:${TOKEN}`)}`,
      `Basic ${base64(`ann:${TOKEN}`)}`,
      `Basic ${base64(`:${TOKEN}`)}`,
    ])
      assert.equal(has({ authorization }), true, authorization);
  });

  it('is not taken when wrong, empty, cut, lengthened, in another case or of another scheme', () => {
    for (const authorization of [
      ...[
        undefined,
        '',
        'Bearer',
        'Bearer ',
        `Bearer ${TOKEN.slice(1)}`,
        `Bearer ${TOKEN}x`,
        `Bearer ${TOKEN.toUpperCase()}`,
      ],
      ...[
        TOKEN,
        `Digest ${TOKEN}`,
        `Basic ${TOKEN}`,
        `Basic ${base64(`${TOKEN}:`)}`,
        `Basic ${base64('')}`,
        'Basic !!!',
      ],
    ])
      assert.equal(has({ authorization }), false, authorization);
  });

  it('that is empty opens nothing, even if one is configured', () => {
    const check = createTokenCheck(['']);
    for (const authorization of ['', 'Bearer ', 'Bearer', 'Basic ', `Basic ${base64('ann:')}`])
      assert.equal(check({ authorization }), false, authorization);
  });
});

describe('a server with tokens', () => {
  const headers = { host: 'localhost' };

  it('refuses every path without one but those of monitors, and says how to send it', async () => {
    const server = testServer(store, { tokens: [TOKEN], lockToken: 'of-the-lock' });
    for (const url of [
      '/',
      '/metrics',
      '/api/v1/ledger',
      '/api/openapi.json',
      '/es',
      '/es/_search',
      '/style.css',
      '/nothing',
    ]) {
      const answer = await server.inject({ url, headers });
      assert.equal(answer.statusCode, 401, url);
      assert.match(String(answer.headers['www-authenticate']), /^Basic realm="logmill"/);
    }
    assert.equal((await server.inject({ url: '/health', headers })).statusCode, 200);
    assert.equal((await server.inject({ url: '/ready', headers })).statusCode, 503);
  });

  it('answers with any of its own, and with the one of the lock file', async () => {
    const server = testServer(store, { tokens: [TOKEN], lockToken: 'of-the-lock' });
    for (const token of [TOKEN, 'of-the-lock']) {
      const answer = await server.inject({
        url: '/api/v1/ledger',
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
      assert.equal(answer.statusCode, 200);
    }
  });

  it('cannot be opened by writing the path of a monitor another way', async () => {
    const server = testServer(store, { tokens: [TOKEN] });
    for (const url of [
      '/health/../metrics',
      '/health?/metrics',
      '/%68ealth/x',
      '//health',
      '/health/',
      '/metrics?/health',
    ]) {
      const answer = await server.inject({ url, headers });
      assert.ok(answer.statusCode === 401 || !answer.body.includes('logmill_'), url);
    }
  });

  it('prints no token in a refusal, a fault or its log, wrong ones and those of the store included', async () => {
    const broken = createServer((_request, response) => response.writeHead(500).end('{"error":"broken"}'));
    broken.listen(0, '127.0.0.1');
    await once(broken, 'listening');
    const node = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
    const away = connectElasticsearch({ node, apiKey: 'key-of-the-store', dataStreams: true, timeout: '5s' });
    const lines = new PassThrough();
    const server = testServer(away, { tokens: [TOKEN], log: pino({ level: 'trace' }, lines) });
    const seen: string[] = [];
    for (const [url, authorization] of [
      ['/api/v1/search', 'Bearer wrong-guess'],
      ['/es/_search', `Basic ${base64(`ann:wrong-guess`)}`],
      ['/api/v1/search', `Bearer ${TOKEN}`],
      ['/', `Bearer ${TOKEN}`],
      ['/ready', `Bearer ${TOKEN}`],
      ['/metrics', `Bearer ${TOKEN}`],
      ['/api/v1/nothing', `Bearer ${TOKEN}`],
    ] as const) {
      const answer = await server.inject({ url, headers: { ...headers, authorization } });
      seen.push(answer.body, JSON.stringify(answer.headers));
    }
    seen.push(String(lines.read() ?? ''));
    assert.match(seen.at(-1)!, /request failed/);
    for (const secret of [TOKEN, 'wrong-guess', 'key-of-the-store', base64('ann:wrong-guess')])
      assert.equal(seen.join('\n').includes(secret), false, secret);
    await server.close();
    await away.close();
    broken.close();
  });

  it('says the same for every wrong token', async () => {
    const server = testServer(store, { tokens: [TOKEN] });
    const answers = await Promise.all(
      ['Bearer a', `Bearer ${TOKEN}x`, 'Basic !!!', 'nonsense'].map((authorization) =>
        server.inject({ url: '/metrics', headers: { ...headers, authorization } }),
      ),
    );
    assert.deepEqual(new Set(answers.map(({ body }) => body)).size, 1);
    assert.equal(answers[0]!.json<Fault>().error.code, 'TOKEN_WRONG');
  });
});
