import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SyslogFrames } from '../../../src/agent/syslog/frames.ts';

/** The messages of bytes that come in the given pieces, and of the end of the stream. */
function read(pieces: readonly Buffer[], limit = 1000): { texts: string[]; pending: number } {
  const frames = new SyslogFrames(limit);
  const messages = pieces.flatMap((piece) => frames.push(piece));
  messages.push(...frames.end());
  return { texts: messages.map(({ payload }) => payload.toString()), pending: frames.pending };
}

const whole = (text: string, limit?: number) => read([Buffer.from(text)], limit);

describe('messages of a connection (RFC 6587)', () => {
  for (const [title, stream, texts] of [
    ['with their length before them', '7 <1>a\nbc3 <2>', ['<1>a\nbc', '<2>']],
    ['with a newline after them', '<1>a\n<2>b\r\n<3>c', ['<1>a', '<2>b', '<3>c']],
    ['with a NUL after them', '<1>a\0<2>b\0', ['<1>a', '<2>b']],
    ['of both kinds on one connection', '5 <1>ab<2>b\n4 <3>c', ['<1>ab', '<2>b', '<3>c']],
    ['with a newline besides their length', '5 <1>ab\n5 <2>cd\n', ['<1>ab', '<2>cd']],
    ['whose length counts their newline', '5 <1>a\n5 <2>b\n', ['<1>a', '<2>b']],
    [
      'that begin with a number that is no length',
      '12 monkeys\n7up\n1234567890 <x\n',
      ['12 monkeys', '7up', '1234567890 <x'],
    ],
    ['that are blank are none', '\n\n<1>a\n\n', ['<1>a']],
    ['the last of which is a number', '<1>a\n42', ['<1>a', '42']],
  ] as const) {
    test(title, () => assert.deepEqual(whole(stream), { texts: [...texts], pending: 0 }));
  }

  test('a counted message that is cut off is not one, and its bytes are known', () => {
    assert.deepEqual(whole('4 <1>a20 <2>abc'), { texts: ['<1>a'], pending: 6 });
  });

  test('of a message over the limit the beginning, length and hash are kept', () => {
    const frames = new SyslogFrames(100);
    for (const text of [`150 <1>${'x'.repeat(147)}`, `<1>${'y'.repeat(197)}\n`]) {
      const [message] = frames.push(Buffer.from(text));
      assert.equal(message!.overlong!.length, text.startsWith('150') ? 150 : 200);
      assert.match(message!.overlong!.sha256, /^[0-9a-f]{64}$/);
    }
    const [after] = frames.push(Buffer.from('4 <1>a'));
    assert.equal(after!.payload.toString(), '<1>a');
  });

  test('a length without an end to it holds no memory', () => {
    const frames = new SyslogFrames(100);
    frames.push(Buffer.from('999999999 <1>'));
    for (let n = 0; n < 1000; n++) assert.deepEqual(frames.push(Buffer.alloc(1000, 120)), []);
    assert.equal(frames.pending, 1_000_003);
  });

  test('the messages are the same however the bytes come in', () => {
    const message = fc.record({
      counted: fc.boolean(),
      text: fc.string({ maxLength: 40, unit: 'grapheme' }).map((text) => `<13>${text.replace(/[\n\r\0]/g, '')}.`),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 12 })),
        (list, sizes) => {
          const stream = Buffer.concat(
            list.map(({ counted, text }) => Buffer.from(counted ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`)),
          );
          const pieces: Buffer[] = [];
          for (let at = 0; at < stream.length; ) {
            const size = sizes.next().value!;
            pieces.push(stream.subarray(at, at + size));
            at += size;
          }
          assert.deepEqual(read(pieces), { texts: list.map(({ text }) => text), pending: 0 });
        },
      ),
    );
  });

  test('bytes of any kind never throw, and no memory is lost track of', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (pieces) => {
        const { texts } = read(
          pieces.map((piece) => Buffer.from(piece)),
          20,
        );
        assert.ok(texts.length <= pieces.reduce((sum, piece) => sum + piece.length, 0));
      }),
    );
  });
});
