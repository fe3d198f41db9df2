import type { TSchema } from 'typebox';
import { keyOf, type Path, type SchemaFault, validateAgainst } from './schema-check.ts';

/** A value whose faulty parts are left out, and where in the file its parts come from. */
export type Salvaged = {
  readonly value: unknown;
  /** The path in the value as written: items left out of a list have moved those after them. */
  origin(path: Path): Path;
};

/** Leaving out one part can make its parent faulty; a value nests no deeper than this. */
const MOST_ROUNDS = 20;

/**
 * Leaves the faulty parts out of a value, so that what is right in it can be looked at further. Changes the value.
 * @param spare values for required keys of the root that are missing or wrong.
 * @returns undefined when nothing usable remains.
 */
export function salvage(
  schema: TSchema,
  value: unknown,
  faults: readonly Pick<SchemaFault, 'path'>[],
  spare: Readonly<Record<string, unknown>> = {},
): Salvaged | undefined {
  const origins = new Map<unknown, number[]>();
  number(value, origins);
  let left = faults;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (left.length === 0) return { value, origin: (path) => originOf(value, path, origins) };
    const targets = new Map(left.map(({ path }) => targetOf(value, path, spare)).map((path) => [keyOf(path), path]));
    if (targets.has('')) return undefined;
    for (const path of [...targets.values()].sort(lastFirst)) take(value, path, spare, origins);
    left = validateAgainst(schema, value).faults;
  }
  return undefined;
}

/** Remembers the position of every item. */
function number(value: unknown, origins: Map<unknown, number[]>): void {
  if (typeof value !== 'object' || value === null || origins.has(value)) return;
  origins.set(value, Array.isArray(value) ? [...value.keys()] : []);
  for (const inner of Object.values(value)) number(inner, origins);
}

/** What to leave out for a fault: the value there, or where a required one is missing what misses it. */
function targetOf(value: unknown, path: Path, spare: Readonly<Record<string, unknown>>): Path {
  if (at(value, path) !== undefined) return path;
  return path.length === 1 && Object.hasOwn(spare, String(path[0])) ? path : path.slice(0, -1);
}

function take(
  value: unknown,
  path: Path,
  spare: Readonly<Record<string, unknown>>,
  origins: ReadonlyMap<unknown, number[]>,
): void {
  const parent = at(value, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof parent !== 'object' || parent === null || last === undefined) return;
  if (Array.isArray(parent)) {
    parent.splice(Number(last), 1);
    origins.get(parent)?.splice(Number(last), 1);
  } else if (path.length === 1 && Object.hasOwn(spare, String(last))) {
    (parent as Record<string, unknown>)[last] = structuredClone(spare[last]);
  } else {
    delete (parent as Record<string, unknown>)[last];
  }
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, step) => (here as Record<string, unknown> | null | undefined)?.[step], value);
}

/** Later items before earlier ones and inner values before outer ones, so that no path moves before its turn. */
function lastFirst(one: Path, other: Path): number {
  for (const [index, step] of one.entries()) {
    const against = other[index];
    if (against === undefined) return -1;
    if (step === against) continue;
    return typeof step === 'number' && typeof against === 'number' ? against - step : step < against ? -1 : 1;
  }
  return one.length - other.length;
}

function originOf(value: unknown, path: Path, origins: ReadonlyMap<unknown, number[]>): Path {
  let here = value;
  return path.map((step) => {
    const origin = typeof step === 'number' ? (origins.get(here)?.[step] ?? step) : step;
    here = (here as Record<string, unknown> | null | undefined)?.[step];
    return origin;
  });
}

/** Whether a key is one of those named, or lies within one. */
export function isWithinKeys(key: string, keys: readonly string[]): boolean {
  return keys.some((outer) => key === outer || (key.startsWith(outer) && /^[.[]/.test(key.slice(outer.length))));
}

/** Whether a key is one of those named, or lies within one, or holds one. */
export function touchesKeys(key: string, keys: readonly string[]): boolean {
  return isWithinKeys(key, keys) || keys.some((inner) => isWithinKeys(inner, [key]));
}
