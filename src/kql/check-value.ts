import { LogmillError } from '../errors.ts';
import { readDateMath } from '../model/date-math.ts';
import type { FieldType } from '../model/field-type.ts';
import { addressKey, networkSpan } from '../model/ip-address.ts';
import type { KqlValue } from './node.ts';

/** What people read for types that take only some values, and what to write instead. */
const STRICT: Partial<Record<FieldType, { name: string; hint: string }>> = {
  long: { name: 'a number', hint: 'write a number, or a comparison such as field >= 400' },
  double: { name: 'a number', hint: 'write a number, or a comparison such as field >= 0.5' },
  boolean: { name: 'true or false', hint: 'write true or false' },
  ip: { name: 'an address', hint: 'write an address or a network such as 10.0.0.0/8' },
  date: { name: 'a date', hint: 'write one such as "2026-11-21", "2026-11-21T10:00:00Z" or now-1d' },
};

/** Throws LogmillError KQL_VALUE when no value of the type could be what is asked for. */
export function checkSearchable(field: string, type: FieldType | undefined, value: KqlValue): void {
  if (type === undefined || STRICT[type] === undefined) return;
  if (value.kind === 'wildcard') throw unfit(field, type, value.pieces.join('*'), value.column);
  const { text } = value;
  const fits =
    type === 'ip'
      ? networkSpan(text) !== undefined
      : type === 'boolean'
        ? text === 'true' || text === 'false'
        : isComparable(type, text);
  if (!fits) throw unfit(field, type, text, value.column);
}

/** The same for `>`, `>=`, `<` and `<=`. */
export function checkComparable(field: string, type: FieldType | undefined, value: KqlValue & { text: string }): void {
  if (type === undefined || STRICT[type] === undefined) return;
  if (!isComparable(type, value.text)) throw unfit(field, type, value.text, value.column);
}

function isComparable(type: FieldType, text: string): boolean {
  if (type === 'date') return readDateMath(text) !== undefined;
  if (type === 'ip') return addressKey(text) !== undefined;
  return (type === 'long' || type === 'double') && readNumber(text) !== undefined;
}

/** A number as Elasticsearch reads one from text; whole numbers beyond 2^53 stay exact. Undefined when it is none. */
export function readNumber(text: string): number | bigint | undefined {
  if (/^[+-]?\d{16,19}$/.test(text)) return BigInt(text.replace('+', ''));
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : undefined;
}

function unfit(field: string, type: FieldType, text: string, column: number): LogmillError {
  const { name = type, hint = '' } = STRICT[type] ?? {};
  return new LogmillError('KQL_VALUE', { field, type: name, value: JSON.stringify(text), hint }, { column });
}
