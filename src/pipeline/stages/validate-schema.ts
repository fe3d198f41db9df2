import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage, optionFault, type StageContext } from '../stage.ts';

const options = Type.Object(
  { schema: Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]*$', description: 'name of a contract in config/schemas' }) },
  { additionalProperties: false },
);

/** Compiled contracts; many files share one. Keyed by the schema object, which the context hands out once a name. */
const compiled = new WeakMap<object, ValidateFunction>();

function compile(name: string, context: StageContext): ValidateFunction {
  const schema = context.schema(name);
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, messages: true });
  // A CommonJS package: its function is the module itself for Node and a property of it for the type checker.
  (addFormats as unknown as (instance: Ajv) => void)(ajv);
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(schema);
  } catch (error) {
    throw optionFault('schema', `"${name}" is no valid JSON Schema: ${(error as Error).message}`);
  }
  compiled.set(schema, validate);
  return validate;
}

function presentFields(event: Event): Event {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
}

/** Flat events have the field's name as their key, so a pointer has one step. */
function fieldOf({ instancePath, params }: ErrorObject): string | undefined {
  const [, key] = instancePath.split('/');
  if (key !== undefined) return key.replaceAll('~1', '/').replaceAll('~0', '~');
  const missing = params['missingProperty'] ?? params['additionalProperty'];
  return typeof missing === 'string' ? missing : undefined;
}

/** Contracts are JSON Schemas of the flat event: `properties` has full dotted names. */
export const validateSchema = defineStage({
  name: 'validate-schema',
  summary: 'rejects events that break the contract of their stream',
  form: 'map',
  options,
  examples: [
    {
      title: 'an event as the contract wants it',
      options: { schema: 'web-access' },
      in: { 'source.address': '10.0.0.1', 'http.response.status_code': 200 },
      out: { 'source.address': '10.0.0.1', 'http.response.status_code': 200 },
    },
    {
      title: 'a status that cannot be',
      options: { schema: 'web-access' },
      in: { 'source.address': '10.0.0.1', 'http.response.status_code': 42 },
      rejected: { reason: 'invalid', field: 'http.response.status_code' },
    },
  ],
  create({ schema }, context) {
    const validate = compile(schema, context);
    return (event) => {
      if (validate(event)) return event;
      // A field that was taken off leaves its key behind, which `additionalProperties: false` would hold against it.
      if (validate(presentFields(event))) return event;
      const [fault] = validate.errors ?? [];
      return new Rejected(
        'invalid',
        `breaks ${schema}: ${fault?.message ?? 'no reason given'}`,
        fault && fieldOf(fault),
      );
    };
  },
});
