import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Multiline } from '../../../src/config/multiline.ts';
import { frameInBlocks, framer } from './blocks.ts';

const TRACES = { mode: 'traces', max_lines: 500, timeout: '1s' } as const;
const T = '2026-11-21T10:00:00.123456789Z';

/** How a runtime frames a text of one stream; not `whole` where it has cut the line. */
type Frame = (stream: string, text: string, whole?: boolean) => string;
const FRAMES: Readonly<Record<'docker' | 'cri', Frame>> = {
  docker: (stream, text, whole = true) => JSON.stringify({ log: whole ? `${text}\n` : text, stream, time: T }),
  cri: (stream, text, whole = true) => `${T} ${stream} ${whole ? 'F' : 'P'} ${text}`,
};

function framedBy(multiline: Multiline, records: readonly string[]) {
  return frameInBlocks(framer({ multiline }), Buffer.from(`${records.join('\n')}\n`));
}

for (const within of ['docker', 'cri'] as const) {
  const frame = FRAMES[within];
  const texts = (records: readonly string[]) => framedBy({ ...TRACES, within }, records).lines.map(({ text }) => text);

  describe(`lines within the frames of ${within}`, () => {
    test('are joined in their stream, and the frame of the first one stays', () => {
      const records = [
        frame('stdout', 'ERROR failed'),
        frame('stderr', 'panic: boom'),
        frame('stdout', 'INFO going on'),
        frame('stderr', ''),
        frame('stderr', 'goroutine 1 [running]:'),
        frame('stdout', 'INFO fine'),
        frame('stderr', 'main.main()'),
        frame('stderr', 'bye'),
      ];
      assert.deepEqual(texts(records), [
        records[0],
        frame('stderr', 'panic: boom\n\ngoroutine 1 [running]:\nmain.main()'),
        records[2],
        records[5],
        records[7],
      ]);
    });

    test('are whole again where the runtime had cut them, and say so where the rest did not come', () => {
      const records = [
        frame('stdout', 'INFO a lo', false),
        frame('stderr', 'between'),
        frame('stdout', 'ng li', false),
        frame('stdout', 'ne'),
        frame('stdout', 'INFO half', false),
      ];
      assert.deepEqual(texts(records), [frame('stdout', 'INFO a long line'), records[1], records[4]]);
      assert.deepEqual(framedBy({ ...TRACES, within }, records).lines[2]!.flags, ['partial']);
    });

    test('that are blank are lines all the same, and so are those without a frame', () => {
      const records = [
        frame('stdout', ''),
        frame('stderr', 'ERROR x'),
        frame('stderr', ''),
        frame('stderr', 'b'),
        'no frame',
        '{}',
      ];
      assert.deepEqual(texts(records), records);
    });

    test('make the same events however the file is cut into blocks, and every byte is in one', () => {
      const some = ['INFO x', 'ERROR y', 'java.lang.Error: z', '\tat a.B.c(B.java:1)', '  more', ''];
      const record = fc
        .tuple(fc.constantFrom('stdout', 'stderr'), fc.constantFrom(...some), fc.boolean())
        .map((of) => frame(...of));
      const small = framer({ multiline: { ...TRACES, within, max_lines: 5 }, max_line_bytes: '300B' });
      fc.assert(
        fc.property(
          fc.array(fc.oneof(record, fc.constantFrom('', 'no frame')), { maxLength: 40 }),
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
}

describe('texts of a field of JSON lines', () => {
  const FIELD = { ...TRACES, field: 'msg' };

  test('that are blank are lines all the same, for the other keys say something', () => {
    const records = ['{"msg":"","code":1}', '{"msg":"ERROR x","n":1}', '{"msg":"","code":2}', '{"msg":"b"}'];
    for (const mode of ['traces', 'java'] as const) {
      const { lines } = framedBy({ ...FIELD, mode }, records);
      assert.deepEqual(
        lines.map(({ text }) => text),
        records,
      );
    }
  });

  test('leave the other keys of the first line as they are, and lines without the field', () => {
    const others = ['no JSON', '[1]', 'null', '"msg"', '{"msg":7}'];
    const records = ['{"msg":"ERROR x","n":12345678901234567890}', '{"msg":"java.lang.Error: y","n":2}', ...others];
    const { lines } = framedBy(FIELD, records);
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['{"msg":"ERROR x\\njava.lang.Error: y","n":12345678901234567890}', ...others],
    );
  });
});
