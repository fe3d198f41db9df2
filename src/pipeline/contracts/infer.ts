import type { JsonValue } from '../../model/event.ts';
import { type FieldType, fieldType } from '../../model/field-type.ts';
import { ALWAYS, type Contract, DIALECT, type FieldContract, type JsonType } from './contract.ts';

type Document = Readonly<Record<string, JsonValue>>;

/** Of where and by whom a line was read: no matter of the stream. */
const OF_READING = /^(log\.(offset|file\.path|flags)|host\.(?!name$|hostname$|id$)|logmill\.line\.)/;

/** JSON's type of values whose mapping ECS gives; the number a keyword is written as stays a text. */
const OF_ECS: Readonly<Record<FieldType, FieldContract>> = {
  keyword: { type: 'string' },
  text: { type: 'string' },
  long: { type: 'integer' },
  double: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  ip: { type: 'string' },
  geo_point: { type: ['object', 'string', 'array'] },
  object: {},
};

/**
 * Proposes the contract of a stream from documents of it, flat ones: of ECS fields what ECS says of them, of others what
 * the documents show. Required is what all documents have.
 * @param comment how it was made.
 */
export function inferContract(title: string, documents: readonly Document[], comment?: string): Contract {
  const seen = new Map<string, JsonValue[]>();
  for (const document of documents) {
    for (const [field, value] of Object.entries(document)) {
      if (!OF_READING.test(field)) seen.set(field, [...(seen.get(field) ?? []), value]);
    }
  }
  const fields = [...seen.keys()].sort();
  const required = fields.filter((field) => ALWAYS.includes(field) || isIn(field, documents));
  return {
    $schema: DIALECT,
    ...(comment === undefined ? {} : { $comment: comment }),
    title,
    type: 'object',
    required,
    properties: Object.fromEntries(fields.map((field) => [field, contractOf(field, seen.get(field) ?? [])])),
  };
}

/** One document shows what is possible, not what always is. */
function isIn(field: string, documents: readonly Document[]): boolean {
  return documents.length > 1 && documents.every((document) => document[field] !== undefined);
}

function contractOf(field: string, values: readonly JsonValue[]): FieldContract {
  const lists = values.filter((value) => Array.isArray(value));
  const type = fieldType(field);
  const of = type === undefined ? shown(values.flat() as JsonValue[]) : OF_ECS[type];
  if (lists.length === 0) return of;
  if (lists.length === values.length) return { type: 'array', items: of };
  return { ...of, type: [...new Set([...typeList(of), 'array' as const])] };
}

function typeList({ type }: FieldContract): readonly JsonType[] {
  if (type === undefined) return ['string'];
  return typeof type === 'string' ? [type] : type;
}

function shown(values: readonly JsonValue[]): FieldContract {
  const types = new Set(values.map(jsonTypeOf));
  // Where one value has a fraction, the others are fractions too.
  if (types.has('number')) types.delete('integer');
  const [only] = types;
  if (only === undefined) return {};
  return { type: types.size === 1 ? only : [...types].sort() };
}

function jsonTypeOf(value: JsonValue): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'string' | 'boolean' | 'object';
}
