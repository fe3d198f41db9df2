import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expandGlobs } from '../../src/cli/globs.ts';
import { scratch, write } from '../process/command.ts';

test('files that several patterns name come once, in the order of their names', async (t) => {
  const folder = scratch(t);
  mkdirSync(path.join(folder, 'rules'));
  for (const name of ['b.yaml', 'a.yaml', 'notes.txt']) write(path.join(folder, 'rules'), name, '');
  const patterns = ['rules/*.yaml', 'rules/b.*', 'nowhere/*.yaml'].map((pattern) => path.join(folder, pattern));
  assert.deepEqual(
    await expandGlobs(patterns),
    ['a.yaml', 'b.yaml'].map((name) => path.join(folder, 'rules', name)),
  );
});
