import type { FieldType } from '../../../model/field-type.ts';
import type { Slice } from '../slice.ts';
import { identifier, or, type Sql, stringLiteral } from './sql.ts';

/** Where a field's values are in one slice: a typed SQL expression of single values, one of lists, or both. */
export type FieldValues = {
  readonly field: string;
  readonly type: FieldType;
  readonly single: Sql | undefined;
  readonly list: Sql | undefined;
};

/**
 * A field of a slice; undefined when no document of it has the field. A field without a column may still be in
 * `_source` (over the limit of columns); it is read from there as its mapping says, else as keyword.
 */
export function fieldIn(slice: Slice, field: string, mapped: FieldType | undefined): FieldValues | undefined {
  if (field === '_id') return { field, type: 'keyword', single: '"_id"', list: undefined };
  if (field === '_index') return { field, type: 'keyword', single: stringLiteral(slice.index), list: undefined };
  const column = slice.columns.get(field);
  if (column !== undefined) {
    return {
      field,
      type: column.type,
      single: identifier(column.column),
      list: column.list === undefined ? undefined : identifier(column.list),
    };
  }
  if (slice.overflow === false || field.startsWith('_')) return undefined;
  const type = mapped ?? 'keyword';
  if (type === 'object' || type === 'geo_point') return undefined;
  return { field, type, single: undefined, list: sourceList(field, type) };
}

const CASTS: Partial<Record<FieldType, Sql>> = {
  long: 'TRY_CAST(_v AS DOUBLE)',
  double: 'TRY_CAST(_v AS DOUBLE)',
  boolean: 'TRY_CAST(_v AS BOOLEAN)',
  date: 'TRY_CAST(_v AS TIMESTAMP)',
};

/** A field's values out of the document's JSON, nested or with a dotted key. Only documents with the name are parsed. */
function sourceList(field: string, type: FieldType): Sql {
  const parts = field.split('.');
  const escaped = parts.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'));
  const name = stringLiteral(JSON.stringify(parts.at(-1)).slice(1));
  const nested = `json_extract("_source", ${stringLiteral(`/${escaped.join('/')}`)})`;
  const flat = `json_extract("_source", ${stringLiteral(`/${escaped.join('.')}`)})`;
  const value = parts.length === 1 ? nested : `coalesce(${nested}, ${flat})`;
  const texts =
    `CASE json_type(${value}) WHEN 'ARRAY' THEN json_extract_string(${value}, '$[*]') WHEN 'OBJECT' THEN NULL ` +
    `WHEN 'NULL' THEN NULL ELSE [json_extract_string(${value}, '$')] END`;
  const cast = CASTS[type];
  const typed =
    cast === undefined ? texts : `list_filter(list_transform(${texts}, lambda _v: ${cast}), lambda _v: _v IS NOT NULL)`;
  return `CASE WHEN contains("_source", ${name}) THEN ${typed} END`;
}

/** Holds when one of the field's values does. */
export function anyValue(values: FieldValues, holds: (value: Sql) => Sql): Sql {
  const parts: Sql[] = [];
  if (values.single !== undefined) parts.push(holds(values.single));
  if (values.list !== undefined) {
    const inner = holds('_v');
    if (inner !== 'FALSE') parts.push(`(len(list_filter(${values.list}, lambda _v: ${inner})) > 0)`);
  }
  return or(parts);
}

/** Holds when the field has a value. */
export function present(values: FieldValues): Sql {
  const parts: Sql[] = [];
  if (values.single !== undefined) parts.push(`(${values.single} IS NOT NULL)`);
  if (values.list !== undefined) parts.push(`(len(${values.list}) > 0)`);
  return or(parts);
}
