import type { Reader, Slice } from '../slice.ts';
import { readAggregations } from './aggs/registry.ts';
import { AggregationRun } from './aggs/run.ts';
import { countOf, flagOf, illegal, type Json, listOf, onlyKeys, parsingError } from './body.ts';
import { fieldsOption } from './fields-option.ts';
import { fetchSql, type HitOptions, pickColumns, pickOrder, renderHit } from './hits.ts';
import { Relation } from './relation.ts';
import { comesAfter, compileSort, type SortKey } from './sort.ts';
import { sourceFilter } from './source-filter.ts';
import type { Sql } from './sql.ts';

/** What a search is made of, whatever way it came in. */
export type SearchRequest = {
  readonly slices: readonly Slice[];
  readonly body: Json;
  readonly signal: AbortSignal | undefined;
  /** The clock, for `now` in date math. */
  readonly now: number;
  /** Where the page before ended (`continuation` of its answer; empty: nowhere); set while scrolling only. */
  readonly after?: readonly unknown[] | undefined;
};

/** The answer, before it is JSON; `continuation` is for scrolling: sort values of the last hit with its place. */
export type SearchAnswer = { readonly response: Json; readonly continuation: readonly unknown[] | undefined };

const KNOWN = [
  'query',
  'size',
  'from',
  'sort',
  'search_after',
  'track_total_hits',
  '_source',
  'fields',
  'docvalue_fields',
  'aggs',
  'aggregations',
  'timeout',
  'seq_no_primary_term',
  'version',
  'track_scores',
  'post_filter',
  'pit',
  'terminate_after',
  'min_score',
  'explain',
  'profile',
  'stats',
  'highlight',
  'stored_fields',
  'runtime_mappings',
  'script_fields',
  'slice',
];
const REFUSED = [
  'post_filter',
  'min_score',
  'highlight',
  'script_fields',
  'runtime_mappings',
  'slice',
  'terminate_after',
  'explain',
  'profile',
];
const MOST_HITS = 10_000;

/** Runs one search. Throws EsError for what it cannot answer exactly. */
export async function search(reader: Reader, request: SearchRequest): Promise<SearchAnswer> {
  const started = performance.now();
  const { body, slices, signal, now } = request;
  onlyKeys(body, KNOWN, 'search');
  refuse(body);
  const relation = new Relation(reader, slices, body.query ?? { match_all: {} }, now);
  const nodes = readAggregations(body.aggs ?? body.aggregations, relation);
  const { keys, options } = hitOptions(body, relation, reader);
  const size = countOf(body.size, 10, 'size');
  const from = countOf(body.from, 0, 'from');
  checkWindow(size, from, body);
  const picks = pickSql(body, relation, keys, size, from, request.after);
  const rows =
    size === 0
      ? []
      : await relation.query(fetchSql(relation, picks, pickOrder(keys, 'p.'), options), relation.params, signal);
  // A first page that is not full has told how many there are.
  const known = body.search_after === undefined && request.after === undefined && rows.length > 0 && rows.length < size;
  const total = await countHits(relation, body.track_total_hits, known ? from + rows.length : undefined, signal);
  const hits = rows.map((row) => renderHit(row, relation, keys, options));
  const aggregations = nodes.length === 0 ? undefined : await new AggregationRun(reader, relation, signal).run(nodes);
  const last = rows.at(-1);
  return {
    response: {
      took: Math.round(performance.now() - started),
      timed_out: false,
      _shards: shards(slices.length),
      hits: {
        ...(total === undefined ? {} : { total }),
        max_score: options.sorted || hits.length === 0 ? null : 1,
        hits,
      },
      ...(aggregations === undefined ? {} : { aggregations }),
    },
    continuation: last === undefined ? undefined : [...keys.map((_, at) => last[`s${at}`]), last['_sl'], last['_seq']],
  };
}

/** `_shards` as if each slice were one shard. */
export function shards(count: number) {
  return { total: count, successful: count, skipped: 0, failed: 0 };
}

function refuse(body: Json): void {
  for (const key of REFUSED) {
    const value = body[key];
    const nothing =
      value === undefined ||
      value === null ||
      value === false ||
      (typeof value === 'object' && Object.keys(value).length === 0);
    if (!nothing) throw illegal(`[${key}] is not supported by the embedded store`);
  }
  if (body.search_after !== undefined && !Array.isArray(body.search_after))
    throw parsingError('[search_after] must be an array');
}

function hitOptions(body: Json, relation: Relation, reader: Reader): { keys: SortKey[]; options: HitOptions } {
  const sorted = body.sort !== undefined && listOf(body.sort).length > 0 && !onlyScore(body.sort);
  const stored = body.stored_fields === '_none_' ? false : undefined;
  return {
    keys: compileSort(sorted ? body.sort : undefined, relation),
    options: {
      source: sourceFilter(body._source ?? stored),
      version: flagOf(body.version, false, 'version'),
      seqNo: flagOf(body.seq_no_primary_term, false, 'seq_no_primary_term'),
      sorted,
      fields: fieldsOption([...listOf(body.fields), ...listOf(body.docvalue_fields)], (field) => {
        return relation.slices.length === 0
          ? undefined
          : (relation.slices.find((slice) => slice.columns.has(field))?.columns.get(field)?.type ??
              reader.typeOf(relation.slices, field));
      }),
    },
  };
}

function onlyScore(sort: unknown): boolean {
  return listOf(sort).every(
    (item) => item === '_score' || (typeof item === 'object' && item !== null && '_score' in item),
  );
}

function checkWindow(size: number, from: number, body: Json): void {
  if (from + size > MOST_HITS) {
    throw illegal(
      `Result window is too large, from + size must be less than or equal to: [${MOST_HITS}] but was [${from + size}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.`,
    );
  }
  if (body.search_after !== undefined && from > 0)
    throw illegal('`from` parameter must be set to 0 when `search_after` is used');
}

function pickSql(
  body: Json,
  relation: Relation,
  keys: readonly SortKey[],
  size: number,
  from: number,
  scrolled: readonly unknown[] | undefined,
): Sql {
  const after = body.search_after as readonly unknown[] | undefined;
  let where = '';
  if (after !== undefined) {
    if (keys.length === 0) throw illegal('Sort must contain at least one field.');
    if (after.length !== keys.length) {
      throw illegal(`search_after has ${after.length} value(s) but sort has ${keys.length}.`);
    }
    const names = keys.map((key, at) => ({ ...key, sql: `s${at}` }));
    where = ` WHERE ${comesAfter(
      names,
      keys.map((key, at) => key.literal(after[at])),
    )}`;
  }
  if (scrolled !== undefined && scrolled.length > 0) {
    const place = { descending: false, nullsFirst: false };
    const all = [
      ...keys.map((key, at) => ({ ...key, sql: `s${at}` })),
      { sql: '_sl', ...place },
      { sql: '_seq', ...place },
    ];
    const values = all.map((key, at) =>
      'literal' in key ? key.literal(scrolled[at]) : String(BigInt(String(scrolled[at]))),
    );
    where = ` WHERE ${comesAfter(all, values)}`;
  }
  const columns = pickColumns(keys);
  return `SELECT * FROM (SELECT ${columns} FROM (${relation.sql()}) AS r)${where} ORDER BY ${pickOrder(keys)} LIMIT ${size} OFFSET ${from}`;
}

async function countHits(
  relation: Relation,
  track: unknown,
  known: number | undefined,
  signal: AbortSignal | undefined,
): Promise<{ value: number; relation: 'eq' | 'gte' } | undefined> {
  if (track === false || track === 'false') return undefined;
  const exact = track === true || track === 'true';
  const limit = exact ? undefined : countOf(track, MOST_HITS, 'track_total_hits');
  const from =
    limit === undefined ? `(${relation.sql()}) AS r` : `(SELECT 1 FROM (${relation.sql()}) AS r LIMIT ${limit + 1})`;
  const rows =
    known === undefined ? await relation.query(`SELECT count(*) AS n FROM ${from}`, relation.params, signal) : [];
  const value = known ?? Number(rows[0]?.['n'] ?? 0);
  return limit !== undefined && value > limit ? { value: limit, relation: 'gte' } : { value, relation: 'eq' };
}

/** How many documents match: `_count`. */
export async function count(reader: Reader, request: SearchRequest): Promise<Json> {
  onlyKeys(request.body, ['query'], 'count');
  const relation = new Relation(reader, request.slices, request.body.query ?? { match_all: {} }, request.now);
  const rows = await relation.query(
    `SELECT count(*) AS n FROM (${relation.sql()}) AS r`,
    relation.params,
    request.signal,
  );
  return { count: Number(rows[0]?.['n'] ?? 0), _shards: shards(request.slices.length) };
}
