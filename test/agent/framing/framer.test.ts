import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { EncodingName } from '../../../src/config/encodings.ts';
import { frameInBlocks, framer, keyAt } from './blocks.ts';
import { encode } from './encode.ts';

const LETTERS: Readonly<Partial<Record<EncodingName, string>>> = {
  'utf-8': 'aZ é日😀 \t',
  'utf-16le': 'aZ é日😀ĀĊ \t',
  'utf-16be': 'aZ é日😀ĀĊ \t',
  'latin-1': 'aZ éß \t',
  'windows-1251': 'aZ дЖ€ \t',
  'windows-1252': 'aZ é€ \t',
  shift_jis: 'aZ 日本ソ表ｱ \t',
  gb18030: 'aZ 日本語丂 \t',
};
const ENCODINGS = Object.keys(LETTERS) as EncodingName[];
const DELIMITERS = ['newline', 'nul', '|', '\\', '||\n', '日'];
const MULTILINE = [
  undefined,
  { start: '^a' },
  { continuation: '^Z' },
  { indentation: true },
  { mode: 'java' },
  { mode: 'traces' },
] as const;
const cuts = fc.array(fc.nat(1500), { maxLength: 10 });

function delimiterText(delimiter: string): string {
  return delimiter === 'newline' ? '\n' : delimiter === 'nul' ? '\0' : delimiter;
}

/** What the records are, told by those who wrote them. */
function expected(records: readonly string[], encoding: EncodingName, delimiter: string) {
  let offset = 0;
  return records.flatMap((record) => {
    const bytes = encode(record, encoding);
    const size = bytes.length + encode(delimiterText(delimiter), encoding).length;
    const line = { text: record, offset, bytes: size, fileKey: keyAt(offset + bytes.length), crc: crc32(bytes) };
    offset += size;
    return record.trim() === '' ? [] : [line];
  });
}

describe('records', () => {
  for (const encoding of ENCODINGS) {
    for (const delimiter of DELIMITERS) {
      const canWrite = delimiter !== '日' || encoding.startsWith('utf');
      if (!canWrite) continue;
      const letters = [...LETTERS[encoding]!].filter((letter) => !delimiterText(delimiter).includes(letter));
      const record = fc.array(fc.constantFrom(...letters), { maxLength: 12 }).map((all) => all.join(''));
      test(`in ${encoding} ended by ${JSON.stringify(delimiter)} are what was written, however they are cut into blocks`, () => {
        const framing = framer({ encoding, delimiter, max_line_bytes: '1000B', on_long_line: 'truncate' });
        fc.assert(
          fc.property(fc.array(record, { maxLength: 30 }), cuts, (records, at) => {
            const text = records.map((each) => each + delimiterText(delimiter)).join('');
            const bytes = encode(text, encoding);
            const { lines, end } = frameInBlocks(framing, bytes, at);
            assert.deepEqual(lines, expected(records, encoding, delimiter));
            assert.equal(end, bytes.length);
          }),
          { numRuns: Number(process.env['FRAMING_RUNS'] ?? 100) },
        );
      });
    }
  }
});

/** Bytes of all kinds, such as no writer would write. */
const anything = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => Buffer.from(text)) },
      {
        weight: 3,
        arbitrary: fc
          .constantFrom('a\n', ' b\n', 'Zc\r\n', '\n', 'a\0\n\0', '\0a\0\n')
          .map((text) => Buffer.from(text)),
      },
      { weight: 2, arbitrary: fc.constantFrom('|', '\\', '日', '||\n').map((text) => Buffer.from(text)) },
      { weight: 2, arbitrary: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)) },
      { weight: 1, arbitrary: fc.nat(9).map((length) => Buffer.alloc(length)) },
      { weight: 1, arbitrary: fc.constantFrom(Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])) },
      { weight: 1, arbitrary: fc.integer({ min: 90, max: 900 }).map((length) => Buffer.alloc(length, 'x')) },
    ),
    { maxLength: 40 },
  )
  .map((pieces) => Buffer.concat(pieces));

describe('events', () => {
  for (const encoding of ENCODINGS) {
    for (const delimiter of DELIMITERS) {
      if (delimiter === '日' && !encoding.startsWith('utf')) continue;
      for (const way of MULTILINE) {
        const multiline = way === undefined ? undefined : { ...way, max_lines: 4, timeout: '5s' };
        const title = `of ${encoding}, ${JSON.stringify(delimiter)}, ${JSON.stringify(way ?? 'no joining')}`;
        test(`${title} are the same however the bytes are cut, and hold every byte once`, () => {
          const framing = framer({
            encoding,
            delimiter,
            max_line_bytes: '80B',
            on_long_line: 'truncate',
            ...(multiline && { multiline: { ...multiline } }),
          });
          fc.assert(
            fc.property(anything, cuts, (bytes, at) => {
              const atOnce = frameInBlocks(framing, bytes);
              assert.deepEqual(frameInBlocks(framing, bytes, at), atOnce);
              assert.deepEqual(frameInBlocks(framing, bytes, [], framing.window), atOnce);
              const inLines = atOnce.lines.reduce((sum, line) => sum + line.bytes, 0);
              assert.equal(inLines + atOnce.skipped.bytes, bytes.length);
              assert.equal(atOnce.end, bytes.length);
              for (const { text } of atOnce.lines) assert.ok(text.isWellFormed());
            }),
            { numRuns: Number(process.env['FRAMING_RUNS'] ?? 60) },
          );
        });
      }
    }
  }
});
