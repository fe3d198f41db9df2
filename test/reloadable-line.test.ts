import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MainLine, MainLineOptions } from '../src/main-line.ts';
import { ReloadableLine } from '../src/reloadable-line.ts';

test('a line that ends with a fault before anybody waits for it says so to who waits later', async () => {
  const options = { once: false } as MainLineOptions;
  const refused = { done: Promise.reject(new Error('refused')) } as Partial<MainLine> as MainLine;
  const line = new ReloadableLine(options, () => refused);
  // Nobody handles it meanwhile: that would end the process, and fail this test.
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  await assert.rejects(line.done, /refused/);
});
