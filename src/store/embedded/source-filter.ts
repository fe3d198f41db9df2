import { glob } from './dynamic-rules.ts';
import { parseDocument } from './source.ts';

/** `_source`, `_source_includes` and `_source_excludes` of a query string, as a request body's `_source` would say it. */
export function sourceFilterOf(query: Readonly<Record<string, string>>): unknown {
  const { _source: whole, _source_includes: includes, _source_excludes: excludes } = query;
  if (whole === 'false') return false;
  const named = whole === undefined || whole === 'true' || whole === '' ? includes : whole;
  if (named === undefined && excludes === undefined) return undefined;
  return { includes: named?.split(','), excludes: excludes?.split(',') };
}

/** The document, or the part of it that `_source: ["a.*"]` or `{ includes, excludes }` leaves. */
export function filterSource(source: string, filter: unknown): unknown {
  const document = parseDocument(source);
  if (filter === undefined || filter === true) return document;
  const { includes, excludes } =
    typeof filter === 'object' && filter !== null && !Array.isArray(filter)
      ? (filter as { includes?: unknown; excludes?: unknown })
      : { includes: filter, excludes: undefined };
  return prune(document, '', patterns(includes), patterns(excludes)) ?? {};
}

function patterns(value: unknown): RegExp[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(
    (each) => new RegExp(`${glob(String(each)).source.slice(0, -1)}(\\..*)?$`),
  );
}

function prune(value: unknown, path: string, includes: readonly RegExp[], excludes: readonly RegExp[]): unknown {
  if (path !== '' && excludes.some((pattern) => pattern.test(path))) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => prune(item, path, includes, excludes)).filter((item) => item !== undefined);
    return items.length === 0 && value.length > 0 ? undefined : items;
  }
  const included = includes.length === 0 || (path !== '' && includes.some((pattern) => pattern.test(path)));
  if (typeof value !== 'object' || value === null) return included ? value : undefined;
  const entries = Object.entries(value).flatMap(([key, child]) => {
    const kept = prune(child, path === '' ? key : `${path}.${key}`, included ? [] : includes, excludes);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return entries.length === 0 && !included ? undefined : Object.fromEntries(entries);
}
