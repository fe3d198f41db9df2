import { keyOf, type Path } from '../config/schema-check.ts';
import { LogmillError } from '../errors.ts';
import type { PipelineDefinition } from './definition.ts';

/** A search for a hostile text takes at most this long a pattern, ms. */
const TIME_LIMIT = 5000;

type FoundPattern = { readonly source: string; readonly flags: string; readonly path: Path };

/**
 * Finds patterns that take exponential or high polynomial time on some texts. The checker is large, so it is loaded only
 * when there is a pattern to check.
 */
export async function checkPatterns(definitions: readonly PipelineDefinition[]): Promise<LogmillError[]> {
  const faults: LogmillError[] = [];
  for (const definition of definitions) {
    for (const { source, flags, path } of patternsOf(definition)) {
      const detail = await slowness(source, flags);
      if (detail !== undefined) {
        const where = definition.locate?.(path) ?? { file: definition.file, key: keyOf(path) };
        faults.push(new LogmillError('PATTERN_SLOW', { detail }, where));
      }
    }
  }
  return faults;
}

function patternsOf({ stages }: PipelineDefinition): FoundPattern[] {
  return stages.flatMap(({ stage, options }, index) => {
    const list = Array.isArray(options['patterns']) ? (options['patterns'] as readonly unknown[]) : [];
    const flags = options['ignore_case'] === true ? 'i' : '';
    return list.map((entry, at) => {
      const source = typeof entry === 'string' ? entry : String((entry as { pattern: unknown }).pattern);
      return { source, flags, path: ['stages', index, stage, 'patterns', at] };
    });
  });
}

/** What is slow about a pattern; undefined for one that is safe, or that is no regex at all (the stage says so itself). */
async function slowness(source: string, flags: string): Promise<string | undefined> {
  const { checkSync } = await import('recheck');
  const result = checkSync(source, flags, { timeout: TIME_LIMIT });
  if (result.status !== 'vulnerable') return undefined;
  const { type } = result.complexity;
  return type === 'exponential' ? 'exponential time' : `polynomial time of degree ${result.complexity.degree}`;
}
