import type { Reader, SqlRow } from '../../slice.ts';
import { illegal, type Json, shardError } from '../body.ts';
import { fetchSql, pickColumns, pickOrder, renderHit } from '../hits.ts';
import { Relation } from '../relation.ts';
import type { Sql } from '../sql.ts';
import type { Bucket, Bucketing, Found, Metric, Node, TopHits } from './contract.ts';
import { MOST_BUCKETS, tooManyBuckets } from './histograms.ts';
import { readAggregations } from './registry.ts';
import { type Parent, rowsWithin, withKeys } from './rows.ts';

/**
 * Computes an aggregation tree level by level: one statement for each bucketing (it carries the metrics inside it),
 * one for each top_hits, whatever the number of buckets. Inner levels see only the buckets their parents kept.
 */
export class AggregationRun {
  readonly #reader: Reader;
  readonly #relation: Relation;
  readonly #signal: AbortSignal | undefined;
  #buckets = 0;

  constructor(reader: Reader, relation: Relation, signal: AbortSignal | undefined) {
    this.#reader = reader;
    this.#relation = relation;
    this.#signal = signal;
  }

  /** The `aggregations` of the answer. */
  async run(nodes: readonly Node[]): Promise<Json> {
    const [result] = await this.#level(nodes, [], [[]]);
    return result ?? {};
  }

  /** Results of sibling aggregations, for each parent bucket. */
  async #level(nodes: readonly Node[], path: readonly Bucketing[], parents: readonly Parent[]): Promise<Json[]> {
    const results: Record<string, unknown>[] = parents.map(() => ({}));
    const metrics = metricsOf(nodes);
    if (path.length === 0 && metrics.length > 0) {
      const rows = await this.#query(`SELECT ${metricColumns(metrics)} FROM (${this.#relation.sql()}) AS r`);
      const row = rows[0];
      for (const { name, aggregator, meta, columns } of metrics) {
        set(
          results[0],
          name,
          meta,
          aggregator.render(row === undefined ? undefined : columns.map((column) => row[column])),
        );
      }
    }
    for (const node of nodes) {
      const { aggregator } = node;
      if (aggregator.kind === 'metric') continue;
      const found =
        aggregator.kind === 'buckets'
          ? await this.#bucketing(node, aggregator, path, parents)
          : aggregator.kind === 'hits'
            ? await this.#topHits(aggregator, path, parents)
            : [await this.#global(node)];
      for (const [at, result] of found.entries()) set(results[at], node.name, node.meta, result);
    }
    return results;
  }

  async #bucketing(
    node: Node,
    level: Bucketing,
    path: readonly Bucketing[],
    parents: readonly Parent[],
  ): Promise<Json[]> {
    const metrics = metricsOf(node.children);
    const found = parents.length === 0 ? [] : await this.#findBuckets(level, metrics, path, parents);
    const arranged = parents.map((_, at) => level.arrange(found[at] ?? []));
    this.#buckets += arranged.reduce((sum, buckets) => sum + buckets.length, 0);
    if (this.#buckets > MOST_BUCKETS) throw tooManyBuckets();
    const places: { bucket: Bucket; parent: number }[] = arranged.flatMap((buckets, parent) =>
      buckets.map((bucket) => ({ bucket, parent })),
    );
    const filled = places.filter(({ bucket }) => bucket.found !== undefined);
    const inner = node.children.filter(({ aggregator }) => aggregator.kind !== 'metric');
    const keys = filled.map(({ bucket, parent }) => [...parents[parent]!, ...bucket.found!.keys]);
    const results = inner.length === 0 ? [] : await this.#level(inner, [...path, level], keys);
    const empty = inner.some(() => filled.length < places.length) ? emptyResults(inner) : {};
    const shown = new Map(filled.map(({ bucket }, at) => [bucket, results[at] ?? {}]));
    return arranged.map((buckets, parent) => {
      const rendered = buckets.map((bucket) => ({
        ...bucket.head,
        doc_count: bucket.found?.count ?? 0,
        ...metricResults(metrics, bucket.found),
        ...(shown.get(bucket) ?? empty),
      }));
      return level.wrap(rendered, found[parent] ?? []);
    });
  }

  async #findBuckets(
    level: Bucketing,
    metrics: readonly NamedMetric[],
    path: readonly Bucketing[],
    parents: readonly Parent[],
  ): Promise<Found[][]> {
    const params = this.#relation.params.fork();
    const rows = rowsWithin(this.#relation, path, parents, params);
    const { from, names } = withKeys(`${rows} AS r`, level, 'k');
    const where = level.where === undefined ? '' : ` WHERE ${level.where(names)}`;
    const extra = metricColumns(metrics);
    const grouped = `SELECT ${['ord', ...names, 'count(*) AS n', ...(extra === '' ? [] : [extra])].join(', ')} FROM ${from} AS r${where} GROUP BY ${['ord', ...names].join(', ')}`;
    const found: Found[][] = parents.map(() => []);
    for (const row of await this.#query(keepTop(grouped, level, names, metrics), params)) {
      found[Number(row['ord'])]?.push({
        keys: names.map((name) => row[name]),
        count: Number(row['n']),
        total: Number(row['total'] ?? 0),
        ...(level.top?.counted === true ? { siblings: Number(row['siblings']) } : {}),
        metrics: metrics.flatMap(({ columns }) => columns.map((column) => row[column])),
      });
    }
    return found;
  }

  async #topHits(top: TopHits, path: readonly Bucketing[], parents: readonly Parent[]): Promise<Json[]> {
    const params = this.#relation.params.fork();
    const rows = parents.length === 0 ? [] : await this.#query(this.#topHitsSql(top, path, parents, params), params);
    return parents.map((_, parent) => {
      const own = rows.filter((row) => Number(row['ord']) === parent);
      const hits = own
        .filter((row) => row['rn'] !== null && Number(row['rn']) > top.from)
        .map((row) => renderHit(row, this.#relation, top.keys, top.options));
      const total = Number(own[0]?.['total'] ?? 0);
      return {
        hits: {
          total: { value: total, relation: 'eq' },
          max_score: top.options.sorted || total === 0 ? null : 1,
          hits,
        },
      };
    });
  }

  #topHitsSql(top: TopHits, path: readonly Bucketing[], parents: readonly Parent[], params: Relation['params']): Sql {
    const rows = rowsWithin(this.#relation, path, parents, params);
    const numbered = `SELECT ord, ${pickColumns(top.keys)}, count(*) OVER (PARTITION BY ord) AS total FROM ${rows} AS r`;
    const ranked = `SELECT *, row_number() OVER (PARTITION BY ord ORDER BY ${pickOrder(top.keys)}) AS rn FROM (${numbered})`;
    const picks = `SELECT * FROM (${ranked}) WHERE rn <= ${Math.max(1, top.from + top.size)}`;
    return fetchSql(this.#relation, picks, 'p.ord, p.rn', top.options);
  }

  async #global(node: Node): Promise<Json> {
    const all = new Relation(this.#reader, this.#relation.slices, { match_all: {} }, this.#relation.now);
    const children = readAggregations(node.inner, all);
    const counted = await all.query(`SELECT count(*) AS n FROM (${all.sql()}) AS r`, all.params, this.#signal);
    const results = await new AggregationRun(this.#reader, all, this.#signal).run(children);
    return { doc_count: Number(counted[0]?.['n'] ?? 0), ...results };
  }

  #query(sql: Sql, params = this.#relation.params): Promise<SqlRow[]> {
    return this.#relation.query(sql, params, this.#signal);
  }
}

type NamedMetric = {
  readonly name: string;
  readonly meta: unknown;
  readonly aggregator: Metric;
  readonly columns: readonly Sql[];
};

function metricsOf(nodes: readonly Node[]): NamedMetric[] {
  let next = 0;
  return nodes.flatMap(({ name, meta, aggregator }) =>
    aggregator.kind === 'metric'
      ? [{ name, meta, aggregator, columns: aggregator.columns.map(() => `m${next++}`) }]
      : [],
  );
}

function metricColumns(metrics: readonly NamedMetric[]): Sql {
  return metrics
    .flatMap(({ aggregator, columns }) => aggregator.columns.map((sql, at) => `${sql} AS ${columns[at]}`))
    .join(', ');
}

function metricResults(metrics: readonly NamedMetric[], found: Found | undefined): Json {
  const results: Record<string, unknown> = {};
  let at = 0;
  for (const { name, meta, aggregator, columns } of metrics) {
    set(results, name, meta, aggregator.render(found?.metrics.slice(at, at + columns.length)));
    at += columns.length;
  }
  return results;
}

/** What aggregations show inside a bucket without documents. */
function emptyResults(nodes: readonly Node[]): Json {
  const results: Record<string, unknown> = {};
  for (const { name, meta, aggregator, children } of nodes) {
    if (aggregator.kind === 'metric') set(results, name, meta, aggregator.render(undefined));
    if (aggregator.kind === 'hits') {
      set(results, name, meta, { hits: { total: { value: 0, relation: 'eq' }, max_score: null, hits: [] } });
    }
    if (aggregator.kind === 'buckets') {
      const inside = emptyResults(children);
      const buckets = aggregator.arrange([]).map(({ head }) => ({ ...head, doc_count: 0, ...inside }));
      set(results, name, meta, aggregator.wrap(buckets, []));
    }
  }
  return results;
}

function set(results: Record<string, unknown> | undefined, name: string, meta: unknown, result: Json): void {
  if (results !== undefined) results[name] = meta === undefined ? result : { meta, ...result };
}

/** Keeps each parent's first buckets in SQL, so that millions of values never reach JavaScript. */
function keepTop(grouped: Sql, level: Bucketing, names: readonly Sql[], metrics: readonly NamedMetric[]): Sql {
  const { top } = level;
  if (top === undefined) return `SELECT * FROM (${grouped}) LIMIT ${MOST_BUCKETS + 1}`;
  const metric = (path: string): Sql => {
    const [name = '', property] = splitPath(path, metrics);
    const found = metrics.find((candidate) => candidate.name === name);
    const value = found?.aggregator.orderValue(property, found.columns);
    if (value === undefined) {
      throw shardError(
        'aggregation_execution_exception',
        `Invalid aggregation order path [${path}]. The provided aggregation [${name}] either does not exist, or is a pipeline aggregation and cannot be used to sort the buckets.`,
      );
    }
    return value;
  };
  if (top.size > MOST_BUCKETS) throw illegal(`[size] must not be greater than ${MOST_BUCKETS}`);
  const order = top.order({ count: 'n', keys: names, metric });
  const counted = top.counted ? `SELECT *, count(*) OVER (PARTITION BY ord) AS siblings FROM (${grouped})` : grouped;
  const totals = `SELECT *, sum(n) OVER (PARTITION BY ord) AS total FROM (${counted}) WHERE n >= ${top.least}`;
  return `SELECT * FROM (${totals}) QUALIFY row_number() OVER (PARTITION BY ord ORDER BY ${order}) <= ${top.size} ORDER BY ord, ${order}`;
}

function splitPath(path: string, metrics: readonly NamedMetric[]): [string, string | undefined] {
  if (metrics.some(({ name }) => name === path)) return [path, undefined];
  const bracket = /^(.*)\[([^\]]*)\]$/.exec(path);
  if (bracket !== null) return [bracket[1]!, bracket[2]!.replace(/^["']|["']$/g, '')];
  const known = metrics.find(({ name }) => path.startsWith(`${name}.`));
  return known === undefined ? [path, undefined] : [known.name, path.slice(known.name.length + 1)];
}
