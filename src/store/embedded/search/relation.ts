import type { FieldType } from '../../../model/field-type.ts';
import type { Reader, Slice, SqlRow } from '../slice.ts';
import { type FieldValues, fieldIn } from './field.ts';
import { compileQuery } from './query/registry.ts';
import { certain, FALSE, identifier, Parameters, type Sql, TRUE } from './sql.ts';

/** A field as a column of the relation, with one type over all slices. `list` only where a slice may hold several values. */
export type RelationField = {
  readonly field: string;
  readonly type: FieldType;
  readonly single: Sql;
  readonly list: Sql | undefined;
};

const SQL_TYPES: Partial<Record<FieldType, Sql>> = {
  long: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'TIMESTAMP',
};

type Output = { readonly name: Sql; expression(slice: Slice): Sql | undefined; readonly type: Sql };

/**
 * The matching documents of some slices as one relation: `_sl` (position of the slice), `_seq`, and the columns asked
 * for, united by name. A query is compiled for each slice on its own; slices it cannot match are left out.
 */
export class Relation {
  readonly slices: readonly Slice[];
  readonly params = new Parameters();
  readonly now: number;
  readonly #reader: Reader;
  readonly #conditions: readonly Sql[];
  readonly #outputs: Output[] = [];
  readonly #fields = new Map<string, RelationField | undefined>();

  constructor(reader: Reader, slices: readonly Slice[], query: unknown, now: number) {
    this.#reader = reader;
    this.slices = slices;
    this.now = now;
    this.#conditions = slices.map((slice) => this.#compile(query, slice));
    // A search over no slice at all still refuses a query that does not parse.
    if (slices.length === 0)
      this.#compile(query, { index: '', stream: undefined, table: '', columns: new Map(), overflow: false });
  }

  /** Makes the field a column; undefined when no document has it and nothing maps it. */
  field(name: string): RelationField | undefined {
    if (!this.#fields.has(name)) this.#fields.set(name, this.#addField(name));
    return this.#fields.get(name);
  }

  /** Makes "the query holds" a BOOLEAN column, never NULL. */
  flag(query: unknown): Sql {
    const conditions = new Map(this.slices.map((slice) => [slice, certain(this.#compile(query, slice))]));
    return this.#addOutput('BOOLEAN', (slice) => conditions.get(slice));
  }

  /** Runs a statement over the relation. */
  async query(sql: Sql, params: Parameters, signal: AbortSignal | undefined): Promise<SqlRow[]> {
    const bound = params.bind(sql);
    return await this.#reader.query(bound.sql, bound.values, signal);
  }

  /** The relation as a SELECT; call it after all columns were asked for. */
  sql(): Sql {
    const parts = this.slices.flatMap((slice, position) => {
      const condition = this.#conditions[position]!;
      return condition === FALSE ? [] : [this.#select(slice, position, condition)];
    });
    return parts.length === 0 ? this.#empty() : parts.join(' UNION ALL ');
  }

  #select(slice: Slice, position: number, condition: Sql): Sql {
    const columns = this.#outputs.map(
      ({ name, type, expression }) => `${expression(slice) ?? `NULL::${type}`} AS ${name}`,
    );
    const where = condition === TRUE ? '' : ` WHERE ${condition}`;
    return `SELECT ${[`${position} AS _sl`, '"_seq" AS _seq', ...columns].join(', ')} FROM ${identifier(slice.table)}${where}`;
  }

  #empty(): Sql {
    const columns = this.#outputs.map(({ name, type }) => `NULL::${type} AS ${name}`);
    return `SELECT ${['0 AS _sl', '0::BIGINT AS _seq', ...columns].join(', ')} WHERE FALSE`;
  }

  #compile(query: unknown, slice: Slice): Sql {
    return compileQuery(query, {
      slice,
      params: this.params,
      now: this.now,
      mappedType: (field) => this.#reader.typeOf([slice], field),
    });
  }

  #addOutput(type: Sql, expression: (slice: Slice) => Sql | undefined): Sql {
    const name = `c${this.#outputs.length}`;
    this.#outputs.push({ name, type, expression });
    return name;
  }

  #addField(field: string): RelationField | undefined {
    const mapped = this.#reader.typeOf(this.slices, field);
    const values = new Map<Slice, FieldValues>();
    for (const slice of this.slices) {
      const found = fieldIn(slice, field, mapped);
      if (found !== undefined) values.set(slice, found);
    }
    const known = [...values].filter(([slice]) => slice.columns.has(field) || field.startsWith('_'));
    const type = commonType(known.map(([, found]) => found.type)) ?? mapped;
    if (type === undefined || type === 'object' || type === 'geo_point') return undefined;
    const sqlType = SQL_TYPES[type] ?? 'VARCHAR';
    const cast = (value: Sql | undefined, from: FieldType | undefined, suffix: string) =>
      value === undefined || (SQL_TYPES[from ?? type] ?? 'VARCHAR') === sqlType
        ? value
        : `(${value})::${sqlType}${suffix}`;
    const single = this.#addOutput(sqlType, (slice) => cast(values.get(slice)?.single, values.get(slice)?.type, ''));
    const lists = [...values.values()].some((found) => found.list !== undefined);
    const list = lists
      ? this.#addOutput(`${sqlType}[]`, (slice) => {
          const found = values.get(slice);
          // What comes out of `_source` has a type of its own making, so it is always cast.
          const written = found?.single === undefined ? undefined : found.type;
          return found?.list === undefined
            ? undefined
            : written === undefined
              ? `(${found.list})::${sqlType}[]`
              : cast(found.list, written, '[]');
        })
      : undefined;
    return { field, type, single, list };
  }
}

/** One type for values of several: numbers meet in double, anything else in keyword. */
function commonType(types: readonly FieldType[]): FieldType | undefined {
  const distinct = new Set(types);
  if (distinct.size <= 1) return types[0];
  return [...distinct].every((type) => type === 'long' || type === 'double') ? 'double' : 'keyword';
}

/** All values of a field as one list, empty where the document has none. */
export function valueList(field: RelationField): Sql {
  const one = `CASE WHEN ${field.single} IS NULL THEN [] ELSE [${field.single}] END`;
  return field.list === undefined ? one : `coalesce(${field.list}, ${one})`;
}
