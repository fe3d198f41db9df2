import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { InputConfig } from '../../../src/config/schema.ts';
import { fileInput, Rig } from '../rig.ts';
import { encode } from './encode.ts';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const utf16be = (text: string) => utf16(text).swap16();

type Case = readonly [title: string, bytes: Buffer, input: Partial<InputConfig>, lines: readonly string[]];
const CASES: readonly Case[] = [
  ['UTF-16 with a mark, without being told', utf16('\uFEFFeins\r\nzwölf 😀\n'), {}, ['eins', 'zwölf 😀']],
  ['UTF-16 BE with a mark', utf16be('\uFEFFeins\nzwölf\n'), { encoding: 'auto' }, ['eins', 'zwölf']],
  ['UTF-16 BE with a mark, told LE', utf16be('\uFEFFeins\nzwölf\n'), { encoding: 'utf-16' }, ['eins', 'zwölf']],
  ['UTF-16 without a mark', utf16('eins\nzwölf\n'), { encoding: 'utf-16le' }, ['eins', 'zwölf']],
  ['UTF-16 BE without a mark', utf16be('eins\nzwölf\n'), { encoding: 'utf-16be' }, ['eins', 'zwölf']],
  ['latin-1', Buffer.from('für\n\x85\n', 'latin1'), { encoding: 'iso-8859-1' }, ['für', '\x85']],
  ['windows-1252', Buffer.from([0x80, 0x20, 0x93, 0x0a]), { encoding: 'cp1252' }, ['€ “']],
  ['windows-1251', Buffer.from([0xcf, 0xf0, 0xe8, 0x0d, 0x0a]), { encoding: 'windows-1251' }, ['При']],
  ['Shift_JIS', Buffer.from([0x83, 0x5c, 0x81, 0x7c, 0x0a]), { encoding: 'sjis' }, ['ソ－']],
  ['GB18030', Buffer.from([0xc4, 0xe3, 0x84, 0x31, 0xa4, 0x37, 0x0a]), { encoding: 'gbk' }, ['你\uFFFD']],
  [
    'records ended by NUL',
    Buffer.from('one\ntwo\0three\0\0four\0'),
    { delimiter: 'nul' },
    ['one\ntwo', 'three', 'four'],
  ],
  ['records ended by a text', Buffer.from('one\n--\ntwo\n--\n'), { delimiter: '\n--\n' }, ['one', 'two']],
];
// What this encodes to four bytes in GB18030 is U+FFFD itself: it means something, so nothing is flagged.

describe('files', () => {
  for (const [title, bytes, input, lines] of CASES) {
    test(`in ${title} are read as they were meant, compressed or not`, async (t) => {
      const rig = new Rig();
      t.after(() => rig.dispose());
      writeFileSync(rig.file('app.log'), bytes);
      await rig.once([fileInput([rig.file('app.log')], input)]);
      assert.deepEqual(rig.texts(), lines);
      assert.deepEqual(
        rig.lines.flatMap(({ flags = [] }) => flags),
        [],
      );
      const ids = rig.ids();
      rig.lines.length = 0;
      writeFileSync(rig.file('app.log.1.gz'), gzipSync(bytes));
      await rig.once([fileInput([rig.file('app.log.1.gz')], input)], { stateFolder: rig.file('other') });
      assert.deepEqual(rig.texts(), lines);
      assert.deepEqual(rig.ids(), ids);
    });
  }

  test('report 29: bytes that mean nothing are replaced and said, and stop nothing', async (t) => {
    const rig = new Rig();
    t.after(() => rig.dispose());
    const broken: readonly (readonly [InputConfig['encoding'], Buffer, string])[] = [
      ['utf-8', Buffer.from([0x61, 0xff, 0x0a]), 'invalid_utf8'],
      ['utf-16le', Buffer.from([0x00, 0xd8, 0x61, 0x00, 0x0a, 0x00]), 'invalid_utf_16le'],
      ['shift_jis', Buffer.from([0x61, 0x81, 0x0a]), 'invalid_shift_jis'],
      ['gb18030', Buffer.from([0x61, 0xff, 0x0a]), 'invalid_gb18030'],
    ];
    for (const [encoding, bytes, flag] of broken) {
      const after = encode('fine\n', encoding);
      writeFileSync(rig.file(`${encoding}.log`), Buffer.concat([bytes, after]));
      rig.lines.length = 0;
      await rig.once([fileInput([rig.file(`${encoding}.log`)], { encoding })]);
      assert.deepEqual(rig.texts().length, 2);
      assert.match(rig.texts()[0]!, /\uFFFD/);
      assert.ok(rig.lines[0]!.raw !== undefined);
      if (encoding !== 'utf-8') assert.deepEqual(rig.lines[0]!.flags, [flag]);
      assert.deepEqual([rig.texts()[1], rig.lines[1]!.flags, rig.lines[1]!.raw], ['fine', undefined, undefined]);
    }
  });

  const NUL_HEADS: readonly (readonly [string, Partial<InputConfig>, (text: string) => Buffer])[] = [
    ['UTF-8', {}, (text) => Buffer.from(text)],
    ['UTF-16', { encoding: 'utf-16le' }, utf16],
    ['UTF-16 BE', { encoding: 'utf-16be' }, utf16be],
    ['NUL-separated', { delimiter: 'nul' }, (text) => Buffer.from(text.replaceAll('\n', '\0'))],
    ['multi-line', { multiline: { indentation: true, max_lines: 500, timeout: '5s' } }, (text) => Buffer.from(text)],
  ];
  for (const [title, input, bytesOf] of NUL_HEADS) {
    test(`report 22: a sparse head of NUL bytes, as copytruncate leaves it, is skipped in a ${title} file`, async (t) => {
      const rig = new Rig();
      t.after(() => rig.dispose());
      const log = rig.file('app.log');
      const inputs = [fileInput([log], input)];
      writeFileSync(log, bytesOf('one\ntwo\n'));
      await rig.once(inputs);
      // The writer goes on where it was: what it had written is a hole now.
      truncateSync(log, 0);
      truncateSync(log, 50_000_000);
      rig.append('app.log', bytesOf('three\nfour\n'));
      await rig.once(inputs);
      assert.deepEqual(rig.texts(), ['one', 'two', 'three', 'four']);
      assert.equal(rig.lines[2]!.offset, 50_000_000);
      const entry = rig.agent.files().at(-1)!;
      assert.equal(entry.tally.skipped.bytes, 50_000_000);
      assert.equal(entry.unread, 0);
    });
  }

  test('a line over the limit can be cut instead of becoming a dead letter', async (t) => {
    const rig = new Rig();
    t.after(() => rig.dispose());
    const long = `${'ä'.repeat(70_000)}\n`;
    writeFileSync(rig.file('app.log'), `${long}next\n`);
    const input = { max_line_bytes: '1001B', on_long_line: 'truncate' } as const;
    await rig.once([fileInput([rig.file('app.log')], input)]);
    const [first, next] = rig.lines;
    assert.deepEqual(
      [first!.text, first!.truncated, first!.flags],
      ['ä'.repeat(500), { length: 140_000 }, ['truncated']],
    );
    assert.equal(first!.bytes, long.length * 2 - 1);
    assert.equal(next!.text, 'next');
    const id = rig.ids()[0];
    rig.lines.length = 0;
    await rig.once([fileInput([rig.file('app.log')])], { stateFolder: rig.file('other') });
    assert.equal(rig.ids()[0], id);
  });
});
