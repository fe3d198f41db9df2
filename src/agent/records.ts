import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileRecord } from './checkpoint.ts';
import { HEAD_BYTES, keyOf, stemOf } from './identity.ts';
import { provesPosition, readAt } from './tail.ts';

/** `dev:inode` of a record. */
export function recordId(record: FileRecord): string {
  return `${record.dev}:${record.inode}`;
}

/** A file under a name that a record may be about. */
export type Candidate = { readonly handle: FileHandle; readonly size: number; readonly stem: string };

/** Whether the file still holds, before the record's offset, what was read there: same inode alone proves nothing. */
export async function isSameFile(record: FileRecord, { handle, size }: Omit<Candidate, 'stem'>): Promise<boolean> {
  return size >= record.offset && (await provesPosition(handle, record.offset, record.proof));
}

/**
 * The record of a file that was copied, restored or moved between file systems: same stem, same head as far as it was
 * read, same bytes before the offset. The furthest one, where several fit.
 */
export async function recordByHead(
  candidate: Candidate,
  records: Iterable<FileRecord>,
  hostId: string,
): Promise<FileRecord | undefined> {
  const head = await readAt(candidate.handle, 0, HEAD_BYTES);
  const fitting = [...records]
    .filter((record) => record.offset > 0 && fitsHead(record, candidate.stem, head, hostId))
    .sort((one, other) => other.offset - one.offset);
  for (const record of fitting) if (await isSameFile(record, candidate)) return record;
  return undefined;
}

/** Whether a file of this stem that begins with `head` may be the one of the record. */
export function fitsHead(record: FileRecord, stem: string, head: Buffer, hostId: string): boolean {
  const length = Math.min(record.offset, HEAD_BYTES);
  if (record.stem !== stem || head.length < length) return false;
  return keyOf(hostId, stem, head.subarray(0, length)) === record.key;
}

/**
 * Where a file has gone that left the patterns with bytes unread: a rotated name beside it.
 * @returns its path; undefined when no file of the folder is the one.
 */
export async function findMoved(file: string, id: string): Promise<string | undefined> {
  const folder = path.dirname(file);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const sibling = path.join(folder, name);
    if (stemOf(sibling) !== stemOf(file)) continue;
    const stats = await stat(sibling, { bigint: true }).catch(() => undefined);
    if (stats?.isFile() === true && `${stats.dev}:${stats.ino}` === id) return sibling;
  }
  return undefined;
}

/** Opens `file` if it is still `id`. Rejects with the file system's error. */
export async function openIfSame(file: string, id: string): Promise<FileHandle | undefined> {
  const handle = await open(file, 'r');
  const stats = await handle.stat({ bigint: true });
  if (`${stats.dev}:${stats.ino}` === id) return handle;
  await handle.close();
  return undefined;
}
