import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { inspect } from '../../src/agent/inspect.ts';

async function contentOf(bytes: Buffer): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'logmill-inspect-'));
  const file = path.join(folder, 'file');
  await writeFile(file, bytes);
  const handle = await open(file);
  try {
    return await inspect(handle, bytes.length);
  } finally {
    await handle.close();
    await rm(folder, { recursive: true });
  }
}

const NULS = Buffer.alloc(5000);
const CASES: readonly (readonly [string, Buffer, string])[] = [
  ['an empty file', Buffer.alloc(0), 'text'],
  ['plain text', Buffer.from('one\ntwo\n'), 'text'],
  ['text with colours', Buffer.from('\x1b[31mred\x1b[0m\n'.repeat(50)), 'text'],
  ['text with a stray NUL', Buffer.from('se\0cond\n'), 'text'],
  ['text behind a head of NULs', Buffer.concat([NULS, Buffer.from('one\n')]), 'text'],
  ['text with a stray NUL behind a head of NULs', Buffer.concat([NULS, Buffer.from('first\nse\0cond\n')]), 'text'],
  ['nothing but NULs', NULS, 'blank'],
  [
    'an ELF-like header',
    Buffer.concat([
      Buffer.from('\x7fELF\x02\x01\x01'),
      Buffer.alloc(9),
      Buffer.from('\x03\x00>\x00\x01\x00'),
      Buffer.alloc(100),
    ]),
    'binary',
  ],
  ['all byte values', Buffer.from(Array.from({ length: 2048 }, (_, at) => (at * 167) % 256)), 'binary'],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'gzip'],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1]), 'compressed'],
];

for (const [title, bytes, content] of CASES) {
  test(`${title} is ${content}`, async () => {
    assert.equal(await contentOf(bytes), content);
  });
}
