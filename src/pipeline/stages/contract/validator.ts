import { isIP } from 'node:net';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Event, JsonValue } from '../../../model/event.ts';
import { optionFault, type StageContext } from '../../stage.ts';
import { asStored } from './as-stored.ts';

/** One thing that an event has against its contract. */
export type Fault = { readonly field: string | undefined; readonly detail: string; readonly isMissing: boolean };

export type Validator = {
  /** What is wrong; nothing where the event is as it should be. */
  faults(event: Event): readonly Fault[];
  /** Fields that the contract knows. */
  readonly known: ReadonlySet<string>;
};

/** Set after the last stage, so no stage can ask for them. */
const SET_LAST: ReadonlySet<string> = new Set([
  ...['@timestamp', 'message', 'ecs.version', 'event.dataset', 'host.name', 'host.id', 'service.name'],
  ...['log.file.path', 'log.offset'],
]);

/** Allowed values that a reason names. */
const MOST_VALUES = 10;
const MOST_CHARACTERS = 200;

/** Compiled contracts; many files share one. Keyed by the schema object, which the context hands out once a name. */
const compiled = new WeakMap<object, Validator>();

/** Compiles a contract. Throws LogmillError for one that there is not, or that is no JSON Schema. */
export function validatorOf(name: string, context: Pick<StageContext, 'schema'>): Validator {
  const schema = context.schema(name);
  try {
    return validatorFor(schema);
  } catch (error) {
    throw optionFault('schema', `"${name}" is no valid JSON Schema: ${(error as Error).message}`);
  }
}

/** The same of a schema at hand. Throws an Error that says what of it is no JSON Schema, or none that can be used here. */
export function validatorFor(schema: Readonly<Record<string, unknown>>): Validator {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, messages: true, allErrors: true });
  // A CommonJS package: its function is the module itself for Node and a property of it for the type checker.
  (addFormats as unknown as (instance: Ajv) => void)(ajv);
  // JSON Schema has a format for either version only.
  ajv.addFormat('ip', (text) => isIP(text) !== 0);
  const { $schema: dialect, properties } = schema;
  if (typeof dialect === 'string' && ajv.getSchema(dialect) === undefined) {
    throw new TypeError(
      `its "$schema" is ${dialect}, and contracts are written in http://json-schema.org/draft-07/schema#`,
    );
  }
  const validate = ajv.compile(atThisPoint(schema));
  const validator = { faults: faultsBy(validate), known: new Set(Object.keys(properties ?? {})) };
  compiled.set(schema, validator);
  return validator;
}

function atThisPoint(schema: Readonly<Record<string, unknown>>): object {
  const { required } = schema;
  if (!Array.isArray(required)) return schema;
  return { ...schema, required: required.filter((field) => !SET_LAST.has(field)) };
}

function faultsBy(validate: ValidateFunction): Validator['faults'] {
  return (event) => {
    if (validate(event)) return [];
    // A field that was taken off leaves its key behind, which `additionalProperties: false` would hold against it.
    if (validate(asStored(event))) return [];
    const errors = (validate.errors ?? []).filter((error) => !isLargeInteger(event, error));
    return errors.map((error) => ({
      field: fieldOf(error),
      detail: detailOf(error),
      isMissing: error.keyword === 'required',
    }));
  };
}

/** Ajv's words, with the values that it knows and does not say. */
function detailOf({ keyword, message = 'no reason given', params }: ErrorObject): string {
  if (keyword === 'additionalProperties')
    return `${message}: "${String(params['additionalProperty']).slice(0, MOST_CHARACTERS)}"`;
  const values: unknown = keyword === 'enum' ? params['allowedValues'] : undefined;
  if (!Array.isArray(values)) return message;
  const listed = values.slice(0, MOST_VALUES).map((value) => JSON.stringify(value));
  return `${message}: ${listed.join(', ')}${values.length > MOST_VALUES ? ' …' : ''}`;
}

/** So many digits no double holds. */
const LARGE = /^-?\d{16,19}$/;

/** A whole number of 16 digits and more is a text in an event, which keeps its digits; a store takes it for what it is. */
function isLargeInteger(event: Event, { keyword, params, instancePath }: ErrorObject): boolean {
  const types: readonly unknown[] = keyword === 'type' ? [params['type']].flat() : [];
  if (!types.includes('integer') && !types.includes('number')) return false;
  const [, field = '', ...path] = instancePath.split('/').map(unescaped);
  let value: JsonValue | undefined = event[field];
  for (const step of path) value = (value as Readonly<Record<string, JsonValue>> | undefined)?.[step];
  return typeof value === 'string' && LARGE.test(value);
}

/** A step of a JSON pointer. */
function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Flat events have the field's name as their key, so a pointer has one step. */
function fieldOf({ instancePath, params }: ErrorObject): string | undefined {
  const [, key] = instancePath.split('/');
  if (key !== undefined) return unescaped(key);
  const missing = params['missingProperty'] ?? params['additionalProperty'];
  return typeof missing === 'string' ? missing : undefined;
}
