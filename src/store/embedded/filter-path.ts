import { glob } from './dynamic-rules.ts';

type Pattern = readonly string[];

/**
 * Elasticsearch's `filter_path`: a filter for response bodies that keeps what some pattern names (`items.*.status`,
 * `**._id`) and drops what a pattern with a leading `-` names.
 */
export function compileFilterPath(expression: string): (body: unknown) => unknown {
  const patterns = expression.split(',').map((part) => part.trim());
  const keep = patterns.filter((part) => part !== '' && !part.startsWith('-')).map(split);
  const drop = patterns.filter((part) => part.startsWith('-')).map((part) => split(part.slice(1)));
  return (body) => {
    const kept = keep.length === 0 ? body : select(body, keep, true);
    return drop.length === 0 ? kept : (select(kept, drop, false) ?? {});
  };
}

function split(pattern: string): Pattern {
  return pattern.split('.');
}

/** `wanted`: only what patterns name; otherwise all but that. Objects and arrays left empty go. */
function select(value: unknown, patterns: readonly Pattern[], wanted: boolean): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => select(item, patterns, wanted)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return wanted ? undefined : value;
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const next = patterns.flatMap((pattern) => advance(pattern, key));
    const whole = next.some((rest) => rest.length === 0);
    if (whole) {
      if (wanted) result[key] = child;
      continue;
    }
    const selected = next.length === 0 ? (wanted ? undefined : child) : select(child, next, wanted);
    if (selected !== undefined) result[key] = selected;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

/** What is left of a pattern after this key; several ways with `**`, none when it does not fit. */
function advance(pattern: Pattern, key: string): Pattern[] {
  const [head, ...rest] = pattern;
  if (head === undefined) return [];
  if (head === '**') return [pattern, ...advance(rest, key)];
  return head === key || (head.includes('*') && globOf(head).test(key)) ? [rest] : [];
}

const globs = new Map<string, RegExp>();

function globOf(pattern: string): RegExp {
  let regex = globs.get(pattern);
  if (regex === undefined) {
    if (globs.size > 1000) globs.clear();
    regex = glob(pattern);
    globs.set(pattern, regex);
  }
  return regex;
}
