import type { Relation } from '../relation.ts';
import type { Parameters, Sql } from '../sql.ts';
import type { Bucketing } from './contract.ts';

/** A bucket of an outer level: its keys, outermost first. Its place in the list is its ordinal. */
export type Parent = readonly unknown[];

/**
 * The rows of the relation within the parents' buckets, as a FROM item: each row with the ordinal `ord` of its parent,
 * once for every parent it belongs to. At the top there is one parent, 0.
 */
export function rowsWithin(
  relation: Relation,
  path: readonly Bucketing[],
  parents: readonly Parent[],
  params: Parameters,
): Sql {
  if (path.length === 0) return `(SELECT *, 0 AS ord FROM (${relation.sql()}) AS r)`;
  const names: Sql[] = [];
  const types: string[] = [];
  let from = `(${relation.sql()}) AS r`;
  path.forEach((level, depth) => {
    const keyed = withKeys(from, level, `a${depth}_`);
    from = `${keyed.from} AS r`;
    names.push(...keyed.names);
    types.push(...level.keys.map(({ type }) => type));
  });
  const columns = names.map((_, at) => {
    const values = parents.map((keys) => (keys[at] === null ? null : String(keys[at])));
    return `unnest(from_json(${params.text(JSON.stringify(values))}, '["VARCHAR"]'))::${types[at]} AS p${at}`;
  });
  const ordinals = `unnest(range(${parents.length})) AS ord`;
  const join = names.map((name, at) => `r.${name} IS NOT DISTINCT FROM p.p${at}`).join(' AND ');
  return `(SELECT r.*, p.ord FROM ${from} JOIN (SELECT ${[ordinals, ...columns].join(', ')}) AS p ON ${join})`;
}

/** Adds an aggregation's keys to rows as columns; a row with several keys comes several times, one without none. */
export function withKeys(from: Sql, level: Bucketing, prefix: string): { from: Sql; names: Sql[] } {
  const names = level.keys.map((_, at) => `${prefix}${at}`);
  let rows = from;
  level.keys.forEach(({ sql, list }, at) => {
    rows = `(SELECT *, ${list ? `unnest(${sql})` : sql} AS ${names[at]} FROM ${rows}) AS r`;
  });
  const present = names.filter((_, at) => level.keys[at]?.nullable !== true).map((name) => `${name} IS NOT NULL`);
  return { from: `(SELECT * FROM ${rows}${present.length === 0 ? '' : ` WHERE ${present.join(' AND ')}`})`, names };
}
