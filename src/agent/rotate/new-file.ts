import { closeSync, constants, fchmodSync, fchownSync, openSync, readFileSync, type Stats } from 'node:fs';

/** Whom the new file is to belong to, and who may read it; what is left out is as the old one had it. */
export type NewFile = { readonly mode?: string | undefined; readonly owner?: string | undefined };

/**
 * Makes an empty file in the place of one that was moved away. The writer may have been faster: then its file stays.
 * @throws Error where the mode or owner cannot be set.
 */
export function createNew(file: string, old: Pick<Stats, 'mode' | 'uid' | 'gid'>, { mode, owner }: NewFile): void {
  const bits = mode === undefined ? old.mode & 0o777 : Number.parseInt(mode, 8);
  let handle: number;
  try {
    handle = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, bits);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  try {
    fchmodSync(handle, bits);
    if (owner !== undefined) {
      const { uid, gid } = ownerOf(owner, old);
      fchownSync(handle, uid, gid);
    } else if (process.getuid?.() === 0) {
      fchownSync(handle, old.uid, old.gid);
    }
  } finally {
    closeSync(handle);
  }
}

function ownerOf(owner: string, old: Pick<Stats, 'gid'>): { uid: number; gid: number } {
  const [user = '', group] = owner.split(':');
  const gid = group === undefined ? old.gid : idOf(group, '/etc/group');
  return { uid: idOf(user, '/etc/passwd'), gid };
}

/** passwd(5), group(5): name, password, number. Users of a directory service are written as numbers. */
function idOf(name: string, table: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  for (const line of readFileSync(table, 'utf8').split('\n')) {
    const [entry, , id] = line.split(':');
    if (entry === name) return Number(id);
  }
  throw new Error(`"${name}" is not in ${table}`);
}
