import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { scratch, start, write } from './command.ts';

test('a reader that leaves early, such as head, ends the command quietly and leaves nothing behind', async (t) => {
  const folder = scratch(t);
  const temporary = path.join(folder, 'tmp');
  mkdirSync(temporary);
  // More than a pipe holds, so that the command is still writing.
  const file = write(folder, 'app.log', 'a line of some length that goes on for a while\n'.repeat(20_000));
  const args = ['pipeline', 'run', 'plain-text', file];
  const running = start(t, args, { TMPDIR: temporary }, folder);
  await running.until(/\n/);
  running.child.stdout?.destroy();
  const { code, stderr } = await running.ended;
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(readdirSync(temporary), []);
});
