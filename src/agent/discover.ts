import { type BigIntStats, existsSync, statSync } from 'node:fs';
import { lstat, opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { InputConfig } from '../config/schema.ts';
import { hasMagic, type Name, type Names, namesBelow } from './names.ts';
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

/** What logmill makes of a name when it rotates the file: app.log.1, app.log-20261121, app.log-20261121-103000. */
const ROTATED = ['.+([0-9])', '-+([-0-9])'];
/** Looked at at once: a file system far away answers late, and this many times as fast. */
const AT_ONCE = 32;
/** A file system that is near, and yet takes longer for so many, is treated as if it were far away, ms. */
const SLOW = 10;

/** All patterns of an input: those it names and, where logmill rotates its files, what they are rotated into. */
export function patternsOf({ files = [], rotate }: Pick<InputConfig, 'files' | 'rotate'>): readonly string[] {
  if (rotate === undefined) return files;
  const rotated = files
    .filter((pattern) => !pattern.endsWith('.gz'))
    .map((pattern) => (isLiteral(pattern) ? escaped(pattern) : pattern));
  return [...files, ...rotated.flatMap((pattern) => ROTATED.map((suffix) => pattern + suffix))];
}

/** A pattern that matches exactly this path. */
function escaped(file: string): string {
  return file.replace(/[*?[\]{}()+@]/g, '[$&]');
}

/** Whether a pattern names one file. A file whose very name has brackets is named by it. */
function isLiteral(pattern: string): boolean {
  return !hasMagic(pattern) || existsSync(pattern);
}

/** The folder below which everything a pattern can match lies; the file itself for a pattern without wildcards. */
export function globBase(pattern: string): string {
  if (isLiteral(pattern)) return pattern;
  const parts = pattern.split(path.sep);
  return parts.slice(0, parts.findIndex(hasMagic)).join(path.sep) || path.sep;
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

/** `app.log*.gz`, `*.{log,gz}`, `app.log{,.1.gz}`. */
const GZ = /\.gz$|[.,{]gz[,}]/;

/** Whether a pattern asks for compressed files by name. */
export function asksForGz(pattern: string): boolean {
  return GZ.test(pattern);
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
    for await (const { names, isNear } of namesOf(pattern)) {
      const fresh = names.filter(({ file }) => !(seen.has(file) || isExcluded(file, exclude)));
      for (const { file } of fresh) seen.add(file);
      for (const look of await lookAtAll(fresh, isNear, compressedWanted, unreadable)) {
        const known = found.get(look.id);
        if (known === undefined) found.set(look.id, look);
        // A second name of the same file (a link) adds nothing; which one counts does not depend on their order.
        else if ((known.isLink && !look.isLink) || (known.isLink === look.isLink && look.path < known.path))
          found.set(look.id, { ...look, compressedWanted: known.compressedWanted || compressedWanted });
      }
    }
  }
  const sorted = [...found.values()].sort(
    (one, other) => one.modifiedAt - other.modifiedAt || (one.path < other.path ? -1 : 1),
  );
  return { found: sorted, unreadable: [...unreadable.values()], missing: [...missing] };
}

async function* namesOf(pattern: string): AsyncGenerator<Names> {
  const base = globBase(pattern);
  if (base !== pattern) return yield* namesBelow(base, pattern);
  const isLink = (await lstat(pattern).catch(() => undefined))?.isSymbolicLink() === true;
  yield { names: [{ file: pattern, isLink }], isNear: false };
}

/**
 * Looks at files in groups. Where no other machine is asked the system answers at once, at a fraction of what asking it
 * through threads costs: thousands of files are looked at all the time while nothing happens.
 */
async function lookAtAll(
  names: readonly Name[],
  isNear: boolean,
  compressedWanted: boolean,
  unreadable: Map<string, Unreadable>,
): Promise<Found[]> {
  const found: Found[] = [];
  let isFast = isNear;
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const began = performance.now();
    const look = isFast ? lookNow : lookFar;
    const group = names.slice(at, at + AT_ONCE);
    const looks = await Promise.all(
      group.map((name) => lookAt(name, compressedWanted, unreadable, name.isLink ? lookFar : look)),
    );
    for (const look of looks) if (look !== undefined) found.push(look);
    isFast &&= performance.now() - began < SLOW;
    if (isFast) await othersTurn();
  }
  return found;
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

type Look = (file: string) => BigIntStats | Promise<BigIntStats>;
const lookFar: Look = (file) => stat(file, { bigint: true });
const lookNow: Look = (file) => statSync(file, { bigint: true });

async function lookAt(
  { file, isLink }: Name,
  compressedWanted: boolean,
  unreadable: Map<string, Unreadable>,
  look: Look = lookFar,
): Promise<Found | undefined> {
  try {
    const stats = await look(file);
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
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isGone && file.includes('\uFFFD')) unreadable.set(file, { path: file, reason: 'its name is not UTF-8' });
    if (!isGone) unreadable.set(file, { path: file, reason: readingFault(error) });
    return undefined;
  }
}
