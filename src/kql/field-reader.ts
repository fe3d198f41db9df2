import type { Event, JsonValue } from '../model/event.ts';
import { type ScalarTest, wildcardTest } from './scalar-test.ts';

type JsonObject = { readonly [key: string]: JsonValue };

/** More field names than any real event has; beyond it names are looked at each time. */
const MOST_NAMES = 10_000;

/**
 * Reads a field by its full dotted name: from the event itself, or from inside objects that a source left as they were.
 */
export function fieldReader(name: string): (event: Event) => JsonValue | undefined {
  const dots = [...name.matchAll(/\./g)].map(({ index }) => index);
  const cuts = dots.map((dot) => ({ outer: name.slice(0, dot), inner: name.slice(dot + 1) }));
  return (event) => {
    const direct = event[name];
    if (direct !== undefined) return direct;
    for (const { outer, inner } of cuts) {
      const holder = event[outer];
      if (typeof holder !== 'object' || holder === null) continue;
      const found = inside(holder, inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Whether any field below the name (`http.request.method` for `http`) has a value. */
export function belowReader(name: string): (event: Event) => boolean {
  const below = `${name}.`;
  const read = fieldReader(name);
  return (event) => {
    const held = read(event);
    if (typeof held === 'object' && hasValue(held)) return true;
    for (const key in event) if (key.startsWith(below) && hasValue(event[key])) return true;
    return false;
  };
}

function hasValue(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return true;
  return Object.values(value).some((inner: JsonValue) => hasValue(inner));
}

/** Values at a dotted path inside objects and lists of objects, however the dots are spread over keys. */
function inside(holder: JsonValue, path: string): JsonValue | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  if (Array.isArray(holder)) {
    const found = (holder as readonly JsonValue[])
      .map((item) => inside(item, path))
      .filter((item) => item !== undefined);
    return found.length === 0 ? undefined : found;
  }
  const object = holder as JsonObject;
  if (object[path] !== undefined) return object[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const found = inside(object[path.slice(0, dot)] ?? null, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Tests all fields whose names fit the pattern; each name's test is made once, when the name is first met. */
export function anyFieldReader(
  pieces: readonly string[],
  testOf: (name: string) => ScalarTest,
): (event: Event) => boolean {
  const fits = wildcardTest(pieces);
  const known = new Map<string, ScalarTest | null>();
  const testFor = (name: string): ScalarTest | null => {
    let test = known.get(name);
    if (test === undefined) {
      test = fits(name) ? testOf(name) : null;
      if (known.size < MOST_NAMES) known.set(name, test);
    }
    return test;
  };
  const meets = (name: string, value: JsonValue): boolean => {
    if (value === null) return false;
    if (Array.isArray(value)) {
      for (const item of value as readonly JsonValue[]) if (meets(name, item)) return true;
      return false;
    }
    if (typeof value !== 'object') return testFor(name)?.(value) === true;
    for (const key in value) if (meets(`${name}.${key}`, (value as JsonObject)[key] ?? null)) return true;
    return false;
  };
  return (event) => {
    for (const name in event) if (meets(name, event[name] ?? null)) return true;
    return false;
  };
}
