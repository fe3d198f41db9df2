import { illegal, listOf, objectOf, textOf } from './body.ts';
import { RawJson, toJson } from './json.ts';
import { wildcardMatcher } from './query/context.ts';

/** What of `_source` a request wants: all, nothing, or some paths. */
export type SourceFilter = {
  readonly wanted: boolean;
  apply(source: string): RawJson;
};

/** Reads `_source` of a body (`false`, `"a.*"`, `["a"]`, `{ includes, excludes }`). */
export function sourceFilter(option: unknown): SourceFilter {
  if (option === false || option === 'false') return { wanted: false, apply: (source) => new RawJson(source) };
  if (option === undefined || option === true || option === 'true') {
    return { wanted: true, apply: (source) => new RawJson(source) };
  }
  const named = typeof option === 'string' || Array.isArray(option);
  const body = named ? { includes: option } : objectOf(option, '_source');
  const known = ['includes', 'include', 'excludes', 'exclude', 'exclude_vectors'];
  const strange = Object.keys(body).find((key) => !known.includes(key));
  if (strange !== undefined) throw illegal(`Unknown key for a VALUE_STRING in [${strange}].`);
  const patterns = (value: unknown) => listOf(value).map((path) => textOf(path, '_source'));
  const includes = patterns('includes' in body ? body.includes : body.include).map(pathMatchers);
  const excludes = patterns('excludes' in body ? body.excludes : body.exclude).map(pathMatchers);
  const keep = (path: string, leaf: boolean) => keepOf(path, leaf, includes, excludes);
  return {
    wanted: true,
    apply: (source) => new RawJson(toJson(prune(parseExact(source), '', keep) ?? {})),
  };
}

type Matchers = { readonly whole: RegExp; readonly below: RegExp };

function pathMatchers(pattern: string): Matchers {
  return { whole: wildcardMatcher(pattern), below: wildcardMatcher(`${pattern}.*`) };
}

function keepOf(path: string, leaf: boolean, includes: readonly Matchers[], excludes: readonly Matchers[]): boolean {
  const hit = ({ whole, below }: Matchers) => whole.test(path) || below.test(path);
  if (excludes.some(hit)) return false;
  return includes.length === 0 || !leaf || includes.some(hit);
}

function prune(value: unknown, path: string, keep: (path: string, leaf: boolean) => boolean): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return keep(path, true) ? value : undefined;
    const items = value.map((item) => prune(item, path, keep)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null || value instanceof RawJson)
    return keep(path, true) ? value : undefined;
  if (path !== '' && !keep(path, false)) return undefined;
  const members = Object.entries(value)
    .map(([key, member]) => [key, prune(member, path === '' ? key : `${path}.${key}`, keep)] as const)
    .filter(([, member]) => member !== undefined);
  const emptied = members.length === 0 && (Object.keys(value).length > 0 || !keep(path, true));
  return emptied && path !== '' ? undefined : Object.fromEntries(members);
}

/** JSON.parse that keeps the digits of whole numbers beyond 2^53. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    Number.isInteger(value) &&
    context?.source !== undefined
      ? new RawJson(context.source)
      : value,
  );
}
