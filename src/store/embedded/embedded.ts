import type { Catalog } from './catalog.ts';
import type { Reader, Slice, SqlRow, SqlValue } from './slice.ts';
import type { Writer } from './writer.ts';

/** What the engine's own routes work on: reading as searches do, the catalog, and the one way to change anything. */
export class Embedded implements Reader {
  readonly catalog: Catalog;
  readonly writer: Writer;

  constructor(catalog: Catalog, writer: Writer) {
    this.catalog = catalog;
    this.writer = writer;
  }

  resolve(expression: string, options?: { ignoreUnavailable?: boolean }): readonly Slice[] {
    return this.catalog.resolve(expression, options);
  }

  typeOf(slices: readonly Slice[], field: string) {
    return this.catalog.typeOf(slices, field);
  }

  async query(sql: string, params?: readonly SqlValue[], signal?: AbortSignal): Promise<SqlRow[]> {
    return await this.catalog.query(sql, params, signal);
  }
}
