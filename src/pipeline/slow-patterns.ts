import { keyOf, type Path } from '../config/schema-check.ts';
import { slowness } from '../config/slow-pattern.ts';
import { LogmillError } from '../errors.ts';
import type { PipelineDefinition } from './definition.ts';

type FoundPattern = { readonly source: string; readonly flags: string; readonly path: Path };

/** Finds patterns that take exponential or high polynomial time on some texts. */
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
