import type { JsonValue } from '../../model/event.ts';
import { type FieldType, fieldType, knownFields, storedType } from '../../model/field-type.ts';
import { type Contract, type FieldContract, type JsonType, typesOf } from './contract.ts';

/** Formats of text that the store has a type for. `ip` is ours: JSON Schema knows only one of each version. */
const OF_FORMAT: Readonly<Record<string, FieldType>> = {
  'date-time': 'date',
  date: 'date',
  ip: 'ip',
  ipv4: 'ip',
  ipv6: 'ip',
};
/** Elasticsearch takes 20 levels, and no name with an empty part. */
const MOST_LEVELS = 20;
const NAME = /^[^.\s][^.]*(\.[^.]+)*$/;
/** What logmill sets itself. */
const OWN = /^logmill(\.|$)/;
/** A whole number that a double does not hold, kept as text. */
export const LARGE_INTEGER = '^-?[0-9]{16,}$';

/** An object of ECS or logmill has no value of its own, and a field of theirs nothing below it. */
const objects = new Set([...knownFields()].flatMap(([field]) => ancestors(field)));

/**
 * Types that the store is to give the fields of a contract. What ECS knows is of ECS's type, whatever the contract says; a
 * field that the contract leaves open, or that cannot stand beside others, has none. Of fields that lie below each other
 * the deepest count.
 */
export function mappedTypes({ properties }: Contract): ReadonlyMap<string, FieldType> {
  const found = new Map<string, FieldType>();
  for (const [field, contract] of Object.entries(properties)) collect(field, contract, found);
  for (const field of [...found.keys()]) {
    for (const above of ancestors(field)) found.delete(above);
  }
  return found;
}

function collect(field: string, contract: FieldContract, into: Map<string, FieldType>): void {
  if (!canBeMapped(field)) return;
  const known = fieldType(field);
  const type = known ?? typeFor(field, contract);
  if (type !== undefined) into.set(field, type);
  const { properties = {} } = itemsOf(contract);
  for (const [name, inner] of Object.entries(properties)) collect(`${field}.${name}`, inner, into);
}

function canBeMapped(field: string): boolean {
  if (!NAME.test(field) || OWN.test(field) || field.split('.').length > MOST_LEVELS || objects.has(field)) return false;
  return ancestors(field).every((above) => (fieldType(above) ?? 'object') === 'object');
}

function ancestors(field: string): string[] {
  const names = field.split('.');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('.'));
}

/** What a list holds is what counts: the store knows no lists. */
function itemsOf(contract: FieldContract): FieldContract {
  return contract.items === undefined ? contract : itemsOf(contract.items);
}

function typeFor(field: string, contract: FieldContract): FieldType | undefined {
  const types = scalarsOf(contract);
  const only = types.size === 1 ? [...types][0] : undefined;
  if (only === 'object' || only === 'boolean') return only;
  if (types.size === 0 || types.has('object')) return undefined;
  if ([...types].every((type) => type === 'integer' || type === 'number')) {
    return types.has('number') ? 'double' : 'long';
  }
  const { format, pattern } = itemsOf(contract);
  if (only === 'string') return OF_FORMAT[format ?? ''] ?? storedType(field) ?? 'keyword';
  if (types.size === 2 && types.has('integer') && pattern === LARGE_INTEGER) return 'long';
  return 'keyword';
}

/** Types of single values, those of a list's items included. */
function scalarsOf(contract: FieldContract): Set<JsonType> {
  const own = typesOf(contract).filter((type) => type !== 'array' && type !== 'null');
  const listed = own.length === 0 ? (contract.enum ?? []).flatMap(typeOfValue) : [];
  const items = contract.items === undefined ? [] : scalarsOf(contract.items);
  return new Set([...own, ...listed, ...items]);
}

function typeOfValue(value: JsonValue): JsonType[] {
  if (value === null || Array.isArray(value)) return [];
  if (typeof value === 'number') return [Number.isInteger(value) ? 'integer' : 'number'];
  return [typeof value as 'string' | 'boolean' | 'object'];
}
