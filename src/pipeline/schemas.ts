import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogmillError } from '../errors.ts';
import type { JsonValue } from '../model/event.ts';

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

/**
 * A contract as a file has it.
 * @throws LogmillError SCHEMA_INVALID where it is no JSON object.
 */
export function readContract(text: string, file: string): JsonSchema {
  try {
    const schema = JSON.parse(text) as JsonSchema;
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw new TypeError('it is no object');
    return schema;
  } catch (error) {
    throw new LogmillError('SCHEMA_INVALID', { path: file, detail: (error as Error).message }, { file }, error);
  }
}

/** Names of all contracts there are, sorted. */
export function contractNames(folders: readonly string[]): string[] {
  const files = placesOf(folders).flatMap((place) => (existsSync(place) ? readdirSync(place) : []));
  const names = files.filter((file) => file.endsWith('.json')).map((file) => path.basename(file, '.json'));
  return [...new Set(names)].sort();
}

function placesOf(folders: readonly string[]): string[] {
  return [...folders.flatMap((folder) => [path.join(folder, 'schemas'), path.join(folder, '../schemas')]), SHIPPED];
}
