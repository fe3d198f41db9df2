import { wordsOf } from '../analysis.ts';
import { flagOf, type Json, objectOf, onlyEntry, onlyKeys, shardError, textOf } from '../body.ts';
import { resolveDate } from '../dates/math.ts';
import { checkZone } from '../dates/zone.ts';
import { anyValue, type FieldValues } from '../field.ts';
import { addressKey, addressKeySql } from '../ip.ts';
import { and, FALSE, numberLiteral, type Sql, timeLiteral } from '../sql.ts';
import { type QueryContext, valuesOf } from './context.ts';
import { toNumber } from './values.ts';

type Bound = { readonly operator: '>' | '>=' | '<' | '<='; readonly value: unknown };
const KEYS = ['gt', 'gte', 'lt', 'lte', 'from', 'to', 'include_lower', 'include_upper', 'format', 'time_zone'];

/** `range`: values between bounds, compared as the field's type is. */
export function range(body: unknown, context: QueryContext): Sql {
  const [field, inner] = onlyEntry(body, 'range');
  const options = objectOf(inner, 'range');
  onlyKeys(options, [...KEYS, 'boost', '_name', 'relation'], 'range');
  const bounds = boundsOf(options);
  const values = valuesOf(context, field);
  if (values === undefined) return FALSE;
  if (bounds.length === 0) return anyValue(values, (value) => `(${value} IS NOT NULL)`);
  const compare = bounds.map((bound) => comparison(values, bound, options, context));
  return overValues(values, (value) => and(compare.map((one) => one(value))));
}

/** The bounds of a range, old spelling (`from`, `to`, `include_lower` …) included; of two for one end the later counts. */
function boundsOf(options: Json): Bound[] {
  let lower: Bound | undefined;
  let upper: Bound | undefined;
  for (const [key, value] of Object.entries(options)) {
    if (key === 'gt' || key === 'gte') lower = { operator: key === 'gt' ? '>' : '>=', value };
    if (key === 'lt' || key === 'lte') upper = { operator: key === 'lt' ? '<' : '<=', value };
    if (key === 'from') lower = { operator: flagOf(options.include_lower, true, 'include_lower') ? '>=' : '>', value };
    if (key === 'to') upper = { operator: flagOf(options.include_upper, true, 'include_upper') ? '<=' : '<', value };
  }
  return [lower, upper].filter(
    (bound) => bound !== undefined && bound.value !== null && bound.value !== undefined,
  ) as Bound[];
}

function overValues(values: FieldValues, test: (value: Sql) => Sql): Sql {
  if (values.type !== 'text') return anyValue(values, test);
  return anyValue(values, (column) => `(len(list_filter(${wordsOf(column)}, lambda _w: ${test('_w')})) > 0)`);
}

function comparison(values: FieldValues, bound: Bound, options: Json, context: QueryContext): (value: Sql) => Sql {
  const { operator, value } = bound;
  switch (values.type) {
    case 'date': {
      const zone = options.time_zone === undefined ? undefined : checkZone(textOf(options.time_zone, 'time_zone'));
      const format = options.format === undefined ? undefined : textOf(options.format, 'format');
      const up = operator === '>' || operator === '<=';
      const time = timeLiteral(resolveDate(value, up, { now: context.now, format, zone }));
      return (column) => `(${column} ${operator} ${time})`;
    }
    case 'long':
    case 'double': {
      const literal = numberLiteral(toNumber(value));
      return (column) => `(${column} ${operator} ${literal})`;
    }
    case 'boolean':
      return (column) => `(${column} ${operator} ${value === true || value === 'true' ? 'TRUE' : 'FALSE'})`;
    case 'ip': {
      const key = addressKey(String(value));
      if (key === undefined)
        throw shardError('illegal_argument_exception', `'${String(value)}' is not an IP string literal.`);
      const place = context.params.text(key);
      return (column) => `(${addressKeySql(column)} ${operator} ${place})`;
    }
    default: {
      const place = context.params.text(textOf(value, 'range'));
      return (column) => `(${column} ${operator} ${place})`;
    }
  }
}
