import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DiskQueue } from '../../../src/agent/queue/disk-queue.ts';
import { QueueCursor } from '../../../src/agent/queue/queue-cursor.ts';
import type { Place } from '../../../src/agent/queue/record.ts';

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
