import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { closest, distance } from 'fastest-levenshtein';
import type { TSchema } from 'typebox';
import { BYTES_PATTERN, DURATION_PATTERN } from '../model/units.ts';

export type Path = readonly (string | number)[];

/** One fault of a value against its schema, in words. */
export type SchemaFault = {
  readonly kind: 'unknown-key' | 'invalid';
  readonly path: Path;
  /** Predicate for people ("must be one of a, b"); for an unknown key what to write instead. */
  readonly detail: string;
};

const ajv = new Ajv({ strict: true, useDefaults: true, allErrors: true, verbose: true, allowUnionTypes: true });
// A CommonJS package: its function is the module itself for Node and a property of it for the type checker.
(addFormats as unknown as (instance: Ajv) => void)(ajv);
const compiled = new WeakMap<object, ValidateFunction>();

/** `inputs[0].start`; names that are no plain words are quoted: `fields["http.method"]`. */
export function keyOf(path: Path): string {
  let key = '';
  for (const step of path) {
    if (typeof step === 'number') key += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) key += key === '' ? step : `.${step}`;
    else key += `[${JSON.stringify(step)}]`;
  }
  return key;
}

/** The path that `keyOf` made the key of. */
export function pathOfKey(key: string): (string | number)[] {
  return [...key.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(([, index, quoted, word = '']) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? word : (JSON.parse(quoted) as string);
  });
}

/**
 * Validates `value` in place and fills in defaults.
 * @param fromEnvironment keys (keyOf) whose text came from the environment: there `4600` and `true` may stand for a
 * number or a boolean, because the environment knows only text.
 */
export function validateAgainst(
  schema: TSchema,
  value: unknown,
  fromEnvironment: ReadonlySet<string> = new Set(),
): { value: unknown; faults: SchemaFault[] } {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  const holder = { value };
  if (validate(holder.value)) return { value: holder.value, faults: [] };
  if (fromEnvironment.size > 0 && convertTexts(holder, validate.errors ?? [], fromEnvironment)) {
    if (validate(holder.value)) return { value: holder.value, faults: [] };
  }
  return { value: holder.value, faults: explain(validate.errors ?? []) };
}

/** The faults that ajv's raw errors stand for, one per cause, in the order of the value. */
export function explain(errors: readonly ErrorObject[]): SchemaFault[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  const inUnion = (error: ErrorObject) => unions.some((union) => union !== error && isWithin(error, union));
  const faults: SchemaFault[] = [];
  for (const error of errors) {
    if (inUnion(error)) continue;
    if (error.keyword === 'anyOf') faults.push(...explainUnion(error, errors));
    else faults.push(explainOne(error));
  }
  const seen = new Set<string>();
  return faults.filter(({ path, detail }) => {
    const mark = `${keyOf(path)} ${detail}`;
    return !seen.has(mark) && seen.add(mark);
  });
}

function isWithin(error: ErrorObject, union: ErrorObject): boolean {
  return error.schemaPath.startsWith(`${union.schemaPath}/`) && error.instancePath.startsWith(union.instancePath);
}

/** Of a union's branches only the one that was meant is explained: the one of the right type, or of the right `kind`. */
function explainUnion(union: ErrorObject, errors: readonly ErrorObject[]): SchemaFault[] {
  const path = pathOf(union.instancePath);
  const branches = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    if (error === union || !isWithin(error, union)) continue;
    const branch = error.schemaPath.slice(union.schemaPath.length + 1).split('/', 1)[0] ?? '';
    branches.set(branch, [...(branches.get(branch) ?? []), error]);
  }
  const here = (error: ErrorObject) => error.instancePath === union.instancePath;
  const groups = [...branches.values()];
  const constants = groups.flat().filter((error) => here(error) && error.keyword === 'const');
  if (constants.length > 0 && constants.length >= groups.length)
    return [{ kind: 'invalid', path, detail: oneOf(constants) }];
  const rightType = groups.filter((group) => !group.some((error) => here(error) && error.keyword === 'type'));
  if (rightType.length === 0) {
    const types = groups.flat().filter((error) => here(error) && error.keyword === 'type');
    const names = [...new Set(types.map((error) => typeName(error.params['type'] as string)))];
    return [{ kind: 'invalid', path, detail: `must be ${names.join(' or ')}` }];
  }
  const rightKind = rightType.filter((group) => !group.some(({ keyword }) => keyword === 'const'));
  if (rightKind.length === 0) {
    const kinds = rightType.flat().filter(({ keyword }) => keyword === 'const');
    return [{ kind: 'invalid', path: pathOf(kinds[0]?.instancePath ?? ''), detail: oneOf(kinds) }];
  }
  const meant = rightKind.reduce((best, group) => (group.length < best.length ? group : best));
  return explain(meant);
}

function oneOf(constants: readonly ErrorObject[]): string {
  const values = constants.map(({ params }) => String(params['allowedValue']));
  return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}`;
}

function explainOne(error: ErrorObject): SchemaFault {
  const path = pathOf(error.instancePath);
  const { params } = error;
  if (error.keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    return { kind: 'unknown-key', path: [...path, key], detail: suggest(key, knownKeys(error)) };
  }
  if (error.keyword === 'required') {
    return { kind: 'invalid', path: [...path, String(params['missingProperty'])], detail: 'is required' };
  }
  return { kind: 'invalid', path, detail: detailOf(error) };
}

function detailOf({ keyword, params, parentSchema, message }: ErrorObject): string {
  if (keyword === 'type') return `must be ${typeName(String(params['type']))}`;
  if (keyword === 'const') return `must be ${String(params['allowedValue'])}`;
  if (keyword === 'enum') return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
  if (keyword === 'pattern' && params['pattern'] === DURATION_PATTERN)
    return 'must be a duration such as 30s, 5m or 7d';
  if (keyword === 'pattern' && params['pattern'] === BYTES_PATTERN) return 'must be a size such as 64KB or 10MB';
  if (keyword === 'minLength' && params['limit'] === 1) return 'must not be empty';
  if (keyword === 'minItems' && params['limit'] === 1) return 'must have at least one item';
  const names = Object.keys((parentSchema as TSchema & { properties?: object })?.properties ?? {});
  const bounds = parentSchema as { minProperties?: number; maxProperties?: number } | undefined;
  if (keyword.endsWith('Properties') && bounds?.minProperties === 1 && bounds.maxProperties === 1) {
    return `must have exactly one of ${names.join(', ')}`;
  }
  return message ?? `breaks ${keyword}`;
}

function typeName(type: string): string {
  const names: Record<string, string> = {
    object: 'a mapping',
    array: 'a list',
    integer: 'a whole number',
    string: 'text',
  };
  return names[type] ?? (type === 'null' ? 'empty' : `a ${type}`);
}

function knownKeys(error: ErrorObject): string[] {
  return Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
}

/** What to write instead of an unknown name: the nearest known one, or all of them when none is near. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'nothing may stand here';
  const nearest = closest(name, [...known]);
  const near = distance(name, nearest) <= Math.max(2, Math.floor(name.length / 2));
  return near ? `did you mean "${nearest}"?` : `known here: ${known.join(', ')}; the nearest is "${nearest}"`;
}

/** Converts texts from the environment where a number or boolean is wanted. Returns whether anything changed. */
function convertTexts(holder: { value: unknown }, errors: readonly ErrorObject[], keys: ReadonlySet<string>): boolean {
  let changed = false;
  for (const { keyword, instancePath, params } of errors) {
    const path = pathOf(instancePath);
    if (keyword !== 'type' || !keys.has(keyOf(path))) continue;
    const last = path.at(-1);
    const parent = path.slice(0, -1).reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], holder.value);
    const slot = parent as Record<string | number, unknown>;
    if (last === undefined || typeof slot[last] !== 'string') continue;
    const value = convertText(slot[last], String(params['type']));
    if (value === undefined) continue;
    slot[last] = value;
    changed = true;
  }
  return changed;
}

function convertText(text: string, type: string): number | boolean | undefined {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (type !== 'integer' && type !== 'number') return undefined;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** The path of a JSON pointer; whole numbers are list positions. */
function pathOf(pointer: string): (string | number)[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return /^\d+$/.test(name) ? Number(name) : name;
  });
}
