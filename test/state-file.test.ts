import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { openStateFile } from '../src/state-file.ts';

const fresh = () => mkdtempSync(path.join(tmpdir(), 'logmill-state-'));
const open = (folder: string) => openStateFile<{ n: number; text?: string }>(folder, 'checkpoint', 1);

describe('state file', () => {
  test('gives back the last value saved, also to the next process', async () => {
    const folder = fresh();
    for (const n of [1, 2, 3]) await open(folder).save({ n, text: 'Grüße \u0000 😀' });
    assert.deepEqual(open(folder).load(), { n: 3, text: 'Grüße \u0000 😀' });
    assert.deepEqual(readdirSync(folder).sort(), ['checkpoint.a.json', 'checkpoint.b.json']);
  });

  test('neither folder nor files can be read by others', { skip: process.platform === 'win32' }, async () => {
    const folder = path.join(fresh(), 'state');
    for (const n of [1, 2]) await open(folder).save({ n });
    const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);
    assert.equal(modeOf(folder), '700');
    for (const name of readdirSync(folder)) assert.equal(modeOf(path.join(folder, name)), '600');
  });

  test('a file of another version or a missing folder is a fresh start', async () => {
    const folder = fresh();
    await open(folder).save({ n: 1 });
    assert.equal(openStateFile(folder, 'checkpoint', 2).load(), undefined);
    rmSync(folder, { recursive: true });
    assert.equal(open(folder).load(), undefined);
  });

  test('the folder may be deleted between two saves', async () => {
    const folder = fresh();
    const state = open(folder);
    await state.save({ n: 1 });
    rmSync(folder, { recursive: true });
    await state.save({ n: 2 });
    assert.deepEqual(open(folder).load(), { n: 2 });
  });

  test('saves that overlap are written in their order', async () => {
    const folder = fresh();
    const state = open(folder);
    await Promise.all(Array.from({ length: 20 }, (_, n) => state.save({ n })));
    assert.deepEqual(open(folder).load(), { n: 19 });
  });

  test('a newest file that was cut, zeroed, altered or deleted gives the value before it', async () => {
    const damage = fc.oneof(
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat(200) }),
      fc.record({ kind: fc.constant('zero' as const), at: fc.nat(200) }),
      fc.record({ kind: fc.constant('flip' as const), at: fc.nat(200) }),
      fc.record({ kind: fc.constant('delete' as const), at: fc.nat(200) }),
    );
    await fc.assert(
      fc.asyncProperty(damage, fc.integer({ min: 2, max: 5 }), async ({ kind, at }, saves) => {
        const folder = fresh();
        for (let n = 1; n <= saves; n++) await open(folder).save({ n });
        const newest = path.join(folder, `checkpoint.${saves % 2 === 0 ? 'a' : 'b'}.json`);
        const bytes = readFileSync(newest);
        const place = at % bytes.length;
        if (kind === 'cut') writeFileSync(newest, bytes.subarray(0, place));
        else if (kind === 'zero')
          writeFileSync(newest, Buffer.concat([bytes.subarray(0, place), Buffer.alloc(bytes.length - place)]));
        else if (kind === 'flip')
          writeFileSync(
            newest,
            bytes.map((byte, index) => (index === place ? byte ^ 0x15 : byte)),
          );
        else rmSync(newest);
        const loaded = open(folder).load();
        assert.deepEqual(loaded, { n: saves - 1 });
        await open(folder).save({ n: 100 });
        assert.deepEqual(open(folder).load(), { n: 100 });
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 60 },
    );
  });

  test('a folder that cannot be written rejects and leaves the old value', async () => {
    const folder = fresh();
    const state = open(folder);
    await state.save({ n: 1 });
    const blocked = openStateFile(path.join(folder, 'checkpoint.b.json', 'below'), 'x', 1);
    await assert.rejects(blocked.save({ n: 2 }), { code: 'ENOTDIR' });
    assert.deepEqual(open(folder).load(), { n: 1 });
  });
});
