import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Rejected } from '../../src/model/rejected.ts';
import type { Store } from '../../src/store/client.ts';
import { createAsker } from './answers.ts';
import { indexed, receivingOf } from './receiving.ts';
import { absentStore, testServer } from './test-server.ts';

const EXAMPLE = readFileSync(path.join(import.meta.dirname, '../fixtures/otlp/example.pb'));
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const oneRecord = (record: object) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });

describe('POST /v1/logs', () => {
  let store: Store;
  before(() => {
    store = absentStore();
  });
  after(() => store.close());

  it('takes JSON, and answers as the specification has it', async () => {
    const receiving = receivingOf();
    const ask = await createAsker(testServer(store, { receiving }));
    const { status, body } = await ask('POST', '/v1/logs', { payload: oneRecord({ body: { stringValue: 'a' } }) });
    assert.deepEqual([status, body], [200, {}]);
    const [parcel] = receiving.parcels;
    assert.deepEqual([parcel!.input, parcel!.pipeline], ['otel', 'otlp']);
    assert.equal(parcel!.lines[0]!.payload.toString(), '{"body":"a"}');
  });

  it('takes protobuf, also packed, and answers in protobuf', async () => {
    const receiving = receivingOf();
    const server = testServer(store, { receiving });
    for (const [payload, headers] of [
      [EXAMPLE, PROTOBUF],
      [gzipSync(EXAMPLE), { ...PROTOBUF, 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await server.inject({
        method: 'POST',
        url: '/v1/logs',
        payload,
        headers: { host: 'localhost', ...headers },
      });
      assert.deepEqual(
        [answer.statusCode, answer.headers['content-type'], answer.rawPayload.length],
        [200, PROTOBUF['content-type'], 0],
      );
    }
    assert.equal(receiving.parcels.length, 2);
    assert.deepEqual(receiving.parcels[0]!.lines, receiving.parcels[1]!.lines);
  });

  it('names a request by its bytes where sending it again can be nothing else', async () => {
    const receiving = receivingOf();
    const ask = await createAsker(testServer(store, { receiving }));
    const timed = oneRecord({ timeUnixNano: '1795305600000000001', body: { stringValue: 'a' } });
    for (const payload of [timed, timed, oneRecord({ body: { stringValue: 'a' } })])
      await ask('POST', '/v1/logs', { payload });
    const [first, again, timeless] = receiving.parcels;
    assert.match(first!.batch!, /^[\w-]{43}$/);
    assert.equal(again!.batch, first!.batch);
    assert.equal(timeless!.batch, undefined);
  });

  it('calls records that became dead letters a partial success', async () => {
    const receiving = receivingOf(({ lines }) => ({
      state: 'settled',
      verdicts: lines.map((line) => ({
        ...indexed(line),
        outcome: 'dead_lettered',
        rejected: new Rejected('mapping', 'no number'),
      })),
    }));
    const ask = await createAsker(testServer(store, { receiving }));
    const { status, body } = await ask('POST', '/v1/logs', { payload: oneRecord({ body: { stringValue: 'a' } }) });
    assert.equal(status, 200);
    assert.deepEqual(body, {
      partialSuccess: { rejectedLogRecords: '1', errorMessage: 'kept as dead letters: mapping, no number' },
    });
  });

  it('answers with success for what is on disk, and asks to come again where it is not', async () => {
    const queued = await createAsker(testServer(store, { receiving: receivingOf(() => ({ state: 'queued' })) }));
    assert.equal((await queued('POST', '/v1/logs', { payload: oneRecord({}) })).status, 200);
    const full = await createAsker(testServer(store, { receiving: receivingOf(() => ({ state: 'full' })) }));
    const { status, headers, body } = await full<{ code: number }>('POST', '/v1/logs', { payload: oneRecord({}) });
    assert.deepEqual([status, headers['retry-after'], body.code], [429, '5', 8]);
  });

  it('answers faults as a google.rpc.Status in the encoding of the request', async () => {
    const server = testServer(store, { receiving: receivingOf(), tokens: ['secret'] });
    const post = (payload: string, contentType: string, token = 'Bearer secret') =>
      server.inject({
        method: 'POST',
        url: '/v1/logs',
        payload,
        headers: { host: 'localhost', 'content-type': contentType, authorization: token },
      });
    const json = await post('{', 'application/json');
    assert.deepEqual([json.statusCode, json.json<{ code: number }>().code], [400, 3]);
    const binary = await post('\u0001', PROTOBUF['content-type']);
    assert.deepEqual([binary.statusCode, binary.headers['content-type']], [400, PROTOBUF['content-type']]);
    assert.equal(binary.rawPayload.subarray(0, 2).toString('hex'), '0803');
    assert.equal((await post('{}', 'text/plain')).statusCode, 415);
    const stranger = await post('{}', 'application/json', 'Bearer wrong');
    assert.deepEqual([stranger.statusCode, stranger.json<{ code: number }>().code], [401, 16]);
    const large = await post(`{"x":"${'y'.repeat(2_000_000)}"}`, 'application/json');
    assert.equal(large.statusCode, 413);
    const off = await testServer(store).inject({
      method: 'POST',
      url: '/v1/logs',
      payload: {},
      headers: { host: 'localhost' },
    });
    assert.deepEqual([off.statusCode, off.json<{ code: number }>().code], [404, 5]);
  });
});
