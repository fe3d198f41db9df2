import type { Where } from '../errors.ts';
import { LogmillError } from '../errors.ts';
import type { Config } from './schema.ts';
import { keyOf, type Path } from './schema-check.ts';

/** A search for a hostile text takes at most this long a pattern, ms. */
const TIME_LIMIT = 5000;

/**
 * What is slow about a pattern; undefined for one that is safe, or that is no regex at all (others say so). The checker is
 * large, so it is loaded only when there is a pattern to check.
 */
export async function slowness(source: string, flags: string): Promise<string | undefined> {
  const { checkSync } = await import('recheck');
  const result = checkSync(source, flags, { timeout: TIME_LIMIT });
  if (result.status !== 'vulnerable') return undefined;
  const { type } = result.complexity;
  return type === 'exponential' ? 'exponential time' : `polynomial time of degree ${result.complexity.degree}`;
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
