import type { FieldType } from '../../model/field-type.ts';
import { DynamicRules } from './dynamic-rules.ts';
import { EsError } from './route.ts';

/** A mapped field. `definition` is what `_mapping` shows, without its multi-fields. */
export type FieldMapping = {
  readonly type: FieldType;
  readonly ignoreAbove: number | undefined;
  readonly definition: JsonObject;
  /** Multi-fields by their short name; they share the parent's column. */
  readonly multi: ReadonlyMap<string, FieldMapping>;
};

export type JsonObject = { readonly [key: string]: unknown };

type ObjectMapping = { readonly enabled: boolean; readonly flattened: boolean; readonly definition: JsonObject };

/** Elasticsearch's mapping types that mean the same to us. */
const TYPES: Readonly<Record<string, FieldType>> = {
  keyword: 'keyword',
  wildcard: 'keyword',
  constant_keyword: 'keyword',
  version: 'keyword',
  text: 'text',
  match_only_text: 'text',
  long: 'long',
  integer: 'long',
  short: 'long',
  byte: 'long',
  unsigned_long: 'long',
  double: 'double',
  float: 'double',
  half_float: 'double',
  scaled_float: 'double',
  boolean: 'boolean',
  date: 'date',
  date_nanos: 'date',
  ip: 'ip',
  geo_point: 'geo_point',
};

/** The mapping of one index: explicit fields, those added by documents, and the rules for further ones. */
export class Mapping {
  readonly #fields = new Map<string, FieldMapping>();
  readonly #objects = new Map<string, ObjectMapping>();
  #root: JsonObject = {};
  #rules = new DynamicRules({});

  /** Adds a mapping body as `PUT _mapping` and templates hold it. Throws EsError 400 when it contradicts what is there. */
  merge(body: unknown): void {
    const { properties, dynamic_templates: templates, ...root } = asObject(body, 'mappings');
    const earlier = this.#root['dynamic_templates'];
    const joined = [...(Array.isArray(earlier) ? earlier : []), ...(Array.isArray(templates) ? templates : [])];
    this.#root = { ...this.#root, ...root, ...(joined.length > 0 ? { dynamic_templates: joined } : {}) };
    this.#rules = new DynamicRules(this.#root);
    if (properties !== undefined) this.#mergeProperties('', asObject(properties, 'properties'));
  }

  field(path: string): FieldMapping | undefined {
    return this.#fields.get(path) ?? this.#multiField(path);
  }

  /** Type of a field or object as searches see it. */
  typeOf(path: string): FieldType | undefined {
    return this.field(path)?.type ?? (this.#objects.has(path) ? 'object' : undefined);
  }

  /** Whether documents' content below this path is left unread. */
  disabled(path: string): boolean {
    return this.#objects.get(path)?.enabled === false;
  }

  /** Paths of all mapped fields without multi-fields. */
  paths(): IterableIterator<string> {
    return this.#fields.keys();
  }

  /**
   * Mapping of a field met for the first time with this value, by the dynamic rules; not added yet.
   * `ignored` when the rules say so. Throws EsError 400 under `dynamic: strict`.
   */
  derive(path: string, value: unknown): FieldMapping | 'ignored' {
    for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      const parent = this.#objects.get(path.slice(0, dot));
      if (parent?.flattened === true) return toField({ type: 'keyword' }, path);
    }
    const definition = this.#rules.define(path, value);
    return definition === 'ignored' ? 'ignored' : toField(definition, path);
  }

  /** Adds a derived field, with the objects above it. */
  add(path: string, field: FieldMapping): void {
    this.#fields.set(path, field);
    this.#addParents(path);
  }

  /** The mapping as `GET _mapping` shows it. */
  toBody(): JsonObject {
    const properties: Tree = {};
    for (const [path, { definition }] of this.#objects) place(properties, path, definition);
    for (const [path, field] of this.#fields) {
      const multi = Object.fromEntries([...field.multi].map(([name, sub]) => [name, sub.definition]));
      place(properties, path, field.multi.size === 0 ? field.definition : { ...field.definition, fields: multi });
    }
    return { ...this.#root, ...(Object.keys(properties).length === 0 ? {} : { properties }) };
  }

  #mergeProperties(prefix: string, properties: JsonObject): void {
    for (const [name, body] of Object.entries(properties)) {
      const path = prefix + name;
      const { properties: below, ...definition } = asObject(body, path);
      const type = definition['type'];
      const isObject = below !== undefined || type === undefined || isObjectType(type);
      if (!isObject) {
        this.#addExplicit(path, toField(definition, path));
        continue;
      }
      if (this.#fields.has(path)) throw objectConflict(path);
      const { type: _, ...rest } = definition;
      this.#objects.set(path, {
        enabled: definition['enabled'] !== false,
        flattened: type === 'flattened',
        definition: type === undefined || type === 'object' ? rest : definition,
      });
      this.#addParents(path);
      if (below !== undefined) this.#mergeProperties(`${path}.`, asObject(below, path));
    }
  }

  #addExplicit(path: string, field: FieldMapping): void {
    const known = this.#fields.get(path);
    if (this.#objects.has(path)) throw objectConflict(path);
    if (known !== undefined && known.definition['type'] !== field.definition['type']) {
      const [from, to] = [known.definition['type'], field.definition['type']];
      const reason = `mapper [${path}] cannot be changed from type [${from}] to [${to}]`;
      throw new EsError(400, 'illegal_argument_exception', reason);
    }
    this.add(path, field);
  }

  #addParents(path: string): void {
    for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      const parent = path.slice(0, dot);
      if (this.#objects.has(parent)) return;
      this.#objects.set(parent, { enabled: true, flattened: false, definition: {} });
    }
  }

  #multiField(path: string): FieldMapping | undefined {
    const dot = path.lastIndexOf('.');
    return dot < 0 ? undefined : this.#fields.get(path.slice(0, dot))?.multi.get(path.slice(dot + 1));
  }
}

type Tree = { [key: string]: unknown };

function place(properties: Tree, path: string, definition: JsonObject): void {
  const names = path.split('.');
  const last = names.pop()!;
  let level = properties;
  for (const name of names) {
    level[name] ??= {};
    const object = level[name] as Tree;
    object['properties'] ??= {};
    level = object['properties'] as Tree;
  }
  level[last] = { ...(level[last] as Tree | undefined), ...definition };
}

function toField(definition: JsonObject, path: string): FieldMapping {
  const { fields, ...own } = definition;
  const esType = own['type'];
  const type = typeof esType === 'string' ? TYPES[esType] : undefined;
  if (type === undefined) {
    const reason = `Failed to parse mapping: No handler for type [${String(esType)}] declared on field [${path}]`;
    throw new EsError(400, 'mapper_parsing_exception', reason);
  }
  const multi = Object.entries(fields === undefined ? {} : asObject(fields, path));
  return {
    type,
    ignoreAbove: typeof own['ignore_above'] === 'number' ? own['ignore_above'] : undefined,
    definition: own,
    multi: new Map(multi.map(([name, sub]) => [name, toField(asObject(sub, path), `${path}.${name}`)])),
  };
}

function isObjectType(type: unknown): boolean {
  return type === 'object' || type === 'nested' || type === 'flattened';
}

function objectConflict(path: string): EsError {
  const reason = `can't merge a non object mapping [${path}] with an object mapping`;
  return new EsError(400, 'illegal_argument_exception', reason);
}

/** The value as an object; throws EsError 400 naming `where` otherwise. */
export function asObject(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new EsError(400, 'mapper_parsing_exception', `Expected an object for [${where}]`);
}
