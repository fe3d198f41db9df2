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

/**
 * Whether the file still holds, before the record's offset, what was read there, and of the head what was known: same
 * inode alone proves nothing.
 */
export async function isSameFile(
  record: FileRecord,
  { handle, size }: Omit<Candidate, 'stem'>,
  hostId: string,
): Promise<boolean> {
  if (size < record.offset || !(await provesPosition(handle, record.offset, record.proof))) return false;
  if (record.offset > 0 || record.head === undefined) return true;
  return fitsHead(record, record.stem, await readAt(handle, 0, HEAD_BYTES), hostId);
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
    .filter((record) => hasHead(record) && fitsHead(record, candidate.stem, head, hostId))
    .sort((one, other) => other.offset - one.offset);
  for (const record of fitting) if (await isSameFile(record, candidate, hostId)) return record;
  return undefined;
}

/** Whether a file of this stem that begins with `head` may be the one of the record. */
export function fitsHead(record: FileRecord, stem: string, head: Buffer, hostId: string): boolean {
  const acknowledged = { bytes: Math.min(record.offset, HEAD_BYTES), key: record.key };
  const known = record.head ?? acknowledged;
  // Shorter than it was: what is acknowledged of it has to do.
  const { bytes, key } = head.length < known.bytes && record.offset > 0 ? acknowledged : known;
  if (record.stem !== stem || head.length < bytes) return false;
  return keyOf(record.host ?? hostId, stem, head.subarray(0, bytes)) === key;
}

/** Whether a record says anything of what its file began with. */
export function hasHead({ offset, head }: FileRecord): boolean {
  return offset > 0 || head !== undefined;
}

/** Finds files that left the patterns with bytes unread: a rotated name beside the old one. Looks at each folder once. */
export class MovedFiles {
  readonly #folders = new Map<string, Promise<Map<string, string>>>();

  /**
   * The path the file has now; undefined when none of this stem is the one. Looks into the folder of the stem: a link leads
   * there, and what it leads to is rotated there. Rejects with the file system's error when the folder cannot be listed.
   */
  async find(stem: string, id: string): Promise<string | undefined> {
    const folder = path.dirname(stem);
    const listed = this.#folders.get(folder) ?? pathsById(folder);
    this.#folders.set(folder, listed);
    const moved = (await listed).get(id);
    return moved !== undefined && stemOf(moved) === stem ? moved : undefined;
  }
}

async function pathsById(folder: string): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const stats = await stat(file, { bigint: true }).catch(() => undefined);
    if (stats?.isFile() === true) paths.set(`${stats.dev}:${stats.ino}`, file);
  }
  return paths;
}

/** Whether `file` is there and is `id`. */
export async function isStill(file: string, id: string): Promise<boolean> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  return stats !== undefined && `${stats.dev}:${stats.ino}` === id;
}

/** Opens `file` if it is still `id`. Rejects with the file system's error. */
export async function openIfSame(file: string, id: string): Promise<FileHandle | undefined> {
  const handle = await open(file, 'r');
  const stats = await handle.stat({ bigint: true });
  if (`${stats.dev}:${stats.ino}` === id) return handle;
  await handle.close();
  return undefined;
}
