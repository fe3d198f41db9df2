import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import type { FieldType } from '../../model/field-type.ts';
import type { Slot } from './field-tree.ts';
import type { IndexState } from './index-state.ts';
import type { ColumnValue } from './values.ts';

/** Rows of a DuckDB data chunk. */
const CHUNK_ROWS = 2048;

const TYPES: Readonly<Partial<Record<FieldType, DuckDBType>>> = {
  long: BIGINT,
  double: DOUBLE,
  boolean: BOOLEAN,
  date: TIMESTAMP,
};

/** What one transaction adds to and removes from one index. Field values of a row are in the index's field tree. */
export class Batch {
  /** Ids whose committed rows go. */
  readonly removed: string[] = [];
  readonly #ids: string[] = [];
  readonly #sequences: number[] = [];
  readonly #versions: number[] = [];
  readonly #sources: (string | undefined)[] = [];

  /** Number that the next row will have. */
  get nextRow(): number {
    return this.#ids.length;
  }

  add(id: string, sequence: number, version: number, source: string): void {
    this.#ids.push(id);
    this.#sequences.push(sequence);
    this.#versions.push(version);
    this.#sources.push(source);
  }

  /** Leaves out a row of this batch that was replaced or deleted again. */
  drop(row: number): void {
    this.#sources[row] = undefined;
  }

  source(row: number): string | undefined {
    return this.#sources[row];
  }

  /** Appends the rows to the index's table, whose columns must be those of the field tree. */
  async append(connection: DuckDBConnection, index: IndexState): Promise<void> {
    const rows: number[] = [];
    for (let row = 0; row < this.#ids.length; row++) if (this.#sources[row] !== undefined) rows.push(row);
    if (rows.length === 0) return;
    const { slots } = index.tree;
    const appender = await connection.createAppender(index.slice.table);
    try {
      for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
        this.#appendChunk(appender, slots, rows.slice(start, start + CHUNK_ROWS));
      }
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
  }

  #appendChunk(appender: DuckDBAppender, slots: readonly Slot[], rows: readonly number[]): void {
    const types = [VARCHAR, BIGINT, BIGINT, VARCHAR, ...slots.map(typeOf)];
    const chunk = DuckDBDataChunk.create(types, rows.length);
    fill(chunk, 0, rows, (row) => this.#ids[row]!);
    fill(chunk, 1, rows, (row) => BigInt(this.#sequences[row]!));
    fill(chunk, 2, rows, (row) => BigInt(this.#versions[row]!));
    fill(chunk, 3, rows, (row) => this.#sources[row]!);
    for (const [position, slot] of slots.entries()) {
      const { values } = slot;
      const convert = slot.list ? toList(slot.type) : TO_SQL[slot.type];
      fill(chunk, 4 + position, rows, (row) => {
        const value = values[row];
        if (value === undefined) return null;
        return convert === undefined ? (value as ColumnValue) : convert(value as ColumnValue);
      });
    }
    appender.appendDataChunk(chunk);
  }
}

function fill(
  chunk: DuckDBDataChunk,
  column: number,
  rows: readonly number[],
  sqlOf: (row: number) => DuckDBValue,
): void {
  const vector = chunk.getColumnVector(column);
  for (let at = 0; at < rows.length; at++) vector.setItem(at, sqlOf(rows[at]!));
  vector.flush();
}

function typeOf(slot: Slot): DuckDBType {
  const type = TYPES[slot.type] ?? VARCHAR;
  return slot.list ? LIST(type) : type;
}

/** How a column's values become SQL values; none for those that are the same. */
const TO_SQL: Readonly<Partial<Record<FieldType, (value: ColumnValue) => DuckDBValue>>> = {
  long: (value) => BigInt(value),
  date: (value) => new DuckDBTimestampValue(BigInt(value) * 1000n),
};

function toList(type: FieldType) {
  const convert = TO_SQL[type];
  return (values: unknown) => {
    const items = values as ColumnValue[];
    return listValue(convert === undefined ? items : items.map(convert));
  };
}
