import type { Event, JsonValue } from '../../../model/event.ts';
import type { FieldType } from '../../../model/field-type.ts';
import { Rejected } from '../../../model/rejected.ts';
import { isoOf } from '../time/iso.ts';
import { allowedValues, isAllowed } from './allowed.ts';
import { ecsType, fit } from './ecs.ts';
import { isDeeper, MOST_NESTED } from './nesting.ts';
import type { JsonObject } from './parse.ts';

/**
 * Takes a value of a source whose meaning is known and puts it where ECS wants it; false hands it back, to be kept by
 * the general rule (an ECS name whose type fits, else under the product).
 */
export type Take = (into: Mapping, value: JsonValue) => boolean;

/** What a kind of JSON line means: its keys (dotted for nested ones), and how a key outside it is called. */
export type Convention = {
  readonly takes: Readonly<Record<string, Take>>;
  readonly ownName?: (path: string) => string;
  /** The ECS name that a path of the source may be; by default the path itself. */
  readonly ecsName?: (path: string) => string;
  /** What only the whole line can tell; called once all keys have been taken. */
  readonly after?: (into: Mapping, source: JsonObject) => void;
};

/** The line under way. One object per runner, used again for every line. */
export type Mapping = {
  event: Event;
  /** The best time found so far: rank (0 is best), ms, and where it came from. */
  timeRank: number;
  time: number;
  timeText: JsonValue;
  timePlace: string;
  messageRank: number;
  fault: Rejected | undefined;
  /** The place of the value being taken, under the product: `pino.time`. */
  own: string;
  readonly dataset: string;
  /** Reads the time of a value: ms, NaN for a value that is not one. */
  readonly readTime: (value: JsonValue) => number;
};

/** All that is known of one path of the source; made when first seen, so that a line costs look-ups only. */
type Place = {
  readonly path: string;
  /** Its name if it is one of ECS. */
  readonly field: string;
  readonly own: string;
  readonly type: FieldType | undefined;
  /** Below an ECS field of type object (`labels`): any name will do. */
  readonly free: boolean;
  readonly take: Take | undefined;
  readonly allowed: ReadonlySet<string> | undefined;
  readonly children: Map<string, Place>;
};

/** Lines may bring ever new keys: past so much memory, bytes as estimated, all places are forgotten. */
const MOST_KEPT = 8_000_000;
/** What a place costs beside the characters of its path. */
const PLACE_COST = 400;
/** A longer path is worked out each time. */
const LONGEST_PATH = 1000;
const DEEPEST = 16;

/** Makes the function that maps an object into an event; what it returns is the fault, if any. */
export function createMapper(
  convention: Convention,
  dataset: string,
  readTime: (value: JsonValue) => number,
): (event: Event, source: JsonObject) => Rejected | undefined {
  const root = place('', convention, dataset, false);
  let kept = 0;
  const into = newMapping(dataset, readTime);

  function child(parent: Place, key: string): Place {
    const path = parent.path === '' ? key : `${parent.path}.${key}`;
    const made = place(path, convention, dataset, parent.free || parent.type === 'object');
    if (path.length > LONGEST_PATH) return made;
    kept += PLACE_COST + 2 * path.length;
    if (kept > MOST_KEPT) {
      root.children.clear();
      kept = 0;
    }
    parent.children.set(key, made);
    return made;
  }

  function walk(source: JsonObject, parent: Place, depth: number): void {
    for (const key in source) {
      const value = source[key]!;
      const at = parent.children.get(key) ?? child(parent, key);
      if (at.take !== undefined) {
        into.own = at.own;
        if (at.take(into, value)) continue;
      }
      if (typeof value === 'object' && value !== null && !Array.isArray(value) && at.type !== 'geo_point') {
        if (depth >= DEEPEST) keepAsText(into, at, value);
        else if (isEmpty(value as JsonObject)) keep(into.event, at.own, value);
        else walk(value as JsonObject, at, depth + 1);
      } else if (Array.isArray(value) && isDeeper(value)) refuse(into, at);
      else put(into.event, at, value);
    }
  }

  return (event, source) => {
    into.event = event;
    into.timeRank = 99;
    into.messageRank = 99;
    into.fault = undefined;
    walk(source, root, 0);
    convention.after?.(into, source);
    if (into.timeRank < 99) event['@timestamp'] = isoOf(into.time);
    return into.fault;
  };
}

function newMapping(dataset: string, readTime: (value: JsonValue) => number): Mapping {
  return {
    event: {},
    timeRank: 99,
    time: 0,
    timeText: null,
    timePlace: '',
    messageRank: 99,
    fault: undefined,
    own: '',
    dataset,
    readTime,
  };
}

function place(path: string, convention: Convention, dataset: string, free: boolean): Place {
  const { takes, ownName, ecsName } = convention;
  const field = ecsName === undefined ? path : ecsName(path);
  return {
    path,
    field,
    own: `${dataset}.${ownName === undefined ? path : ownName(path)}`,
    type: free ? 'keyword' : ecsType(field),
    free,
    take: Object.hasOwn(takes, path) ? takes[path] : undefined,
    allowed: allowedValues(field),
    children: new Map(),
  };
}

function isEmpty(value: JsonObject): boolean {
  for (const _key in value) return false;
  return true;
}

function keepAsText(into: Mapping, at: Place, value: JsonValue): void {
  if (isDeeper(value)) refuse(into, at);
  else keep(into.event, at.own, JSON.stringify(value));
}

function refuse(into: Mapping, { own }: Place): void {
  into.fault ??= new Rejected('unparsable', `it is nested deeper than ${MOST_NESTED} levels`, own);
}

function put(event: Event, at: Place, value: JsonValue): void {
  if (at.type !== undefined && event[at.field] === undefined) {
    const fitted = fit(value, at.type);
    if (fitted !== undefined && (at.allowed === undefined || isAllowed(fitted, at.allowed))) {
      event[at.field] = fitted;
      return;
    }
  }
  keep(event, at.own, value);
}

/** Keeps a value under the product; two keys that come to the same name become a list. */
export function keep(event: Event, name: string, value: JsonValue): void {
  const present = event[name];
  event[name] = present === undefined ? value : Array.isArray(present) ? [...present, value] : [present, value];
}

/** A time of the line. The best-ranked key wins, the others are kept under the product. */
export function takeTime(rank: number): Take {
  return (into, value) => {
    if (value === null || value === '') return false;
    const ms = into.readTime(value);
    if (Number.isNaN(ms)) {
      // A number too small for a date (`"time": 12.5`) is a duration or the like, not a time that went wrong.
      if (typeof value !== 'string') return false;
      into.fault ??= new Rejected('invalid_time', `${JSON.stringify(value.slice(0, 100))} is no known time`, into.own);
      return true;
    }
    if (rank >= into.timeRank) return keepOwn(into, value);
    if (into.timeRank < 99) keep(into.event, into.timePlace, into.timeText);
    into.timeRank = rank;
    into.time = ms;
    into.timeText = value;
    into.timePlace = into.own;
    return true;
  };
}

/** The message of the line. The best-ranked key wins, the others are kept under the product. */
export function takeMessage(rank: number): Take {
  return (into, value) => {
    if (typeof value !== 'string') return false;
    if (rank >= into.messageRank) return keepOwn(into, value);
    if (into.messageRank < 99) keep(into.event, `${into.dataset}.msg`, into.event['message']!);
    into.messageRank = rank;
    into.event['message'] = value;
    return true;
  };
}

function keepOwn(into: Mapping, value: JsonValue): true {
  keep(into.event, into.own, value);
  return true;
}

/** Text for a keyword field that nothing has filled yet. */
export function takeText(field: string): Take {
  return ({ event }, value) => {
    if (event[field] !== undefined || (typeof value !== 'string' && typeof value !== 'number')) return false;
    event[field] = String(value);
    return true;
  };
}

/** A whole number for a field that nothing has filled yet. */
export function takeInteger(field: string): Take {
  return ({ event }, value) => {
    if (event[field] !== undefined) return false;
    const fitted = fit(value, 'long');
    if (fitted === undefined) return false;
    event[field] = fitted;
    return true;
  };
}
