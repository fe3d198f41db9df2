import type { Event, JsonValue } from '../../../model/event.ts';
import { KnownNames } from '../../../model/known-names.ts';

const MOST_NAMES = 10_000;

function equal(one: JsonValue, other: JsonValue): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}

function listed(present: JsonValue, value: JsonValue): JsonValue {
  const list = Array.isArray(present) ? (present as readonly JsonValue[]) : [present];
  const more = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  const fresh = more.filter((item) => !list.some((known) => equal(known, item)));
  return fresh.length === 0 ? present : [...list, ...fresh];
}

/**
 * Makes the function that adds an event to another, whose values count first. Where both say something, fields that are
 * `lists` have all of it, each value once.
 */
export function merger(lists: readonly string[]): (into: Event, event: Event) => void {
  const names = new Set(lists.filter((name) => !name.endsWith('.*')));
  const branches = lists.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1));
  const known = new KnownNames<boolean>(MOST_NAMES);

  function isList(field: string): boolean {
    const found = known.get(field) ?? (names.has(field) || branches.some((branch) => field.startsWith(branch)));
    known.set(field, found);
    return found;
  }

  return (into, event) => {
    for (const field in event) {
      const value = event[field];
      const present = into[field];
      if (value === undefined || equal(value, present as JsonValue)) continue;
      if (present === undefined) into[field] = value;
      else if (isList(field)) into[field] = listed(present, value);
    }
  };
}
