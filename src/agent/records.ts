import { constants } from 'node:fs';
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

/** A file as it was called; since when a scan, after which all folders are looked at again, has not found it so. */
type Named = { readonly path: string; readonly id: string; readonly missedSince: number | undefined };

/** A file where it is now. */
export type Moved = { readonly path: string; readonly handle: FileHandle };

/** Finds files that left the patterns: a rotated name beside the old one. Looks at each folder once, until `forget`. */
export class MovedFiles {
  readonly #folders = new Map<string, Promise<Map<string, string>>>();

  /**
   * Opens a file under the name it had or, where it is not there, under its new one; see `find`. Rejects with the file
   * system's error where it is there and cannot be opened.
   */
  async open({ path: file, id, missedSince }: Named, stem: string): Promise<Moved | undefined> {
    const handle = await openIfSame(file, id).catch(async (error) => {
      if (await isStill(file, id)) throw error;
    });
    return handle ? { path: file, handle } : this.#openMoved(stem, id, missedSince !== undefined);
  }

  /** @param isListed it had moved before its folder was looked at. */
  async #openMoved(stem: string, id: string, isListed: boolean): Promise<Moved | undefined> {
    if (!isListed) this.#folders.delete(path.dirname(stem));
    const found = await this.find(stem, id).catch(unlessGone);
    if (found === undefined) return undefined;
    const handle = await openIfSame(found, id).catch(unlessGone);
    if (handle !== undefined) return { path: found, handle };
    return isListed ? this.#openMoved(stem, id, false) : undefined;
  }

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

  /** Looks at all folders again. */
  forget(): void {
    this.#folders.clear();
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

/** Undefined for an error that says that nothing is there; throws any other. */
export function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}

/** Opens `file` if it is still `id`. Rejects with the file system's error. */
export async function openIfSame(file: string, id: string): Promise<FileHandle | undefined> {
  // A pipe that has taken the name must not be waited for.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await handle.stat({ bigint: true });
  if (`${stats.dev}:${stats.ino}` === id) return handle;
  await handle.close();
  return undefined;
}
