import { createReadStream, createWriteStream } from 'node:fs';
import { chown, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { temporaryName } from './rotated-files.ts';

/**
 * Replaces a file by its gzip form, with its mode, time and, as far as allowed, owner; a crash leaves the one or the other
 * whole.
 * @param isStill asked before the plain one goes: a writer that still held it open may have written to it meanwhile.
 * @param signal breaks it off, and the plain one stays.
 */
export async function compressInPlace(file: string, isStill: () => boolean, signal?: AbortSignal): Promise<void> {
  const temporary = temporaryName(`${file}.gz`);
  const before = await stat(file);
  try {
    await pipeline(createReadStream(file), createGzip(), createWriteStream(temporary, { mode: before.mode & 0o777 }), {
      signal,
    });
    await chown(temporary, before.uid, before.gid).catch(() => {});
    await utimes(temporary, before.atime, before.mtime);
    const handle = await open(temporary, 'r');
    await handle.sync();
    await handle.close();
    const { size, ino } = await stat(file);
    if (size !== before.size || ino !== before.ino || !isStill()) return;
    await rename(temporary, `${file}.gz`);
    await rm(file);
  } finally {
    await rm(temporary, { force: true });
  }
}
