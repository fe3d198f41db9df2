import { illegal, type Json, listOf, onlyEntry, parsingError } from '../body.ts';
import type { Sql } from '../sql.ts';
import type { Top } from './contract.ts';

type Part = { readonly path: string; readonly descending: boolean };

/** Reads `order`: `{ _count: "desc" }`, `{ "stats.max": "asc" }`, or a list of such. */
export function readOrder(value: unknown, otherwise: Part): Part[] {
  const parts = listOf(value).map((item): Part => {
    const [path, direction] = onlyEntry(item, 'order');
    const word = String(direction).toLowerCase();
    if (word !== 'asc' && word !== 'desc') throw parsingError(`Unknown order direction [${word}]`);
    return { path, descending: word === 'desc' };
  });
  return parts.length === 0 ? [otherwise] : parts;
}

/** The order as SQL; ties by key. `shownKey` is what keys are compared by. */
export function orderSql(
  parts: readonly Part[],
  names: Parameters<Top['order']>[0],
  shownKey: (key: Sql) => Sql = (key) => key,
): Sql {
  const key = shownKey(names.keys[0]!);
  const columns = parts.map(({ path, descending }) => {
    const value = path === '_count' ? names.count : path === '_key' || path === '_term' ? key : names.metric(path);
    return `${value} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  return [...columns, ...(parts.some(({ path }) => path === '_key') ? [] : [`${key} ASC`])].join(', ');
}

/** Sorts found buckets whose keys are numbers, by key or count. */
export function sortFound<T extends { count: number; key: number }>(
  buckets: T[],
  parts: readonly Part[],
  type: string,
): T[] {
  return buckets.sort((left, right) => {
    for (const { path, descending } of parts) {
      if (path !== '_key' && path !== '_count')
        throw illegal(`[${type}] order by [${path}] is not supported by the embedded store`);
      const difference = path === '_key' ? left.key - right.key : left.count - right.count;
      if (difference !== 0) return descending ? -difference : difference;
    }
    return left.key - right.key;
  });
}

/** Buckets as an object by key when `keyed`, as a list otherwise. */
export function wrapKeyed(buckets: readonly Json[], keyed: boolean): Json {
  if (!keyed) return { buckets };
  return { buckets: Object.fromEntries(buckets.map((bucket) => [String(bucket.key_as_string ?? bucket.key), bucket])) };
}
