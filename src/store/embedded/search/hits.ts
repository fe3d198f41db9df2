import type { SqlRow } from '../slice.ts';
import type { fieldsOption } from './fields-option.ts';
import type { Relation } from './relation.ts';
import { orderBy, type SortKey } from './sort.ts';
import { parseExact, type SourceFilter } from './source-filter.ts';
import { identifier, type Sql } from './sql.ts';

/** How hits are shown. */
export type HitOptions = {
  readonly source: SourceFilter;
  readonly version: boolean;
  readonly seqNo: boolean;
  /** False without `sort`: then hits carry a score instead. */
  readonly sorted: boolean;
  readonly fields: ReturnType<typeof fieldsOption>;
};

/** Columns of a picking SELECT that the fetch needs: place of the document and its sort values. */
export function pickColumns(keys: readonly SortKey[]): Sql {
  const columns = keys.flatMap((key, at) =>
    key.shown === key.sql ? [`${key.sql} AS s${at}`] : [`${key.sql} AS s${at}`, `${key.shown} AS v${at}`],
  );
  return ['_sl', '_seq', ...columns].join(', ');
}

/** ORDER BY of picked rows, by the names `pickColumns` gave. */
export function pickOrder(keys: readonly SortKey[], prefix = ''): Sql {
  const named = keys.map((key, at) => ({ ...key, sql: `${prefix}s${at}` }));
  return orderBy(named, [`${prefix}_sl`, `${prefix}_seq`]);
}

/** Joins picked rows (`_sl`, `_seq`, …) with their documents, in one statement so that both are of one moment. */
export function fetchSql(relation: Relation, picks: Sql, order: Sql, options: HitOptions): Sql {
  const columns = ['"_id" AS _id', '"_version" AS _version', ...(needsSource(options) ? ['"_source" AS _source'] : [])];
  const documents = relation.slices.map(
    (slice, position) =>
      `SELECT ${position} AS _sl, "_seq" AS _seq, ${columns.join(', ')} FROM ${identifier(slice.table)} WHERE "_seq" IN (SELECT _seq FROM picks WHERE _sl = ${position})`,
  );
  if (documents.length === 0) return `SELECT * FROM (${picks}) WHERE FALSE`;
  return `WITH picks AS MATERIALIZED (${picks}) SELECT p.*, d.* EXCLUDE (_sl, _seq) FROM picks p JOIN (${documents.join(' UNION ALL ')}) d ON p._sl = d._sl AND p._seq = d._seq ORDER BY ${order}`;
}

function needsSource(options: HitOptions): boolean {
  return options.source.wanted || options.fields !== undefined;
}

/** One hit as Elasticsearch shows it. */
export function renderHit(row: SqlRow, relation: Relation, keys: readonly SortKey[], options: HitOptions) {
  const source = typeof row['_source'] === 'string' ? row['_source'] : undefined;
  const fields = source === undefined ? undefined : options.fields?.(parseExact(source));
  return {
    _index: relation.slices[Number(row['_sl'])]?.index,
    _id: row['_id'],
    ...(options.version ? { _version: Number(row['_version']) } : {}),
    ...(options.seqNo ? { _seq_no: Number(row['_seq']), _primary_term: 1 } : {}),
    _score: options.sorted ? null : 1,
    ...(source !== undefined && options.source.wanted ? { _source: options.source.apply(source) } : {}),
    ...(fields !== undefined && Object.keys(fields).length > 0 ? { fields: fields } : {}),
    ...(options.sorted ? { sort: keys.map((key, at) => key.render(row[`v${at}`] ?? row[`s${at}`])) } : {}),
  };
}
