import type { Json } from '../body.ts';
import type { HitOptions } from '../hits.ts';
import type { Relation } from '../relation.ts';
import type { SortKey } from '../sort.ts';
import type { Sql } from '../sql.ts';

/** Numbers over the rows of a bucket: aggregate expressions in SQL, and what is shown of their values. */
export type Metric = {
  readonly kind: 'metric';
  readonly columns: readonly Sql[];
  /** `values` of the columns; undefined for a bucket without documents. */
  render(values: readonly unknown[] | undefined): Json;
  /** SQL over the columns' names to order buckets by; undefined when there is no such property. */
  orderValue(property: string | undefined, names: readonly Sql[]): Sql | undefined;
};

/** One part of a bucket's key, as an expression over a row. A list puts the row into a bucket for each of its values. */
export type Key = {
  readonly sql: Sql;
  readonly list: boolean;
  readonly type: 'VARCHAR' | 'BIGINT' | 'DOUBLE';
  readonly nullable?: boolean;
};

/** A bucket as it came out of SQL. */
export type Found = {
  readonly keys: readonly unknown[];
  readonly count: number;
  /** Documents in all buckets of the same parent, those left out included; each counted once per bucket. */
  readonly total: number;
  /** Buckets of the same parent, those left out included; counted where `Top.counted` asks for it. */
  readonly siblings?: number;
  readonly metrics: readonly unknown[];
};

/** A bucket in its final place; `found` is undefined for one that is shown though it is empty. */
export type Bucket = { readonly found: Found | undefined; readonly head: Json };

/** Which buckets are kept, when not all are. */
export type Top = {
  readonly size: number;
  readonly least: number;
  /** Whether `Found.siblings` is needed. */
  readonly counted: boolean;
  /** ORDER BY over the names of the count, the keys and (by path) the metrics. */
  order(names: { count: Sql; keys: readonly Sql[]; metric(path: string): Sql }): Sql;
};

/** Sorts rows into buckets. */
export type Bucketing = {
  readonly kind: 'buckets';
  readonly keys: readonly Key[];
  /** Condition over the names of the keys; buckets outside are not there at all. */
  readonly where?: (keys: readonly Sql[]) => Sql;
  readonly top?: Top;
  /** Orders, fills in and names the buckets of one parent. */
  arrange(found: readonly Found[]): Bucket[];
  /** Puts the rendered buckets of one parent into the answer. */
  wrap(buckets: readonly Json[], found: readonly Found[]): Json;
};

/** The first documents of each bucket. */
export type TopHits = {
  readonly kind: 'hits';
  readonly keys: readonly SortKey[];
  readonly from: number;
  readonly size: number;
  readonly options: HitOptions;
};

/** All documents, whatever the query. Only at the top. */
export type Global = { readonly kind: 'global' };

export type Aggregator = Metric | Bucketing | TopHits | Global;

export type AggregationContext = {
  readonly name: string;
  readonly relation: Relation;
};

/** One type of aggregation: its options in, what to compute out. Throws EsError 400 for what it cannot do exactly. */
export type AggregationType = (options: Json, context: AggregationContext) => Aggregator;

/** An aggregation of the request with those inside it. */
export type Node = {
  readonly name: string;
  readonly meta: unknown;
  readonly aggregator: Aggregator;
  readonly children: readonly Node[];
  /** What stands inside a global aggregation, unread. */
  readonly inner?: unknown;
};
