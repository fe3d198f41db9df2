import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { chown, copyFile, open, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryName } from './rotated-files.ts';

const NEWLINE = 10;
const BLOCK = Buffer.alloc(256 * 1024);
/** How often, and how long between, a line under way is waited for, ms. */
const TRIES = 50;
const WAIT = 10;

/**
 * Copies what `file` holds. The copy takes the name that `place` gives only once all of it is there and on the disk; without
 * a name it is given up.
 */
export async function copyAside(file: string, place: () => Promise<string | undefined>): Promise<string | undefined> {
  const temporary = temporaryName(file);
  try {
    await copyFile(file, temporary, constants.COPYFILE_FICLONE);
    const { uid, gid } = await stat(file);
    await chown(temporary, uid, gid).catch(() => {});
    const handle = await open(temporary, 'r+');
    await handle.sync();
    await handle.close();
    const name = await place();
    if (name !== undefined) renameSync(temporary, name);
    return name;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Appends to `copy` what has come to `file` since, and cuts `file`. The last look and the cut are neighbouring system calls,
 * and a line under way is waited for a while: no system lets a writer that is not told lose less.
 */
export async function topUpAndCut(file: string, copy: string): Promise<void> {
  const source = openSync(file, constants.O_RDWR | constants.O_NOFOLLOW);
  const target = openSync(copy, 'r+');
  try {
    for (let tries = 1; ; tries++) {
      const { end, isWhole } = topUp(source, target);
      if ((isWhole || tries >= TRIES) && fstatSync(source).size === end) {
        ftruncateSync(source, 0);
        fsyncSync(target);
        return;
      }
      // Cut or replaced by somebody else: there is nothing left to do.
      if (fstatSync(source).size < end) return;
      if (!isWhole) await sleep(WAIT);
    }
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

/** Whether `copy` is what `file` begins with, so that nothing is lost by cutting `file`. */
export async function isCopyOf(file: string, copy: string): Promise<boolean> {
  const [source, target] = await Promise.all([open(file, 'r'), open(copy, 'r')]);
  try {
    const { size } = await target.stat();
    if ((await source.stat()).size < size) return false;
    const [one, other] = [Buffer.alloc(BLOCK.length), Buffer.alloc(BLOCK.length)];
    for (let at = 0; at < size; ) {
      const { bytesRead } = await target.read(other, 0, other.length, at);
      await source.read(one, 0, bytesRead, at);
      if (bytesRead === 0 || one.compare(other, 0, bytesRead, 0, bytesRead) !== 0) return false;
      at += bytesRead;
    }
    return true;
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

function topUp(source: number, target: number): { end: number; isWhole: boolean } {
  let end = fstatSync(target).size;
  for (;;) {
    const read = readSync(source, BLOCK, 0, BLOCK.length, end);
    if (read === 0) break;
    for (let done = 0; done < read; ) done += writeSync(target, BLOCK, done, read - done, end + done);
    end += read;
  }
  const last = Buffer.alloc(1);
  return { end, isWhole: end === 0 || (readSync(target, last, 0, 1, end - 1) === 1 && last[0] === NEWLINE) };
}
