import type { Dirent } from 'node:fs';
import { glob, lstat, readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

/** Something a pattern matches, whatever it is. */
export type Name = { readonly file: string; readonly isLink: boolean };

/** Names found together; `isNear`: the system looks at them without asking another machine. */
export type Names = { readonly names: readonly Name[]; readonly isNear: boolean };

const MAGIC = /[*?[\]{}]|[!+@]\(/;
/** Braces that hold a slash cannot be taken apart by folders. */
const SLASH_IN_BRACES = /\{[^}]*\/[^}]*\}/;
/** So many names in a folder are worth asking what file system they are on. */
const MANY = 32;
/** statfs(2): ext, XFS, Btrfs, tmpfs, overlayfs, ZFS, F2FS. */
const NEAR = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010]);

/** Whether a text has anything that a pattern gives a meaning. */
export function hasMagic(pattern: string): boolean {
  return MAGIC.test(pattern);
}

/** The folders on the way from `base`, and last the name, that a pattern has; as if any depth where they cannot be told apart. */
export function segmentsOf(base: string, pattern: string): string[] {
  return SLASH_IN_BRACES.test(pattern) ? ['**', '*'] : path.relative(base, pattern).split(path.sep);
}

/**
 * All names that a pattern matches, folder by folder. As the glob of Node has it, but `*` also follows links to folders;
 * `**` follows none, for they can lead in circles. What cannot be listed has no names.
 * @param folder below which they all are.
 */
export async function* namesBelow(folder: string, pattern: string): AsyncGenerator<Names> {
  if (!SLASH_IN_BRACES.test(pattern)) {
    yield* walk(folder, segmentsOf(folder, pattern));
    return;
  }
  const names: Name[] = [];
  for await (const entry of glob(pattern, { withFileTypes: true })) names.push(nameOf(entry));
  yield { names, isNear: false };
}

async function* walk(folder: string, [segment = '', ...rest]: readonly string[]): AsyncGenerator<Names> {
  const isLast = rest.length === 0;
  if (!hasMagic(segment)) {
    const file = path.join(folder, segment);
    if (!isLast) return yield* walk(file, rest);
    const stats = await lstat(file).catch(() => undefined);
    return yield { names: stats === undefined ? [] : [{ file, isLink: stats.isSymbolicLink() }], isNear: false };
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (segment === '**') {
    if (!isLast) yield* walk(folder, rest);
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith('.'))
        yield* walk(path.join(folder, entry.name), ['**', ...rest]);
    }
  }
  const matching = entries.filter(({ name }) => path.matchesGlob(name, segment));
  if (isLast) yield { names: matching.map(nameOf), isNear: matching.length >= MANY && (await isNear(folder)) };
  else if (segment !== '**') {
    for (const entry of matching) {
      if (await isFolder(entry)) yield* walk(path.join(folder, entry.name), rest);
    }
  }
}

/** Whether it is a folder, or a link to one. */
export async function isFolder(entry: Dirent): Promise<boolean> {
  if (entry.isDirectory() || !entry.isSymbolicLink()) return entry.isDirectory();
  const stats = await stat(path.join(entry.parentPath, entry.name)).catch(() => undefined);
  return stats?.isDirectory() === true;
}

function nameOf(entry: Dirent): Name {
  return { file: path.join(entry.parentPath, entry.name), isLink: entry.isSymbolicLink() };
}

async function isNear(folder: string): Promise<boolean> {
  const { type } = await statfs(folder).catch(() => ({ type: 0 }));
  return NEAR.has(type);
}
