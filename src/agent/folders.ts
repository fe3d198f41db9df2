import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { globBase } from './discover.ts';
import { isFolder, segmentsOf } from './names.ts';

/** A folder in which something that matters can appear: a file, or, where it is `deeper`, a folder. */
export type WatchedFolder = { readonly folder: string; readonly deeper: boolean };

/** Every folder that is there and in which a file that `pattern` (absolute) matches, or a folder on the way to one, can appear. */
export async function foldersOf(pattern: string): Promise<WatchedFolder[]> {
  const base = globBase(pattern);
  const folder = base === pattern ? path.dirname(pattern) : base;
  const found = new Map<string, boolean>();
  await walk(folder, segmentsOf(folder, pattern), found);
  return [...found].map(([name, deeper]) => ({ folder: name, deeper }));
}

async function walk(folder: string, segments: readonly string[], found: Map<string, boolean>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  const [segment = '', ...rest] = segments;
  const deeper = rest.length > 0;
  found.set(folder, deeper || (found.get(folder) ?? false));
  if (!deeper) return;
  if (segment === '**') await walk(folder, rest, found);
  for (const entry of entries) {
    if (segment !== '**' && !path.matchesGlob(entry.name, segment)) continue;
    // `**` follows no links, as globbing does: they can lead in circles.
    if (!(segment === '**' ? entry.isDirectory() : await isFolder(entry))) continue;
    await walk(path.join(folder, entry.name), segment === '**' ? segments : rest, found);
  }
}
