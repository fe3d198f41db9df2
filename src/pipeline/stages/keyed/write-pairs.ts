import { type TSchema, Type } from 'typebox';
import type { Event, JsonValue } from '../../../model/event.ts';
import { type FieldType, fieldType } from '../../../model/field-type.ts';
import { KnownNames } from '../../../model/known-names.ts';
import type { Rejected } from '../../../model/rejected.ts';
import type { StageContext } from '../../stage.ts';
import { fit } from '../json/ecs.ts';
import { GENERIC_TAKES } from '../json/generic.ts';
import { createMapper, type Take, takeTime } from '../json/mapper.ts';
import { takeCaller } from '../json/takes.ts';
import { anyTime } from '../json/time.ts';

/** What a line says of itself, key by key. One object per runner, filled anew for every line. */
export type Pairs = { readonly keys: string[]; readonly values: JsonValue[]; count: number };

/** Puts pairs into an event; what it returns is the fault, if any (a time that is none). */
export type PairWriter = (event: Event, pairs: Pairs) => Rejected | undefined;

export type PairOptions = {
  readonly target?: string;
  readonly prefix: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly keys: 'own' | 'ecs' | 'generic';
  readonly values: 'text' | 'auto';
};

/** The options of every stage whose keys come from the line. */
export function pairOptions(defaults: Pick<PairOptions, 'keys' | 'values'>) {
  return {
    target: Type.Optional(Type.String({ minLength: 1, description: 'what keys go under; by default the dataset' })),
    prefix: Type.String({ default: '', description: 'put before every key' }),
    fields: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      default: {},
      description:
        'key: the field it fills; a value that does not fit the type ECS gives the field stays under its key',
    }),
    include: Type.Array(Type.String(), { default: [], description: 'only these keys count; empty: all' }),
    exclude: Type.Array(Type.String(), { default: [], description: 'these keys are left out' }),
    keys: Type.Enum(['own', 'ecs', 'generic'], {
      default: defaults.keys,
      description:
        'own: all go under target; ecs: those that are ECS names, with a value of the right type, are those fields; generic: also the time, level, message and so on by the names that loggers give them',
    }),
    values: Type.Enum(['text', 'auto'], {
      default: defaults.values,
      description: 'auto: numbers and true, false become such where their text can be told from them again',
    }),
  } satisfies Record<string, TSchema>;
}

export function newPairs(): Pairs {
  return { keys: [], values: [], count: 0 };
}

export function addPair(pairs: Pairs, key: string, value: JsonValue): void {
  pairs.keys[pairs.count] = key;
  pairs.values[pairs.count++] = value;
}

/** Where a key goes; `own` undefined: nowhere. */
type Place = {
  readonly own: string | undefined;
  readonly field: string | undefined;
  readonly type: FieldType | undefined;
};

const NOWHERE: Place = { own: undefined, field: undefined, type: undefined };
const MOST_PLACES = 10_000;

/** Pairs that the next line finds room for; a line with more of them must not be held until then. */
const MOST_PAIRS = 1000;

export function createPairWriter(options: PairOptions, context: StageContext): PairWriter {
  const write = options.keys === 'own' ? ownWriter(options, context) : mappedWriter(options, context);
  return (event, pairs) => {
    const fault = write(event, pairs);
    if (pairs.count > MOST_PAIRS) pairs.keys.length = pairs.values.length = 0;
    return fault;
  };
}

/** The place of a key, worked out once. */
function placeFinder(options: PairOptions, target: string): (key: string) => Place {
  const { prefix, fields } = options;
  const include = new Set(options.include);
  const exclude = new Set(options.exclude);
  const known = new KnownNames<Place>(MOST_PLACES);
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const left = exclude.has(key) || (include.size > 0 && !include.has(key));
    const type = field === undefined ? undefined : fieldType(field);
    const place = left ? NOWHERE : { own: `${target}.${prefix}${key}`, field, type };
    known.set(key, place);
    return place;
  };
}

function ownWriter(options: PairOptions, { dataset }: StageContext): PairWriter {
  const find = placeFinder(options, options.target ?? dataset);
  const auto = options.values === 'auto';
  const lists: Lists = new Map();
  return (event, { keys, values, count }) => {
    if (lists.size > 0) lists.clear();
    for (let index = 0; index < count; index++) {
      const { own, field, type } = find(keys[index]!);
      if (own === undefined) continue;
      const value = auto ? plainValue(values[index]!) : values[index]!;
      if (field === undefined || !putField(event, field, type, value)) add(event, own, value, lists);
    }
    return undefined;
  };
}

/** The lists begun for the event under way, by field. */
type Lists = Map<string, JsonValue[]>;

/** Keeps a value; a key that comes again becomes a list, which grows in place: a line may repeat a key any number of times. */
function add(event: Event, field: string, value: JsonValue, lists: Lists): void {
  const present = event[field];
  if (present === undefined) {
    event[field] = value;
    return;
  }
  const begun = lists.get(field);
  if (begun !== undefined && begun === present) begun.push(value);
  else {
    const list = Array.isArray(present) ? [...present, value] : [present, value];
    lists.set(field, list);
    event[field] = list;
  }
}

function putField(event: Event, field: string, type: FieldType | undefined, value: JsonValue): boolean {
  const fitted = type === undefined ? value : fit(value, type);
  if (fitted === undefined || event[field] !== undefined) return false;
  event[field] = fitted;
  return true;
}

/** Beside the names of JSON loggers those of go-kit, log15 and others that write pairs. */
const LOGGER_TAKES: Readonly<Record<string, Take>> = { t: takeTime(5), caller: takeCaller, ...GENERIC_TAKES };

/** Firewalls write a day and a time of day, and a zone, as pairs of their own. */
function joinDate(source: Record<string, JsonValue>): void {
  const { date, time, tz } = source;
  if (typeof date !== 'string' || typeof time !== 'string') return;
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^\d\d:\d\d:\d\d(?:[.,]\d{1,9})?$/.test(time)) return;
  source['time'] = `${date}T${time}${typeof tz === 'string' && /^[+-]\d\d:?\d\d$/.test(tz) ? tz : ''}`;
}

function mappedWriter(options: PairOptions, context: StageContext): PairWriter {
  const target = options.target ?? context.dataset;
  const find = placeFinder(options, target);
  const auto = options.values === 'auto';
  const isGeneric = options.keys === 'generic';
  const takes: Record<string, Take> = isGeneric ? { ...LOGGER_TAKES } : {};
  for (const [key, field] of Object.entries(options.fields)) {
    const type = fieldType(field);
    takes[key] = ({ event }, value) => putField(event, field, type, value);
  }
  const map = createMapper({ takes, ownName: (path) => options.prefix + path }, target, anyTime(context));
  const lists: Lists = new Map();
  return (event, { keys, values, count }) => {
    if (lists.size > 0) lists.clear();
    const source: Record<string, JsonValue> = {};
    for (let index = 0; index < count; index++) {
      const key = keys[index]!;
      if (find(key).own === undefined) continue;
      const value = auto ? plainValue(values[index]!) : values[index]!;
      if (Object.hasOwn(source, key)) add(source, key, value, lists);
      else if (key !== '__proto__') source[key] = value;
      // An assignment would set the prototype.
      else Object.defineProperty(source, key, { value, enumerable: true });
    }
    if (isGeneric) joinDate(source);
    return map(event, source);
  };
}

const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,14})?$/;

/** The number or truth value that a text is the only spelling of; any other value as it is (`007`, `1.10`, `1e5`). */
export function plainValue(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value;
  const first = value.charCodeAt(0);
  if (first === 45 || (first >= 48 && first <= 57)) {
    if (value.length > 20 || !NUMBER.test(value)) return value;
    const number = Number(value);
    return String(number) === value ? number : value;
  }
  return value === 'true' ? true : value === 'false' ? false : value;
}
