import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DiskQueue } from '../../../src/agent/queue/disk-queue.ts';
import { QueueCursor } from '../../../src/agent/queue/queue-cursor.ts';
import type { Place } from '../../../src/agent/queue/record.ts';

const OPTIONS = { maxBytes: 1e6, end: { sequence: 0, position: 0 }, onReadable: () => {} };
const TEXTS = ['a', 'b', 'c', 'd'];

/** A queue of one line a file, in which `a` and `b` are acknowledged: the folder, and the place behind them. */
async function acknowledged(folder: string): Promise<Place> {
  const queue = await open(folder, { sequence: 0, position: 0 });
  for (const text of TEXTS) await queue.append([{ payload: Buffer.from(text), facts: { pipeline: 'json' } }]);
  await queue.close();
  return { sequence: 2, position: 2 };
}

function open(folder: string, end: Place): Promise<DiskQueue> {
  return DiskQueue.open({ folder, maxBytes: 1e6, segmentBytes: 1, end, onReadable: () => {} });
}

async function read(queue: DiskQueue, from: Place): Promise<string[]> {
  const cursor = new QueueCursor(queue, from);
  const texts: string[] = [];
  for (let step = await cursor.next(); step !== undefined; step = await cursor.next()) {
    assert.equal(step.kind, 'records', 'nothing is taken for lost');
    if (step.kind === 'records') texts.push(...step.records.map(({ payload }) => payload.toString()));
  }
  return texts;
}

test('report 8: a crash between the deletions of read files, before the folder is on disk, never keeps a queue from starting', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-queue-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const place = await acknowledged(folder);
  const kept = mkdtempSync(path.join(tmpdir(), 'logmill-queue-'));
  t.after(() => rmSync(kept, { recursive: true, force: true }));
  const names = readdirSync(folder).sort();
  for (const name of names) copyFileSync(path.join(folder, name), path.join(kept, name));
  // Whichever of the two deletions is on disk after the crash, the order being the file system's.
  for (const gone of [[], [0], [1], [0, 1]]) {
    for (const name of names) copyFileSync(path.join(kept, name), path.join(folder, name));
    for (const at of gone) rmSync(path.join(folder, names[at]!));
    const queue = await open(folder, { sequence: 4, position: 4 });
    assert.deepEqual(await read(queue, place), ['c', 'd']);
    await queue.release(place);
    await queue.close();
    assert.deepEqual(readdirSync(folder).sort(), names.slice(2), 'the next start deletes what was left over');
  }
});

test('report 7: a queue damaged anywhere is read to its end and deleted, and says what is missing', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-queue-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const queue = await DiskQueue.open({ ...OPTIONS, folder, segmentBytes: 1e6 });
  for (const text of TEXTS) await queue.append([{ payload: Buffer.from(text), facts: { pipeline: 'json' } }]);
  await queue.close();
  const [name] = readdirSync(folder);
  const file = path.join(folder, name!);
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at += 5) {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 0xff;
    writeFileSync(file, bytes);
    const damaged = await DiskQueue.open({ ...OPTIONS, folder, segmentBytes: 1e6 });
    const cursor = new QueueCursor(damaged, undefined);
    const texts: string[] = [];
    let gaps = 0;
    for (let step = await cursor.next(); step !== undefined; step = await cursor.next()) {
      if (step.kind === 'gap') gaps++;
      else texts.push(...step.records.map(({ payload }) => payload.toString()));
    }
    assert.equal(texts.length, TEXTS.length - 1, `byte ${at}`);
    assert.equal(gaps, 1, `byte ${at}`);
    await damaged.close();
    await damaged.release(damaged.end);
    assert.deepEqual(readdirSync(folder), [], `byte ${at}`);
  }
});
