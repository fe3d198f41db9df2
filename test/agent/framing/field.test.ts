import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Multiline } from '../../../src/config/multiline.ts';
import { frameInBlocks, framer } from './blocks.ts';

const DOCKER: Multiline = { mode: 'traces', field: 'log', by: 'stream', max_lines: 500, timeout: '1s' };
const docker = (stream: string, log: string) => JSON.stringify({ log, stream, time: '2026-11-21T10:00:00Z' });

function framedBy(multiline: Multiline, records: readonly string[]) {
  return frameInBlocks(framer({ multiline }), Buffer.from(`${records.join('\n')}\n`));
}

describe('texts of JSON lines', () => {
  test('are joined within their stream, each without its newline', () => {
    const records = [
      docker('stdout', 'ERROR failed\n'),
      docker('stderr', 'panic: boom\n'),
      docker('stdout', 'INFO going on\n'),
      docker('stderr', '\n'),
      docker('stderr', 'goroutine 1 [running]:\r\n'),
      docker('stdout', 'INFO fine\n'),
      docker('stderr', 'main.main()\n'),
      docker('stderr', 'bye\n'),
    ];
    const { lines, skipped } = framedBy(DOCKER, records);
    assert.deepEqual(
      lines.map(({ text }) => text),
      [
        records[0],
        docker('stderr', 'panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n'),
        records[2],
        records[5],
        records[7],
      ],
    );
    assert.equal(skipped.lines, 0);
  });

  test('that are blank are lines all the same, for the other keys say something', () => {
    const records = [
      '{"log":"","code":1}',
      '{"log":"ERROR x","n":12345678901234567890}',
      '{"log":"\\n","code":2}',
      '{"log":"b"}',
    ];
    for (const multiline of [DOCKER, { ...DOCKER, mode: 'java' }] as const) {
      assert.deepEqual(
        framedBy(multiline, records).lines.map(({ text }) => text),
        records,
      );
    }
  });

  test('leave the other keys of the first line as they are, and lines without the key', () => {
    const records = [
      '{"log":"ERROR x\\n","n":12345678901234567890}',
      '{"log":"java.lang.Error: y\\n","n":2}',
      'no JSON',
      '[1]',
      'null',
      '"log"',
      '{"log":7}',
    ];
    assert.deepEqual(
      framedBy(DOCKER, records).lines.map(({ text }) => text),
      ['{"log":"ERROR x\\njava.lang.Error: y\\n","n":12345678901234567890}', ...records.slice(2)],
    );
  });

  test('make the same events however the file is cut into blocks, and every byte is in one', () => {
    const texts = ['INFO x\n', 'ERROR y\n', 'java.lang.Error: z\n', '\tat a.B.c(B.java:1)\n', '  more\n', '\n', ''];
    const record = fc.tuple(fc.constantFrom('stdout', 'stderr'), fc.constantFrom(...texts)).map((of) => docker(...of));
    const small = framer({ multiline: { ...DOCKER, max_lines: 5 }, max_line_bytes: '300B' });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(record, fc.constantFrom('', 'no JSON')), { maxLength: 40 }),
        fc.array(fc.nat(3000), { maxLength: 10 }),
        (records, cuts) => {
          const bytes = Buffer.from(records.map((each) => `${each}\n`).join(''));
          const atOnce = frameInBlocks(small, bytes);
          assert.deepEqual(frameInBlocks(small, bytes, cuts), atOnce);
          const inLines = atOnce.lines.reduce((sum, line) => sum + line.bytes, 0);
          assert.equal(inLines + atOnce.skipped.bytes, bytes.length);
          assert.equal(atOnce.skipped.lines, records.filter((each) => each === '').length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
