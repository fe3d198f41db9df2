import type { Event, JsonValue } from '../model/event.ts';
import { storedType } from '../model/field-type.ts';
import { checkComparable, checkSearchable } from './check-value.ts';
import { anyFieldReader, belowReader, fieldReader } from './field-reader.ts';
import { DEFAULT_FIELD, type FieldName, type KqlNode, type KqlValue, plainName } from './node.ts';
import { comparison, equality, presence, type ScalarTest, wildcard } from './scalar-test.ts';
import type { TypeOf } from './to-dsl.ts';

/**
 * A KQL expression as a function of an event, which answers as Elasticsearch does with logmill's mappings: text by its
 * words, keywords exactly, numbers, dates and addresses by value, lists by any of their values. Compiled once; an event
 * then costs only comparisons. Strings of fields without a mapping count as keywords.
 * @throws LogmillError KQL_VALUE where a field's type rules the value out.
 */
export function kqlToPredicate(node: KqlNode, typeOf: TypeOf = storedType): (event: Event) => boolean {
  switch (node.type) {
    case 'all':
      return () => true;
    case 'and':
      return every(node.children.map((child) => kqlToPredicate(child, typeOf)));
    case 'or':
      return some(node.children.map((child) => kqlToPredicate(child, typeOf)));
    case 'not': {
      const child = kqlToPredicate(node.child, typeOf);
      return (event) => !child(event);
    }
    case 'exists':
      return existsPredicate(node.field, typeOf);
    case 'range': {
      const name = plainName(node.field) ?? '';
      const { operator, value } = node;
      checkComparable(name, typeOf(name), value);
      return leaf(node.field, typeOf, (type) => comparison(type, operator, value.text));
    }
    case 'is':
      return isPredicate(node.field, node.value, typeOf);
  }
}

function isPredicate(field: FieldName | undefined, value: KqlValue, typeOf: TypeOf): (event: Event) => boolean {
  const name = field === undefined ? DEFAULT_FIELD : plainName(field);
  const one = name !== undefined;
  if (one) checkSearchable(name, typeOf(name), value);
  const at: FieldName = field ?? { pieces: [DEFAULT_FIELD], column: value.column };
  if (value.kind === 'wildcard') return leaf(at, typeOf, (type) => wildcard(type, value.pieces, one));
  return leaf(at, typeOf, (type) => equality(type, value.text, value.kind === 'phrase'));
}

function existsPredicate(field: FieldName, typeOf: TypeOf): (event: Event) => boolean {
  const name = plainName(field);
  const present = leaf(field, typeOf, presence);
  const type = name === undefined ? undefined : typeOf(name);
  // `http: *` asks for anything under `http`; a mapped field of values holds nothing else.
  if (name === undefined || (type !== undefined && type !== 'object')) return present;
  const below = belowReader(name);
  return (event) => present(event) || below(event);
}

/** Tests every value that the field, or each field of the pattern, has. */
function leaf(
  field: FieldName,
  typeOf: TypeOf,
  testOf: (type: ReturnType<TypeOf>) => ScalarTest,
): (event: Event) => boolean {
  const name = plainName(field);
  if (name !== undefined) {
    const test = testOf(typeOf(name));
    const read = fieldReader(name);
    return (event) => anyOf(read(event), test);
  }
  return anyFieldReader(field.pieces, (found) => testOf(typeOf(found)));
}

function anyOf(value: JsonValue | undefined, test: ScalarTest): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return test(value);
  if (!Array.isArray(value)) return false;
  for (const item of value as readonly JsonValue[]) if (anyOf(item, test)) return true;
  return false;
}

function every(tests: readonly ((event: Event) => boolean)[]): (event: Event) => boolean {
  return (event) => {
    for (const test of tests) if (!test(event)) return false;
    return true;
  };
}

function some(tests: readonly ((event: Event) => boolean)[]): (event: Event) => boolean {
  return (event) => {
    for (const test of tests) if (test(event)) return true;
    return false;
  };
}
