import { runInNewContext } from 'node:vm';
import type { AttackPattern } from 'recheck';
import type { Where } from '../errors.ts';
import { LogmillError } from '../errors.ts';
import type { Config } from './schema.ts';
import { keyOf, type Path } from './schema-check.ts';

/** A search for a hostile text takes at most this long a pattern, ms. */
const TIME_LIMIT = 5000;

/** One match of a text of bounded length may take so much CPU time, ms: the square of some thousand characters does not. */
const LONGEST_MATCH = 1000;
/** By the clock it may take longer, for a machine that starts is busy: what was quick yesterday must not be refused today. */
const LONGEST_WAIT = 5000;

/** What was found of patterns: a configuration that is taken anew mostly has the same ones. */
const found = new Map<string, string | undefined>();
const MOST_FOUND = 2000;

/**
 * What is slow about a pattern; undefined for one that is safe, or that is no regex at all (others say so). The checker is
 * large, so it is loaded only when there is a pattern to check.
 * @param longest characters of the longest text that the pattern meets: a power of it may then be short enough, which the
 * worst text that was found tells.
 */
export async function slowness(source: string, flags: string, longest?: number): Promise<string | undefined> {
  const key = JSON.stringify([source, flags, longest]);
  if (!found.has(key)) {
    if (found.size >= MOST_FOUND) found.clear();
    found.set(key, await search(source, flags, longest));
  }
  return found.get(key);
}

async function search(source: string, flags: string, longest: number | undefined): Promise<string | undefined> {
  const { checkSync } = await import('recheck');
  const result = checkSync(source, flags, { timeout: TIME_LIMIT });
  if (result.status !== 'vulnerable') return undefined;
  if (result.complexity.type === 'exponential') return 'exponential time';
  if (longest !== undefined && isQuick(source, flags, hostileText(result.attack, longest))) return undefined;
  return `polynomial time of degree ${result.complexity.degree}`;
}

/** The worst text, as long as texts can be. */
function hostileText({ pumps, suffix }: AttackPattern, longest: number): string {
  const fixed = pumps.reduce((sum, { prefix }) => sum + prefix.length, suffix.length);
  const pumped = pumps.reduce((sum, { pump }) => sum + pump.length, 0);
  const times = Math.max(1, Math.floor((longest - fixed) / pumped));
  return (pumps.map(({ prefix, pump }) => prefix + pump.repeat(times)).join('') + suffix).slice(-longest);
}

function isQuick(source: string, flags: string, text: string): boolean {
  try {
    const before = process.threadCpuUsage();
    runInNewContext('new RegExp(source, flags).exec(text)', { source, flags, text }, { timeout: LONGEST_WAIT });
    return process.threadCpuUsage(before).user < 1000 * LONGEST_MATCH;
  } catch {
    return false;
  }
}

/** Patterns of inputs that take exponential or high polynomial time on some lines. */
export async function checkInputPatterns(config: Config, locate: (path: Path) => Where): Promise<LogmillError[]> {
  const faults: LogmillError[] = [];
  for (const [index, { multiline }] of config.inputs.entries()) {
    for (const key of ['start', 'continuation'] as const) {
      const source = multiline?.[key];
      const detail = source === undefined ? undefined : await slowness(source, '');
      if (detail === undefined) continue;
      const path: Path = ['inputs', index, 'multiline', key];
      const where = locate(path);
      faults.push(new LogmillError('PATTERN_SLOW', { detail }, { ...where, key: where.key ?? keyOf(path) }));
    }
  }
  return faults;
}
