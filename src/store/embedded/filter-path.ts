import { glob } from './dynamic-rules.ts';

type Pattern = readonly string[];

/** Distinct keys remembered per place in the body; keys that are data are not worth more. */
const REMEMBERED = 1000;

/**
 * Elasticsearch's `filter_path`: a filter for response bodies that keeps what some pattern names (`items.*.status`,
 * `**._id`) and drops what a pattern with a leading `-` names.
 */
export function compileFilterPath(expression: string): (body: unknown) => unknown {
  const patterns = expression.split(',').map((part) => part.trim());
  const keep = patterns.filter((part) => part !== '' && !part.startsWith('-')).map(split);
  const drop = patterns.filter((part) => part.startsWith('-')).map((part) => split(part.slice(1)));
  const kept = new Place(keep);
  const dropped = new Place(drop);
  return (body) => {
    const wanted = keep.length === 0 ? body : select(body, kept, true);
    return drop.length === 0 ? wanted : (select(wanted, dropped, false) ?? {});
  };
}

function split(pattern: string): Pattern {
  return pattern.split('.');
}

/** `wanted`: only what patterns name; otherwise all but that. Objects and arrays left empty go. */
function select(value: unknown, place: Place, wanted: boolean): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => select(item, place, wanted)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return wanted ? undefined : value;
  const result: Record<string, unknown> = {};
  let empty = true;
  for (const key in value) {
    const child: unknown = (value as Record<string, unknown>)[key];
    const next = place.at(key);
    const chosen = next.ends || next.nowhere ? next.ends === wanted : undefined;
    if (chosen === false) continue;
    const selected = chosen === true ? child : select(child, next, wanted);
    if (selected === undefined) continue;
    result[key] = selected;
    empty = false;
  }
  return empty ? undefined : result;
}

/** What is left of the patterns at some place of the body; the same for every item of a list, so worked out once. */
class Place {
  /** A pattern names this very place. */
  readonly ends: boolean;
  /** No pattern leads here. */
  readonly nowhere: boolean;
  readonly #patterns: readonly Pattern[];
  readonly #next = new Map<string, Place>();

  constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns;
    this.ends = patterns.some((rest) => rest.length === 0);
    this.nowhere = patterns.length === 0;
  }

  at(key: string): Place {
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const next = new Place(this.#patterns.flatMap((pattern) => advance(pattern, key)));
    if (this.#next.size < REMEMBERED) this.#next.set(key, next);
    return next;
  }
}

/** What is left of a pattern after this key; several ways with `**`, none when it does not fit. */
function advance(pattern: Pattern, key: string): Pattern[] {
  const [head, ...rest] = pattern;
  if (head === undefined) return [];
  if (head === '**') return [pattern, ...advance(rest, key)];
  return head === key || (head.includes('*') && glob(head).test(key)) ? [rest] : [];
}
