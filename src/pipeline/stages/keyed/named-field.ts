import type { Event } from '../../../model/event.ts';
import { type FieldType, fieldType } from '../../../model/field-type.ts';
import { ecsType, fit } from '../json/ecs.ts';

/** A field that a pattern names, and where a value goes that is not of its type. */
export type NamedField = { readonly field: string; readonly own: string; readonly type: FieldType | undefined };

/** Types as grok, dissect and the shippers of others write them. */
const TYPES: Readonly<Record<string, FieldType>> = {
  int: 'long',
  integer: 'long',
  long: 'long',
  float: 'double',
  double: 'double',
  boolean: 'boolean',
  ip: 'ip',
  string: 'keyword',
};

/** Names of types, for messages. */
export const TYPE_NAMES = Object.keys(TYPES).join(', ');

/** `[a][b]` as `a.b`. */
export function dottedName(name: string): string {
  return name.startsWith('[') ? name.slice(1).replace(/\]$/, '').replaceAll('][', '.') : name;
}

/**
 * The field of a name in a pattern. A name without a dot that ECS does not know belongs to the product (contracts, "Event
 * and record"). Undefined for an unknown type.
 */
export function namedField(name: string, target: string, type?: string): NamedField | undefined {
  const own = `${target}.${name}`;
  const field = name.includes('.') || name.startsWith('@') || ecsType(name) !== undefined ? name : own;
  const known = type === undefined ? numberType(field) : Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  return type !== undefined && known === undefined ? undefined : { field, own, type: known };
}

/** Text is what any other field of ECS takes. */
function numberType(field: string): FieldType | undefined {
  const type = fieldType(field);
  return type === 'long' || type === 'double' || type === 'ip' ? type : undefined;
}

/** Puts a text into its field, as a number where that is one; `isAgain`: the same text has filled the field already. */
export function putText(event: Event, { field, type, own }: NamedField, text: string, isAgain: boolean): void {
  const plain = type === 'long' || type === 'double' ? text.replace(/^\+|(?<=^-?)0+(?=\d)/g, '') : text;
  const fitted = type === undefined ? text : fit(plain, type);
  const to = fitted === undefined ? own : field;
  const value = fitted ?? text;
  const present = event[to];
  if (!isAgain || present === undefined) event[to] = value;
  else event[to] = Array.isArray(present) ? [...present, value] : [present, value];
}
