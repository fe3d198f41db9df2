import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  SQLNULL,
  VARCHAR,
} from '@duckdb/node-api';
import type { SqlValue } from './slice.ts';

/** Values of positional parameters with their SQL types; an empty list counts as one of VARCHAR. */
export function toParameters(params: readonly SqlValue[]): { values: DuckDBValue[]; types: DuckDBType[] } {
  return { values: params.map(toValue), types: params.map(toType) };
}

function toValue(value: SqlValue): DuckDBValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) {
    const type = toType(value);
    const double = type.toString() === 'DOUBLE[]';
    return listValue(value.map((item: SqlValue) => (double ? Number(item) : toValue(item))));
  }
  return value as string | bigint | boolean | null;
}

function toType(value: SqlValue): DuckDBType {
  if (Array.isArray(value)) return LIST(elementType(value));
  switch (typeof value) {
    case 'string':
      return VARCHAR;
    case 'boolean':
      return BOOLEAN;
    case 'bigint':
      return BIGINT;
    case 'number':
      return Number.isSafeInteger(value) ? BIGINT : DOUBLE;
    default:
      return SQLNULL;
  }
}

function elementType(items: readonly SqlValue[]): DuckDBType {
  const types = items.filter((item) => item !== null).map(toType);
  const first = types[0] ?? VARCHAR;
  return types.find((type) => type === DOUBLE) ?? first;
}
