import type { FieldType } from '../../model/field-type.ts';

/**
 * How a field is held in a slice's table. One typed column for single values; a LIST column beside it once an array
 * arrived. Both are NULL where the document lacks the field. Values that do not fit `type` are in neither (as
 * Elasticsearch's ignore_malformed), but always in `_source`.
 * SQL types: keyword, text, ip → VARCHAR · long → BIGINT · double → DOUBLE · boolean → BOOLEAN · date → TIMESTAMP (UTC, ms).
 */
export type Column = {
  readonly field: string;
  readonly type: FieldType;
  /** Name of the column of single values, unquoted. */
  readonly column: string;
  /** Name of the LIST column, unquoted; undefined until one is needed. */
  readonly list: string | undefined;
};

/**
 * One table: a stream's documents of one time slice (a backing index), or a whole plain index. Every table has
 * `_id VARCHAR`, `_seq BIGINT`, `_version BIGINT` and `_source VARCHAR` (the document's exact JSON) besides its fields;
 * a field that got no column (over the limit) is found through `_source` only.
 */
export type Slice = {
  /** Backing index name as hits show it in `_index`, e.g. `.ds-logs-apache.access-default-2026.11.21-000001` or `logmill-state`. */
  readonly index: string;
  /** Data stream it belongs to. */
  readonly stream: string | undefined;
  /** Table name, unquoted. */
  readonly table: string;
  readonly columns: ReadonlyMap<string, Column>;
  /** False when every field of every document has its column, so that nothing need be looked for in `_source`. */
  readonly overflow?: boolean;
};

export type SqlValue = string | number | bigint | boolean | null | readonly SqlValue[];
/** Rows as objects by column name; BIGINT comes as bigint or number, TIMESTAMP as epoch milliseconds only where the SQL asks (`epoch_ms`). */
export type SqlRow = Record<string, unknown>;

/** What reading needs of the store: which slices an expression names, and SQL over them. */
export interface Reader {
  /**
   * Slices of `logs-*,-logs-logmill.*`, names, aliases and data streams, in creation order. Wildcards may match nothing;
   * a plain name that does not exist throws EsError 404 index_not_found_exception unless `ignoreUnavailable`.
   */
  resolve(expression: string, options?: { ignoreUnavailable?: boolean }): readonly Slice[];
  /** Mapping type of a field in the index templates and mappings of these slices; undefined when unmapped. */
  typeOf(slices: readonly Slice[], field: string): FieldType | undefined;
  /** Runs one read-only statement with positional parameters ($1 …), aborted with the signal. */
  query(sql: string, params?: readonly SqlValue[], signal?: AbortSignal): Promise<SqlRow[]>;
}
