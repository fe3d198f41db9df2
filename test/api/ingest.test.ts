import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Fault } from '../../src/api/contract/fault.ts';
import type { IngestAnswer } from '../../src/api/contract/ingest.ts';
import { Rejected } from '../../src/model/rejected.ts';
import type { Store } from '../../src/store/client.ts';
import { createAsker } from './answers.ts';
import { indexed, receivingOf } from './receiving.ts';
import { absentStore, testServer } from './test-server.ts';

describe('POST /api/v1/ingest/PIPELINE', () => {
  let store: Store;
  before(() => {
    store = absentStore();
  });
  after(() => store.close());

  const PATH = '/api/v1/ingest/json';
  const asking = async (receiving = receivingOf()) => ({
    receiving,
    ask: await createAsker(testServer(store, { receiving })),
  });

  it('hands over every line that is not blank, with its number, its sender and its pipeline', async () => {
    const { ask, receiving } = await asking();
    const payload = '\uFEFF{"a":1}\r\n\n  \n{"b":2}\nlast';
    const { status, body } = await ask<IngestAnswer>('POST', PATH, { payload });
    assert.equal(status, 200);
    assert.deepEqual(body, { lines: 3, indexed: 3, already_there: 0, dead_lettered: 0, dropped: 0, items: [] });
    const [parcel] = receiving.parcels;
    assert.deepEqual(
      parcel!.lines.map(({ payload: line, number }) => [number, line.toString()]),
      [
        [1, '{"a":1}'],
        [4, '{"b":2}'],
        [5, 'last'],
      ],
    );
    assert.deepEqual(
      [parcel!.input, parcel!.pipeline, parcel!.sender, parcel!.batch, parcel!.wait],
      ['apps', 'json', '127.0.0.1', undefined, 30_000],
    );
  });

  it('lists what became no new document, and everything on request', async () => {
    const outcomes = ['indexed', 'already_there', 'dead_lettered', 'dropped'] as const;
    const { ask } = await asking(
      receivingOf(({ lines }) => ({
        state: 'settled',
        verdicts: lines.map((line, index) => ({
          ...indexed(line),
          outcome: outcomes[index]!,
          ...(index === 2 ? { rejected: new Rejected('mapping', 'no number', 'took') } : {}),
        })),
      })),
    );
    const payload = 'a\nb\nc\nd\n';
    const { body } = await ask<IngestAnswer>('POST', PATH, { payload });
    assert.deepEqual([body.indexed, body.already_there, body.dead_lettered, body.dropped], [1, 1, 1, 1]);
    assert.deepEqual(body.items, [
      { line: 2, outcome: 'already_there', id: 'id-2' },
      { line: 3, outcome: 'dead_lettered', id: 'id-3', reason: 'mapping', field: 'took', detail: 'no number' },
      { line: 4, outcome: 'dropped', id: 'id-4' },
    ]);
    const all = await ask<IngestAnswer>('POST', PATH, { payload, query: { verbose: '' } });
    assert.equal(all.body.items.length, 4);
  });

  it('reads bodies packed with gzip, and bounds what they unpack to', async () => {
    const { ask, receiving } = await asking();
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' };
    await ask('POST', PATH, { payload: gzipSync('{"a":1}\n'), headers });
    assert.equal(receiving.parcels[0]!.lines[0]!.payload.toString(), '{"a":1}');
    const bomb = await ask<Fault>('POST', PATH, { payload: gzipSync(Buffer.alloc(3_000_000)), headers });
    assert.equal(bomb.body.error.code, 'BODY_TOO_LARGE');
    const rubbish = await ask<Fault>('POST', PATH, { payload: Buffer.from('no gzip'), headers });
    assert.equal(rubbish.body.error.code, 'BODY_ENCODING');
    const cut = await ask<Fault>('POST', PATH, { payload: gzipSync('{"a":1}\n'.repeat(100)).subarray(0, 25), headers });
    assert.equal(cut.body.error.code, 'BODY_ENCODING');
    assert.equal(receiving.parcels.length, 1, 'nothing of what was refused is taken');
  });

  it('refuses bodies whose type says that they hold no lines, and reads all others as they come', async () => {
    const { ask, receiving } = await asking();
    const send = (type: string) => ask<Fault>('POST', PATH, { payload: 'a\n', headers: { 'content-type': type } });
    for (const type of ['multipart/form-data; boundary=x', 'application/gzip', 'Application/X-Protobuf', 'image/png']) {
      const { status, body } = await send(type);
      assert.deepEqual([status, body.error.code], [415, 'INGEST_TYPE'], type);
    }
    assert.equal(receiving.parcels.length, 0);
    for (const type of ['application/x-ndjson', 'text/plain; charset=utf-8', 'application/json', 'application/zip+x'])
      assert.equal((await send(type)).status, 200, type);
    // What curl says by itself.
    assert.equal((await send('application/x-www-form-urlencoded')).status, 200);
  });

  it('keeps the beginning of a line over the limit, and invalid UTF-8 as it is', async () => {
    const { ask, receiving } = await asking();
    const payload = Buffer.concat([Buffer.from('x'.repeat(2000)), Buffer.from([10, 0x61, 0xff])]);
    await ask('POST', PATH, { payload });
    const [long, raw] = receiving.parcels[0]!.lines;
    assert.equal(long!.overlong!.length, 2000);
    assert.deepEqual(raw!.payload, Buffer.from([0x61, 0xff]));
  });

  it('passes the name of a batch on, by either header', async () => {
    const { ask, receiving } = await asking();
    await ask('POST', PATH, { payload: 'a', headers: { 'idempotency-key': 'k1' } });
    await ask('POST', PATH, { payload: 'a', headers: { 'x-logmill-batch': 'k2' } });
    assert.deepEqual(
      receiving.parcels.map(({ batch }) => batch),
      ['k1', 'k2'],
    );
    const long = await ask<Fault>('POST', PATH, { payload: 'a', headers: { 'idempotency-key': 'k'.repeat(257) } });
    assert.equal(long.body.error.code, 'REQUEST_INVALID');
  });

  it('says what is queued only, and what was not taken at all', async () => {
    const queued = await asking(receivingOf(() => ({ state: 'queued' })));
    const answer = await queued.ask('POST', PATH, { payload: 'a\nb' });
    assert.deepEqual([answer.status, answer.body], [202, { lines: 2, queued: 2 }]);
    const full = await asking(receivingOf(() => ({ state: 'full' })));
    const refused = await full.ask<Fault>('POST', PATH, { payload: 'a' });
    assert.deepEqual(
      [refused.status, refused.body.error.code, refused.headers['retry-after']],
      [429, 'QUEUE_FULL', '5'],
    );
    const failed = await asking(receivingOf(() => ({ state: 'failed', detail: 'no space left' })));
    const fault = await failed.ask<Fault>('POST', PATH, { payload: 'a' });
    assert.deepEqual([fault.status, fault.body.error.code], [503, 'QUEUE_FAILED']);
  });

  it('names the pipeline that may be meant, and the input that is missing', async () => {
    const { ask } = await asking();
    const unknown = await ask<Fault>('POST', '/api/v1/ingest/jsno', { payload: 'a' });
    assert.equal(unknown.status, 404);
    assert.match(unknown.body.error.help, /did you mean "json"/);
    const without = await createAsker(testServer(store));
    const off = await without<Fault>('POST', PATH, { payload: 'a' });
    assert.deepEqual([off.status, off.body.error.code], [404, 'INGEST_OFF']);
  });

  it('wants a token as every other route does', async () => {
    const server = testServer(store, { receiving: receivingOf(), tokens: ['secret'] });
    const post = (headers: Record<string, string>) =>
      server.inject({ method: 'POST', url: PATH, payload: 'a', headers: { host: 'localhost', ...headers } });
    assert.equal((await post({})).statusCode, 401);
    assert.equal((await post({ authorization: 'Bearer secret' })).statusCode, 200);
    assert.equal((await post({ authorization: 'Bearer secret', origin: 'http://evil.test' })).statusCode, 403);
  });

  it('answers a body that does not come to its end, and hangs up', async () => {
    const receiving = receivingOf(undefined, { request_timeout: '50ms' });
    const server = testServer(store, { receiving });
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8');
    let answer = '';
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.write(`POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"a"`);
    await once(socket, 'close');
    assert.match(answer, /^HTTP\/1\.1 408 [\s\S]*REQUEST_SLOW/);
    assert.deepEqual(receiving.parcels, []);
    await server.close();
  });
});
