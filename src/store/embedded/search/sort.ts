import { illegal, listOf, objectOf, onlyEntry, onlyKeys, parsingError, shardError, textOf } from './body.ts';
import { DEFAULT_FORMAT, writeTime } from './dates/format.ts';
import { resolveDate } from './dates/math.ts';
import { addressKey, addressKeySql } from './ip.ts';
import type { Relation, RelationField } from './relation.ts';
import { type Sql, stringLiteral } from './sql.ts';

/** One key of an order over the relation's rows. */
export type SortKey = {
  /** What is compared. */
  readonly sql: Sql;
  /** What is shown, where it is not what is compared. */
  readonly shown: Sql;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  render(value: unknown): unknown;
  /** A value of `search_after` as SQL; undefined for null. */
  literal(value: unknown): Sql | undefined;
};

const LAST = '9223372036854775807';
const FIRST = '(-9223372036854775808)';

/** The `sort` of a request: names, `{ field: "desc" }`, `{ field: { order, missing … } }`. */
export function compileSort(sort: unknown, relation: Relation): SortKey[] {
  return listOf(sort).map((item) => {
    if (typeof item === 'string') {
      const [field = '', order] = item.split(':');
      return sortKey(field, order === undefined ? {} : { order }, relation);
    }
    const [field, options] = onlyEntry(item, 'sort');
    return sortKey(field, typeof options === 'string' ? { order: options } : objectOf(options ?? {}, 'sort'), relation);
  });
}

function sortKey(field: string, options: Readonly<Record<string, unknown>>, relation: Relation): SortKey {
  onlyKeys(options, ['order', 'missing', 'mode', 'unmapped_type', 'format', 'numeric_type'], 'sort');
  const order = String(options.order ?? (field === '_score' ? 'desc' : 'asc')).toLowerCase();
  if (order !== 'asc' && order !== 'desc') throw parsingError(`Unknown SortOrder [${order}]`);
  const descending = order === 'desc';
  if (field === '_score') return plainKey('1.0::DOUBLE', descending);
  if (field === '_doc' || field === '_shard_doc') return plainKey('(_sl::BIGINT * 1000000000000 + _seq)', descending);
  const found = relation.field(field);
  if (found === undefined) {
    if (options.unmapped_type === undefined && relation.slices.length > 0) {
      throw shardError('query_shard_exception', `No mapping found for [${field}] in order to sort on`);
    }
    return plainKey('NULL::VARCHAR', descending);
  }
  if (found.type === 'text') {
    throw shardError(
      'illegal_argument_exception',
      `Fielddata is disabled on [${field}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead.`,
    );
  }
  const missing = options.missing ?? '_last';
  const first = missing === '_first' ? !descending : descending && missing === '_last';
  const value = oneValue(found, options.mode, descending);
  const format = options.format === undefined ? undefined : textOf(options.format, 'format');
  const extreme = first ? FIRST : LAST;
  switch (found.type) {
    case 'date':
      return dateKey(value, descending, missing, extreme, format, relation.now);
    case 'long':
      return plainKey(`coalesce(${value}, ${custom(missing) ?? `${extreme}::BIGINT`})`, descending);
    case 'boolean':
      return plainKey(`coalesce((${value})::BIGINT, ${custom(missing) ?? `${extreme}::BIGINT`})`, descending);
    case 'double':
      return plainKey(`coalesce(${value}, ${custom(missing) ?? `'${first ? '-' : ''}infinity'::DOUBLE`})`, descending);
    case 'ip':
      return addressSort(found, options.mode, descending, missing);
    default:
      return textKey(value, descending, missing);
  }
}

function plainKey(sql: Sql, descending: boolean): SortKey {
  return { sql, shown: sql, descending, nullsFirst: false, render: renderNumber, literal: numberOf };
}

function dateKey(
  value: Sql,
  descending: boolean,
  missing: unknown,
  extreme: Sql,
  format: string | undefined,
  now: number,
): SortKey {
  const parse = (given: unknown) => String(resolveDate(given, false, { now, format }));
  const otherwise = missing === '_last' || missing === '_first' ? extreme : parse(missing);
  const sql = `coalesce(epoch_ms(${value}), ${otherwise}::BIGINT)`;
  const render = (shown: unknown) =>
    format === undefined || Math.abs(Number(shown)) > 8.64e15 ? renderNumber(shown) : writeTime(Number(shown), format);
  const literal = (given: unknown) => {
    if (given === null) return undefined;
    if (typeof given === 'string' && !/^-?\d+$/.test(given)) {
      return String(resolveDate(given, false, { now, format: format ?? DEFAULT_FORMAT }));
    }
    return numberOf(given);
  };
  return { sql, shown: sql, descending, nullsFirst: false, render, literal };
}

function textKey(value: Sql, descending: boolean, missing: unknown): SortKey {
  const given = missing === '_last' || missing === '_first' ? undefined : stringLiteral(String(missing));
  const sql = given === undefined ? value : `coalesce(${value}, ${given})`;
  return {
    sql,
    shown: sql,
    descending,
    nullsFirst: missing === '_first',
    render: (shown) => shown ?? null,
    literal: (after) => (after === null ? undefined : stringLiteral(String(after))),
  };
}

/** Addresses are compared by key and shown as text, so both travel together where one of several is picked. */
function addressSort(field: RelationField, mode: unknown, descending: boolean, missing: unknown): SortKey {
  const pick = pickOf(mode, descending);
  const pairs = `list_transform(${field.list}, lambda _v: {'k': ${addressKeySql('_v')}, 't': _v})`;
  const one = `list_${pick}(${pairs})`;
  const list = field.list === undefined ? undefined : one;
  const text = list === undefined ? field.single : `coalesce(${field.single}, (${list}).t)`;
  const shown = textKey(text, descending, missing);
  const literal = (after: unknown) => {
    if (after === null) return undefined;
    const address = addressKey(String(after));
    if (address === undefined) throw illegal(`'${String(after)}' is not an IP string literal.`);
    return stringLiteral(address);
  };
  return { ...shown, sql: addressKeySql(shown.sql), literal };
}

function pickOf(mode: unknown, descending: boolean): string {
  const pick = String(mode ?? (descending ? 'max' : 'min'));
  if (!['min', 'max', 'sum', 'avg', 'median'].includes(pick)) throw parsingError(`Unknown SortMode [${pick}]`);
  return pick;
}

function oneValue(field: RelationField, mode: unknown, descending: boolean): Sql {
  if (field.list === undefined) return field.single;
  return `coalesce(${field.single}, list_${pickOf(mode, descending)}(${field.list}))`;
}

function custom(missing: unknown): Sql | undefined {
  if (missing === '_last' || missing === '_first') return undefined;
  const sql = numberOf(missing);
  if (sql === undefined) throw illegal(`cannot use [${String(missing)}] as missing value`);
  return sql;
}

function numberOf(value: unknown): Sql | undefined {
  if (value === null) return undefined;
  if (value === 'Infinity' || value === '-Infinity') return `'${value}'::DOUBLE`;
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number))
    throw illegal(`Failed to parse search_after value for field, [${text}]`);
  if (number >= 2 ** 63) return `${LAST}::BIGINT`;
  if (number <= -(2 ** 63)) return `(${FIRST}::BIGINT)`;
  return /^-?\d+$/.test(text) ? `(${text}::BIGINT)` : `(${number.toExponential()}::DOUBLE)`;
}

function renderNumber(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return value ?? null;
}

/** ORDER BY over the keys, ties in the order documents came. */
export function orderBy(
  keys: readonly { sql: Sql; descending: boolean; nullsFirst: boolean }[],
  extra: readonly Sql[],
): Sql {
  const parts = keys.map(
    ({ sql, descending, nullsFirst }) => `${sql} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`,
  );
  return [...parts, ...extra].join(', ');
}

type Comparable = { readonly sql: Sql; readonly descending: boolean; readonly nullsFirst: boolean };

/** Holds for rows that come after the given values in the keys' order; undefined stands for null. */
export function comesAfter(keys: readonly Comparable[], values: readonly (Sql | undefined)[]): Sql {
  let condition = 'FALSE';
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const { sql, descending, nullsFirst } = keys[at]!;
    const value = values[at];
    const beyond =
      value === undefined
        ? nullsFirst
          ? `${sql} IS NOT NULL`
          : 'FALSE'
        : `coalesce(${sql} ${descending ? '<' : '>'} ${value}, ${nullsFirst ? 'FALSE' : 'TRUE'})`;
    condition = `(${beyond} OR (${sql} IS NOT DISTINCT FROM ${value ?? 'NULL'} AND ${condition}))`;
  }
  return condition;
}
