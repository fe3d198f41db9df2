import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { keyOf, type Path } from '../config/schema-check.ts';
import { slowness } from '../config/slow-pattern.ts';
import { LogmillError } from '../errors.ts';
import type { PipelineDefinition } from './definition.ts';
import {
  expandGrok,
  LONGEST_TEXT,
  ownPatterns,
  type PatternSet,
  patternsWith,
  readPatterns,
} from './stages/grok/expand.ts';
import { LONGEST_CUT } from './stages/kv/split-pairs.ts';

/** A pattern that lines meet, as a regular expression. */
export type FoundPattern = {
  readonly source: string;
  readonly flags: string;
  readonly path: Path;
  /** Characters of the longest text it meets, where the stage bounds them. */
  readonly longest?: number;
};

/** Lines are at most this long unless an input says otherwise: a bounded repetition that is slow in theory may do on them. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Finds patterns that take exponential or high polynomial time on some texts.
 * @param isProven spares a pattern the search, which takes seconds for long ones.
 */
export async function checkPatterns(
  definitions: readonly PipelineDefinition[],
  isProven: (pattern: FoundPattern) => boolean = () => false,
): Promise<LogmillError[]> {
  const faults: LogmillError[] = [];
  for (const definition of definitions) {
    for (const pattern of patternsOf(definition)) {
      if (isProven(pattern)) continue;
      const { source, flags, path, longest = LONGEST_LINE } = pattern;
      const detail = await slowness(source, flags, longest);
      if (detail !== undefined) {
        const where = definition.locate?.(path) ?? { file: definition.file, key: keyOf(path) };
        faults.push(new LogmillError('PATTERN_SLOW', { detail }, where));
      }
    }
  }
  return faults;
}

/** Every pattern of a pipeline, those that grok patterns come to among them. */
export function patternsOf({ stages, multiline, detect, file }: PipelineDefinition): FoundPattern[] {
  return [
    ...patternsIn(multiline, '', ['multiline'], ['start', 'continuation']),
    ...patternsIn(detect, '', ['detect'], ['lines']),
    ...stages.flatMap(({ stage, options }, index) => {
      // Its patterns are no regular expressions.
      if (stage === 'parse-dissect') return [];
      if (stage === 'parse-grok')
        return grokPatternsIn(options as GrokOptions, file, ['stages', index, stage, 'patterns']);
      const flags = options['ignore_case'] === true ? 'i' : '';
      const found = patternsIn(options, flags, ['stages', index, stage], ['pattern', 'patterns']);
      if (stage !== 'parse-kv') return found;
      const separators = patternsIn(options, '', ['stages', index, stage], ['pair_pattern', 'value_pattern']);
      return separators.map((pattern) => ({ ...pattern, longest: LONGEST_CUT }));
    }),
  ];
}

type GrokOptions = {
  readonly patterns: readonly string[];
  readonly definitions: Readonly<Record<string, string>>;
  readonly pattern_files: readonly string[];
  readonly set: PatternSet;
  readonly max_length: number;
};

/** The expressions that grok patterns come to; what is wrong with one otherwise is said when it is compiled. */
function grokPatternsIn(options: GrokOptions, file: string, at: Path): FoundPattern[] {
  const { patterns, definitions, pattern_files, set, max_length } = options;
  const files = pattern_files.flatMap((name) => patternFile(resolve(dirname(file), name)));
  const own = ownPatterns(definitions, files);
  const known = patternsWith(own);
  return patterns.flatMap((pattern, index) => {
    // Shipped ones were searched when they were written; of a whole line that takes five seconds.
    if (own.size === 0 && max_length <= LONGEST_TEXT && ONE_SHIPPED.test(pattern)) return [];
    try {
      return [{ ...expandGrok(pattern, known, set), path: [...at, index], longest: max_length }];
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  });
}

const ONE_SHIPPED = /^\^?%\{[\w.-]+(?::[^{}]*)?\}\$?$/;

function patternFile(file: string): ReadonlyMap<string, string>[] {
  try {
    return [readPatterns(readFileSync(file, 'utf8'))];
  } catch {
    // The stage says that it cannot be read.
    return [];
  }
}

/** The texts under these keys, however deep; under `patterns` also those of a list. */
function patternsIn(value: unknown, flags: string, path: Path, keys: readonly string[]): FoundPattern[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    const isPattern = keys.includes(key) || (Array.isArray(value) && keys.includes(String(path.at(-1))));
    // Of a list of patterns with options the entry is named.
    const place = typeof path.at(-1) === 'number' ? path : at;
    if (isPattern && typeof child === 'string') return [{ source: child, flags, path: place }];
    return patternsIn(child, flags, at, keys);
  });
}
