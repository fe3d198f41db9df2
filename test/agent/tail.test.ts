import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { framingOf } from '../../src/agent/framing/framer.ts';
import { Identity } from '../../src/agent/identity.ts';
import { Scratch, Tail } from '../../src/agent/tail.ts';
import { fileInput } from './rig.ts';

test('a size that a file had before it was truncated is not taken for that of its new life, which has lost nothing', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-tail-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'app.log');
  const framing = framingOf(fileInput([file]));
  for (const content of ['', 'new life\n']) {
    writeFileSync(file, content);
    const tail = new Tail(new Identity('host', file), { maxLineBytes: 1000, framing, scratch: new Scratch() });
    await tail.start(await open(file, 'r'), 0);
    await tail.read();
    // A look that began before the truncation ends after the first reading.
    await tail.noteSize(34_770);
    writeFileSync(file, `${content}more\n`);
    await tail.read();
    assert.equal(tail.takeShrunk(), undefined);
    assert.equal(tail.size, content.length + 5);
    await tail.close();
  }
});
