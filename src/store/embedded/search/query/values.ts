import { wordsOf as analyse, lowerCase } from '../../../../model/words.ts';
import { hasWords } from '../analysis.ts';
import { shardError } from '../body.ts';
import { resolveDate } from '../dates/math.ts';
import { anyValue, type FieldValues } from '../field.ts';
import { addressKey, addressKeySql, blockKeys } from '../ip.ts';
import { FALSE, numberLiteral, or, type Sql, timeLiteral } from '../sql.ts';
import type { QueryContext } from './context.ts';

/** Holds when a field has exactly this value (for text: this very word). Throws EsError for a value the type cannot take. */
export function equals(values: FieldValues, value: unknown, context: QueryContext, ignoreCase = false): Sql {
  const { slice } = context;
  if (values.field === '_index') {
    const matches = value === slice.index || value === slice.stream;
    return matches ? 'TRUE' : FALSE;
  }
  switch (values.type) {
    case 'text':
      return equalsWord(values, String(value), ignoreCase);
    case 'long':
    case 'double':
      return equalsNumber(values, value);
    case 'boolean': {
      const flag = toBoolean(value);
      return anyValue(values, (column) => `(${column} = ${flag})`);
    }
    case 'date': {
      const from = timeLiteral(resolveDate(value, false, { now: context.now }));
      const to = timeLiteral(resolveDate(value, true, { now: context.now }));
      return anyValue(values, (column) => `(${column} >= ${from} AND ${column} <= ${to})`);
    }
    case 'ip':
      return equalsAddress(values, String(value), context);
    default: {
      const text = String(value);
      if (ignoreCase) {
        const place = context.params.text(lowerCase(text));
        return anyValue(values, (column) => `(lower(${column}) = ${place})`);
      }
      const place = context.params.text(text);
      return anyValue(values, (column) => `(${column} = ${place})`);
    }
  }
}

/** Many exact values at once: large sets become one hash look-up. */
export function equalsOneOf(values: FieldValues, wanted: readonly unknown[], context: QueryContext): Sql {
  const plain = values.type === 'keyword' && values.field !== '_index';
  if (!plain || wanted.length <= 20) return or(wanted.map((value) => equals(values, value, context)));
  const list = context.params.list(wanted.map(String));
  const parts: Sql[] = [];
  if (values.single !== undefined) parts.push(`(${values.single} IN (SELECT unnest(${list})))`);
  if (values.list !== undefined) parts.push(`list_has_any(${values.list}, ${list})`);
  return or(parts);
}

function equalsWord(values: FieldValues, word: string, ignoreCase: boolean): Sql {
  const wanted = ignoreCase ? lowerCase(word) : word;
  const words = analyse(wanted);
  if (words.length !== 1 || words[0] !== wanted) return FALSE;
  return anyValue(values, (column) => hasWords(column, words));
}

function equalsNumber(values: FieldValues, value: unknown): Sql {
  const number = toNumber(value);
  if (values.type === 'long' && typeof number === 'number' && !Number.isInteger(number)) return FALSE;
  return anyValue(values, (column) => `(${column} = ${numberLiteral(number)})`);
}

function equalsAddress(values: FieldValues, text: string, context: QueryContext): Sql {
  if (text.includes('/')) {
    const block = blockKeys(text);
    if (block === undefined) throw shardError('illegal_argument_exception', `'${text}' is not an IP string literal.`);
    const [low, high] = block.map((key) => context.params.text(key));
    return anyValue(values, (column) => `(${addressKeySql(column)} BETWEEN ${low} AND ${high})`);
  }
  const key = addressKey(text);
  if (key === undefined) throw shardError('illegal_argument_exception', `'${text}' is not an IP string literal.`);
  const place = context.params.text(text.includes(':') ? key : text);
  return anyValue(values, (column) => `(${text.includes(':') ? addressKeySql(column) : column} = ${place})`);
}

/** The value as a number, whole ones beyond 2^53 as bigint. Throws EsError as Elasticsearch's shards do. */
export function toNumber(value: unknown): number | bigint {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const text = String(value).trim();
  if (/^-?\d{16,19}$/.test(text)) return BigInt(text);
  const number = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) {
    throw shardError('query_shard_exception', `failed to create query: For input string: "${String(value)}"`);
  }
  return number;
}

function toBoolean(value: unknown): 'TRUE' | 'FALSE' {
  if (value === true || value === 'true') return 'TRUE';
  if (value === false || value === 'false' || value === '') return 'FALSE';
  throw shardError(
    'query_shard_exception',
    `failed to create query: Can't parse boolean value [${String(value)}], expected [true] or [false]`,
  );
}
