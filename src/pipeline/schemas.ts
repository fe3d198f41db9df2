import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogmillError } from '../errors.ts';
import type { JsonValue } from '../model/event.ts';
import type { Contract } from './contracts/contract.ts';
import { resolved } from './contracts/resolve.ts';
import { validatorFor } from './stages/contract/validator.ts';

type JsonSchema = Readonly<Record<string, JsonValue>>;

/** The stream contracts that come with logmill. */
const SHIPPED = fileURLToPath(new URL('../../config/schemas/', import.meta.url));

/**
 * Makes the look-up of stream contracts by name. A contract is NAME.json in `schemas` beside or inside one of the
 * pipeline folders, or one of those shipped; each is read once.
 */
export function schemaFinder(folders: readonly string[]): (name: string) => JsonSchema {
  const places = placesOf(folders);
  const known = new Map<string, JsonSchema>();
  return (name) => {
    const found = known.get(name) ?? readFirst(places, name);
    known.set(name, found);
    return found;
  };
}

function readFirst(places: readonly string[], name: string): JsonSchema {
  for (const place of places) {
    const file = path.join(place, `${name}.json`);
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
        continue;
      throw error;
    }
    return readContract(text, file);
  }
  throw new LogmillError('SCHEMA_UNKNOWN', { path: path.join(places[0] ?? SHIPPED, `${name}.json`) });
}

function isObject(value: JsonValue | undefined): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A contract as a file has it.
 * @throws LogmillError SCHEMA_INVALID where it is no JSON object, or one that says of fields what is none.
 */
export function readContract(text: string, file: string): JsonSchema {
  try {
    const schema = JSON.parse(text) as JsonSchema;
    if (!isObject(schema)) throw new TypeError('it is no object');
    const { properties = {} } = schema;
    if (!isObject(properties)) throw new TypeError('its "properties" are no object');
    for (const [field, contract] of Object.entries(properties)) {
      if (!isObject(contract)) throw new TypeError(`what it says of "${field}" is no object`);
    }
    return schema;
  } catch (error) {
    throw new LogmillError('SCHEMA_INVALID', { path: file, detail: (error as Error).message }, { file }, error);
  }
}

/** The same as contracts; throws LogmillError SCHEMA_INVALID also for one that no validator can be made of. */
export function contractFinder(folders: readonly string[]): (name: string) => Contract {
  const schema = schemaFinder(folders);
  return (name) => {
    const found = schema(name);
    const files = placesOf(folders).map((place) => path.join(place, `${name}.json`));
    return checkedContract(found, files.find(existsSync) ?? name);
  };
}

/**
 * A JSON Schema as a contract, with its definitions where they are named.
 * @throws LogmillError SCHEMA_INVALID where no validator can be made of it.
 */
export function checkedContract(schema: JsonSchema, file: string): Contract {
  try {
    validatorFor(schema);
  } catch (error) {
    throw new LogmillError('SCHEMA_INVALID', { path: file, detail: (error as Error).message }, { file }, error);
  }
  return resolved(schema);
}

/** Names of all contracts there are, sorted. */
export function contractNames(folders: readonly string[]): string[] {
  return namesIn(placesOf(folders));
}

/** Names of those that do not ship, sorted. */
export function ownContractNames(folders: readonly string[]): string[] {
  return namesIn(placesOf(folders).filter((place) => place !== SHIPPED));
}

function namesIn(places: readonly string[]): string[] {
  const files = places.flatMap((place) => (existsSync(place) ? readdirSync(place) : []));
  const names = files.filter((file) => file.endsWith('.json')).map((file) => path.basename(file, '.json'));
  return [...new Set(names)].sort();
}

function placesOf(folders: readonly string[]): string[] {
  return [...folders.flatMap((folder) => [path.join(folder, 'schemas'), path.join(folder, '../schemas')]), SHIPPED];
}
