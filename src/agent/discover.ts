import { existsSync } from 'node:fs';
import { glob, lstat, opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { InputConfig } from '../config/schema.ts';
import { readingFault, type Unreadable } from './unreadable.ts';

/** A regular file that a pattern matches. */
export type Found = {
  readonly path: string;
  /** `dev:inode`, decimal: the same file under all its names. */
  readonly id: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** A pattern asks for compressed files by name. */
  readonly compressedWanted: boolean;
  /** The path is a symbolic link. */
  readonly isLink: boolean;
};

export type Discovered = {
  /** Oldest first, so that a rotated file is read before the one that followed it. */
  readonly found: readonly Found[];
  readonly unreadable: readonly Unreadable[];
  /** Files named without wildcards, and folders of patterns, that do not exist (yet). */
  readonly missing: readonly string[];
};

const MAGIC = /[*?[\]{}]/;
/** What logmill makes of a name when it rotates the file: app.log.1, app.log-20261121, app.log-20261121-103000. */
const ROTATED = ['.+([0-9])', '-+([-0-9])'];
/** Looked at at once: a file system far away answers late, and this many times as fast. */
const AT_ONCE = 32;

/** All patterns of an input: those it names and, where logmill rotates its files, what they are rotated into. */
export function patternsOf({ files = [], rotate }: Pick<InputConfig, 'files' | 'rotate'>): readonly string[] {
  if (rotate === undefined) return files;
  const rotated = files
    .filter((pattern) => !asksForGz(pattern))
    .map((pattern) => (isLiteral(pattern) ? escaped(pattern) : pattern));
  return [...files, ...rotated.flatMap((pattern) => ROTATED.map((suffix) => pattern + suffix))];
}

/** A pattern that matches exactly this path. */
function escaped(file: string): string {
  return file.replace(/[*?[\]{}()+@]/g, '[$&]');
}

/** Whether a pattern names one file. A file whose very name has brackets is named by it. */
function isLiteral(pattern: string): boolean {
  return !MAGIC.test(pattern) || existsSync(pattern);
}

/** The folder below which everything a pattern can match lies; the file itself for a pattern without wildcards. */
export function globBase(pattern: string): string {
  if (isLiteral(pattern)) return pattern;
  const parts = pattern.split(path.sep);
  return (
    parts
      .slice(
        0,
        parts.findIndex((part) => MAGIC.test(part)),
      )
      .join(path.sep) || path.sep
  );
}

/** Whether `file` is left out by `exclude`. A pattern without a slash is about names, in any folder. */
function isExcluded(file: string, exclude: readonly string[]): boolean {
  return exclude.some((pattern) =>
    pattern.includes(path.sep) ? path.matchesGlob(file, pattern) : path.matchesGlob(path.basename(file), pattern),
  );
}

/** Whether a path is one the patterns ask for. */
export function isWanted(file: string, patterns: readonly string[], exclude: readonly string[]): boolean {
  return patterns.some((pattern) => file === pattern || path.matchesGlob(file, pattern)) && !isExcluded(file, exclude);
}

function asksForGz(pattern: string): boolean {
  return pattern.endsWith('.gz');
}

/** Looks once for everything `patterns` (absolute) match. Folders, sockets, pipes and devices are passed over. */
export async function discover(patterns: readonly string[], exclude: readonly string[]): Promise<Discovered> {
  const found = new Map<string, Found>();
  const unreadable = new Map<string, Unreadable>();
  const missing = new Set<string>();
  const seen = new Set<string>();
  // Patterns that ask for compressed files go first: another one that matches the same file does not take that back.
  for (const pattern of [...patterns].sort((one, other) => Number(asksForGz(other)) - Number(asksForGz(one)))) {
    const compressedWanted = asksForGz(pattern);
    const base = globBase(pattern);
    await checkAccess(base, unreadable, missing);
    for await (const names of inGroups(namesOf(pattern))) {
      const fresh = names.filter(({ file }) => !(seen.has(file) || isExcluded(file, exclude)));
      for (const { file } of fresh) seen.add(file);
      const looks = await Promise.all(fresh.map((name) => lookAt(name, compressedWanted, unreadable)));
      for (const look of looks) {
        // A second name of the same file (a link) adds nothing.
        if (look !== undefined && !found.has(look.id)) found.set(look.id, look);
      }
    }
  }
  const sorted = [...found.values()].sort(
    (one, other) => one.modifiedAt - other.modifiedAt || (one.path < other.path ? -1 : 1),
  );
  return { found: sorted, unreadable: [...unreadable.values()], missing: [...missing] };
}

type Name = { readonly file: string; readonly isLink: boolean };

async function* namesOf(pattern: string): AsyncGenerator<Name> {
  if (isLiteral(pattern)) {
    const isLink = (await lstat(pattern).catch(() => undefined))?.isSymbolicLink() === true;
    yield { file: pattern, isLink };
    return;
  }
  for await (const entry of glob(pattern, { withFileTypes: true })) {
    yield { file: path.join(entry.parentPath, entry.name), isLink: entry.isSymbolicLink() };
  }
}

async function* inGroups(names: AsyncIterable<Name>): AsyncGenerator<Name[]> {
  let group: Name[] = [];
  for await (const name of names) {
    group.push(name);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  yield group;
}

/** Notes a base that does not exist, or a folder that may not be listed: globbing passes over both in silence. */
async function checkAccess(base: string, unreadable: Map<string, Unreadable>, missing: Set<string>): Promise<void> {
  try {
    if ((await stat(base)).isDirectory()) await (await opendir(base)).close();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') missing.add(base);
    else unreadable.set(base, { path: base, reason: readingFault(error) });
  }
}

/** The same file again under the same name, as it is now; undefined where another one has taken the name, or none. */
export async function lookAgain(found: Found): Promise<Found | undefined> {
  const now = await lookAt({ file: found.path, isLink: found.isLink }, found.compressedWanted, new Map());
  return now?.id === found.id ? now : undefined;
}

async function lookAt(
  { file, isLink }: Name,
  compressedWanted: boolean,
  unreadable: Map<string, Unreadable>,
): Promise<Found | undefined> {
  try {
    const stats = await stat(file, { bigint: true });
    if (stats.isDirectory()) await checkAccess(file, unreadable, new Set());
    if (!stats.isFile()) return undefined;
    return {
      path: file,
      id: `${stats.dev}:${stats.ino}`,
      size: Number(stats.size),
      modifiedAt: Number(stats.mtimeMs),
      compressedWanted,
      isLink,
    };
  } catch (error) {
    // Gone again, or a link to nowhere: nothing to read.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      unreadable.set(file, { path: file, reason: readingFault(error) });
    return undefined;
  }
}
