import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { createBodyReader } from '../../src/api/body-reader.ts';
import { LogmillError } from '../../src/errors.ts';

const bytes = (count: number) => Buffer.alloc(count, 'x');
const refusedAs = (code: string) => (error: unknown) => error instanceof LogmillError && error.code === code;

describe('a reader of bodies', () => {
  it('gives the body whole, packed or not, in one piece or many', async () => {
    const { read } = createBodyReader();
    const text = 'line\n'.repeat(10_000);
    for (const [encoding, content] of [
      [undefined, text],
      ['identity', text],
      ['gzip', gzipSync(text)],
      ['X-Gzip', gzipSync(text)],
      ['deflate', deflateSync(text)],
    ] as const) {
      const pieces = [Buffer.from(content).subarray(0, 7), Buffer.from(content).subarray(7)];
      const { body } = await read(Readable.from(pieces), { 'content-encoding': encoding });
      assert.equal(body.toString(), text);
    }
    assert.equal((await read(Readable.from([]), {})).body.length, 0);
  });

  it('stops at its limit, also when little unpacks to much or no length was announced', async () => {
    const { read } = createBodyReader(1000);
    assert.equal((await read(Readable.from([bytes(1000)]), {})).body.length, 1000);
    await assert.rejects(read(Readable.from([bytes(600), bytes(401)]), {}), refusedAs('BODY_TOO_LARGE'));
    const bomb = gzipSync(bytes(50_000_000));
    await assert.rejects(read(Readable.from([bomb]), { 'content-encoding': 'gzip' }), refusedAs('BODY_TOO_LARGE'));
  });

  it('does not begin to read what says it is too large', async () => {
    let asked = false;
    const stream = new Readable({
      read() {
        asked = true;
      },
    });
    await assert.rejects(
      createBodyReader(1000).read(stream, { 'content-length': '1001' }),
      refusedAs('BODY_TOO_LARGE'),
    );
    assert.equal(asked, false);
  });

  it('leaves the stream open when it refuses, so that the refusal can be sent', async () => {
    const stream = Readable.from([bytes(600), bytes(600), bytes(600)]);
    await assert.rejects(createBodyReader(1000).read(stream, {}), refusedAs('BODY_TOO_LARGE'));
    assert.equal(stream.destroyed, false);
  });

  it('asks to come again while others hold too much, and has room when they let go', async () => {
    const { read } = createBodyReader(1000, 1500);
    const first = await read(Readable.from([bytes(1000)]), {});
    await assert.rejects(read(Readable.from([bytes(600)]), {}), refusedAs('SERVER_BUSY'));
    // What was refused is not counted, nor is anything let go twice.
    first.release();
    first.release();
    const again = await read(Readable.from([bytes(1000)]), {});
    const beside = await read(Readable.from([bytes(500)]), {});
    await assert.rejects(read(Readable.from([bytes(1)]), {}), refusedAs('SERVER_BUSY'));
    again.release();
    beside.release();
  });
});
