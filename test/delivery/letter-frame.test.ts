import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { frameOf, linesOf } from '../../src/delivery/letter-frame.ts';
import { documentId, type Line } from '../../src/model/line.ts';

const NEWLINE = Buffer.from('\n');

function lineAt(offset: number, text: string, more: Partial<Line> = {}): Line {
  const { raw = Buffer.from(text) } = more;
  return { text, offset, bytes: raw.length + 1, fileKey: 'k'.repeat(16), crc: crc32(raw), ...more };
}

const rawLine = (offset: number, raw: Buffer) => lineAt(offset, raw.toString('utf8'), { raw });

/** As the flow of a pipeline makes it of several. */
function joined(lines: readonly Line[]): Line {
  const text = lines.map((line) => line.text).join('\n');
  const isText = lines.every(({ raw }) => raw === undefined);
  const parts = lines.flatMap((line) => [line.raw ?? Buffer.from(line.text), NEWLINE]).slice(0, -1);
  return { ...lines[0]!, text, of: lines, ...(isText ? {} : { raw: Buffer.concat(parts) }) };
}

/** Through the document of the letter, which is JSON. */
function kept(line: Line, id = documentId(line)) {
  const frame = frameOf(line);
  const letter = { text: line.text, base64: line.raw?.toString('base64'), ...(frame === undefined ? {} : { frame }) };
  return linesOf(id, JSON.parse(JSON.stringify(letter)));
}

describe('the frame of a dead letter', () => {
  test('is nothing for a plain line, which comes back as it was', () => {
    const line = lineAt(7, 'grüße');
    assert.equal(frameOf(line), undefined);
    assert.deepEqual(kept(line), [line]);
    assert.deepEqual(kept(line, `${documentId(line)}-3`), [line], 'the letter of a child of it');
  });

  test('holds what framing knows of a line that its text does not say', () => {
    const container = { stream: 'stderr', time: '2026-11-21T10:00:00.123456789Z' };
    for (const more of [
      { flags: ['multiline', 'partial'], container },
      { container: { stream: 'stdout' } },
      { sender: '10.0.0.7' },
      { flags: ['truncated'], truncated: { length: 5_000_000 } },
    ]) {
      const line = lineAt(7, 'a\nb', more);
      assert.deepEqual(kept(line), [line]);
    }
  });

  test('gives back each of the lines that an event was made of, whatever is in them', () => {
    const text = fc.oneof(
      fc.string().map((one) => one.replaceAll('\r', '')),
      fc.constantFrom('', 'a\nb', '\n', '𝄞ü', 'x'),
    );
    const line = fc.record({
      text,
      raw: fc.option(fc.uint8Array({ minLength: 1, maxLength: 5 }), { nil: undefined, freq: 4 }),
      flags: fc.option(fc.constant(['multiline']), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 6 }), (all) => {
        const lines = all.map((one, at) => {
          // Only bytes that are no UTF-8 are kept as bytes.
          const made =
            one.raw === undefined
              ? lineAt(100 * at, one.text.toWellFormed())
              : rawLine(100 * at, Buffer.from([...one.raw, 0xff]));
          return one.flags === undefined ? made : { ...made, flags: one.flags };
        });
        assert.deepEqual(kept(joined(lines)), lines);
      }),
    );
  });

  test('says when an event was only about its lines, or not all of them were kept', () => {
    const line = lineAt(7, 'a');
    assert.equal(kept({ ...line, of: [] }), undefined);
    assert.equal(
      linesOf(documentId(line), {
        text: 'a',
        base64: undefined,
        frame: { lines: [{ id: documentId(line), size: 9 }] },
      }),
      undefined,
    );
    assert.equal(kept(line, 'somebody-elses'), undefined);
  });
});
