import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

/*
 * Failures that users of other shippers report, each of which logmill must not have: all have a test whose title begins
 * with `report N:`.
 */
const REPORTS: readonly (readonly [number, string])[] = [
  [1, 'some items of a bulk are answered with 429 inside a 200, and dropped'],
  [2, 'an index goes read-only (flood stage), and the batch is discarded'],
  [3, 'a mapping conflict silently drops documents'],
  [4, 'the count of discarded documents is that of the whole batch'],
  [5, 'wrong credentials (403) lose data'],
  [6, 'after truncate and rewrite the old and the new reader both send'],
  [7, 'a damaged disk buffer makes an endless loop'],
  [8, 'a crash between unlink and fsync makes a crash loop'],
  [9, 'copytruncate and a restart lose lines'],
  [10, 'copytruncate sends the whole file twice'],
  [11, 'a rotation in the middle of an event of several lines'],
  [12, 'after power loss the registry is full of NULs, and nothing starts'],
  [13, 'files under 1 KiB are never shipped'],
  [14, 'a changed id of the input sends everything again'],
  [15, '413: endless retries, or a dropped batch'],
  [16, 'a reused inode: a new file is read from an old offset'],
  [17, 'the stored offset is far past the end after a rotation'],
  [18, 'the offset moves although the output failed'],
  [19, 'one success hides a 429 in the same chunk'],
  [20, 'after a storm of 429 the restart replays the backlog and keeps the store down'],
  [21, 'a bad configuration at the restart deletes the backlog on disk'],
  [22, 'NULs at the head of a file after copytruncate'],
  [23, 'after a rotation reading starts in the middle of a line'],
  [24, 'half a line is shipped'],
  [25, 'same first bytes before and after a rotation lose data'],
  [26, 'the reader stalls after copytruncate'],
  [27, 'rotation to gz reads everything again'],
  [28, 'the store is down: lines are dropped in spite of queue and retries'],
  [29, 'invalid UTF-8 stops all delivery'],
  [30, 'a checkpoint of no bytes, or a bad one, keeps the queue from starting'],
  [31, 'a positions file that is cut short makes a crash loop'],
  [32, 'too many open files, and a busy CPU from globbing'],
  [33, 'the old offset is kept for the new inode'],
];

const OWN = path.basename(import.meta.filename);

test('every failure that users report of other shippers has a test of its own', () => {
  const titles = globSync(path.join(import.meta.dirname, '**', '*.test.ts'))
    .filter((file) => path.basename(file) !== OWN)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const tested = new Set([...titles.matchAll(/['"`]report (\d+):/g)].map(([, number]) => Number(number)));
  const missing = REPORTS.filter(([number]) => !tested.has(number)).map(
    ([number, words]) => `report ${number}: ${words}`,
  );
  assert.deepEqual(missing, []);
});
