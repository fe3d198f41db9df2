import type { FieldType } from '../../../../model/field-type.ts';
import { illegal, type Json, shardError, textOf } from '../body.ts';
import { DEFAULT_FORMAT, writeTime } from '../dates/format.ts';
import { resolveDate } from '../dates/math.ts';
import { type RelationField, valueList } from '../relation.ts';
import { numberLiteral, type Sql, stringLiteral } from '../sql.ts';
import type { AggregationContext, Key } from './contract.ts';

/** The field an aggregation works on; undefined when nothing maps it (then there is nothing to aggregate). Throws for text. */
export function aggregatedField(options: Json, type: string, context: AggregationContext): RelationField | undefined {
  if (options.field === undefined) {
    throw illegal(`Required one of fields [field, script], but none were specified. `);
  }
  const name = textOf(options.field, type);
  const field = context.relation.field(name);
  if (field?.type === 'text') {
    throw shardError(
      'illegal_argument_exception',
      `Fielddata is disabled on [${name}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead.`,
    );
  }
  return field;
}

/** Refuses a field whose values are no numbers (dates and booleans count as such). */
export function requireNumeric(field: RelationField | undefined, type: string): void {
  if (field?.type === 'keyword' || field?.type === 'ip') {
    throw shardError(
      'illegal_argument_exception',
      `Field [${field.field}] of type [${field.type}] is not supported for aggregation [${type}]`,
    );
  }
}

/** A value of the type as a number. */
export function numericSql(type: FieldType, value: Sql): Sql {
  if (type === 'date') return `epoch_ms(${value})::DOUBLE`;
  return type === 'boolean' ? `(${value})::INTEGER::DOUBLE` : `(${value})::DOUBLE`;
}

/** Refuses options nobody reads. */
export function onlyOptions(options: Json, known: readonly string[], type: string): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw illegal(`[${type}] unknown field [${key}]`);
  }
}

/** A bucket key made of each of a field's values; `missing` is the key of documents without one. */
export function keyOf(
  field: RelationField | undefined,
  type: Key['type'],
  make: (value: Sql) => Sql,
  missing?: Sql,
): Key {
  if (field === undefined) return { sql: missing ?? `NULL::${type}`, list: false, type };
  const single = make(field.single);
  if (field.list === undefined) {
    return { sql: missing === undefined ? single : `coalesce(${single}, ${missing})`, list: false, type };
  }
  const keys = `list_distinct(list_transform(${valueList(field)}, lambda _v: ${make('_v')}))`;
  const sql = missing === undefined ? keys : `CASE WHEN len(${keys}) = 0 THEN [${missing}] ELSE ${keys} END`;
  return { sql, list: true, type };
}

/** A `missing` value as SQL of the field's own type. */
export function missingSql(value: unknown, field: RelationField | undefined, now: number): Sql | undefined {
  if (value === undefined) return undefined;
  switch (field?.type) {
    case 'date':
      return `make_timestamp(${resolveDate(value, false, { now })}000::BIGINT)`;
    case 'boolean':
      return value === true || value === 'true' || value === 1 ? 'TRUE' : 'FALSE';
    case 'long':
    case 'double': {
      const number = Number(value);
      if (Number.isNaN(number)) throw illegal(`For input string: "${String(value)}"`);
      return numberLiteral(number);
    }
    default:
      return stringLiteral(String(value));
  }
}

/** A bucket key as shown: numbers as numbers, booleans as 1 and 0 with their words, dates with their text. */
export function showKey(value: unknown, type: FieldType | undefined, format?: string): Json {
  if (type === 'boolean') return { key: Number(value), key_as_string: Number(value) === 1 ? 'true' : 'false' };
  if (type === 'date') return { key: Number(value), key_as_string: writeTime(Number(value), format ?? DEFAULT_FORMAT) };
  return { key: typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value };
}
