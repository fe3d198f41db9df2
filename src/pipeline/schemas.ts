import { readFileSync } from 'node:fs';
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
  const places = [
    ...folders.flatMap((folder) => [path.join(folder, 'schemas'), path.join(folder, '../schemas')]),
    SHIPPED,
  ];
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
    try {
      return JSON.parse(text) as JsonSchema;
    } catch (error) {
      throw new LogmillError('SCHEMA_INVALID', { path: file, detail: (error as Error).message }, { file }, error);
    }
  }
  throw new LogmillError('SCHEMA_UNKNOWN', { path: path.join(places[0] ?? SHIPPED, `${name}.json`) });
}
