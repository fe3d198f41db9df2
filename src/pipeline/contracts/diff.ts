import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../model/event.ts';
import { type Contract, type FieldContract, type JsonType, jsonTypeOf, typesOf } from './contract.ts';
import { mappedTypes } from './mapped-types.ts';

type Schema = Readonly<Record<string, unknown>>;

/** One difference between two versions of a contract. */
export type Change = {
  readonly field: string;
  /** What it is, to be read after the field's name. */
  readonly what: string;
  /**
   * Whether who relies on the old version is hurt: who reads documents (a field that may be gone or of another type), or
   * the stream, which refuses documents that it took.
   */
  readonly breaking: boolean;
};

const BOUNDS = [
  ...(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength'] as const),
  ...(['minItems', 'maxItems', 'minProperties', 'maxProperties'] as const),
];
/** What only people read. */
const WORDS = ['description', 'title', '$comment', 'examples', 'default'];
/** What has been compared by its meaning. */
const COMPARED: readonly string[] = [
  ...WORDS,
  ...BOUNDS,
  ...['type', 'items', 'properties', 'required', 'additionalProperties', 'enum', '$schema', '$id'],
];
/** What is said of the event as a whole, or of fields without a name. */
const WHOLE = '*';

/** What of a contract holds for an object in a field as well. */
type ObjectContract = Partial<Pick<FieldContract, 'properties' | 'required' | 'additionalProperties'>>;

/** What has changed, breaking changes first. The contracts are resolved ones. */
export function diffContracts(before: Contract, after: Contract): readonly Change[] {
  const changes = [
    ...keyChanges('', before, after),
    ...closing('', before, after),
    ...BOUNDS.flatMap((bound) => boundChanges(WHOLE, bound, before[bound], after[bound])),
    ...otherChanges(WHOLE, before, after),
  ];
  return [...changes, ...storedChanges(before, after, changes)].sort((a, b) => Number(b.breaking) - Number(a.breaking));
}

function changesOf(field: string, before: FieldContract | undefined, after: FieldContract | undefined): Change[] {
  if (before === undefined) return [{ field, what: 'is new', breaking: false }];
  if (after === undefined) return [{ field, what: 'is gone', breaking: true }];
  const types = typeChanges(field, before, after);
  return [
    ...types,
    ...(types.length > 0 ? [] : [...itemChanges(field, before, after), ...keyChanges(`${field}.`, before, after)]),
    ...closing(`${field}.`, before, after),
    ...listChanges(field, before, after),
    ...BOUNDS.flatMap((bound) => boundChanges(field, bound, before[bound], after[bound])),
    ...otherChanges(field, before, after),
  ];
}

/** A whole number is a number: who reads numbers reads both. */
function typeChanges(field: string, before: FieldContract, after: FieldContract): Change[] {
  const [old, now] = [valueTypes(before), valueTypes(after)];
  const text = (types: readonly string[]) => (types.length === 0 ? 'anything' : types.join(' or '));
  if (text([...old].sort()) === text([...now].sort())) return [];
  const what = `was ${text(old)} and is ${text(now)}`;
  const takes = (type: JsonType) => now.includes(type) || (type === 'integer' && now.includes('number'));
  const isSame = old.length > 0 && now.length > 0 && old.every(takes) && now.every((type) => old.includes(type));
  return [{ field, what, breaking: !isSame }];
}

/** Where no type is named, those of the values that are. */
function valueTypes(contract: FieldContract): readonly JsonType[] {
  const named = typesOf(contract);
  if (named.length > 0) return named;
  const { enum: listed = 'const' in contract ? [contract['const'] as JsonValue] : [] } = contract;
  return [...new Set(listed.map(jsonTypeOf))];
}

function itemChanges(field: string, { items: before }: FieldContract, { items: after }: FieldContract): Change[] {
  if (before === undefined && after === undefined) return [];
  // A list of schemas has one for each place.
  if (Array.isArray(before) || Array.isArray(after)) return keywordChanges(field, 'items', before, after);
  return changesOf(`${field}[]`, before ?? {}, after ?? {});
}

/** Of the fields of the event, or the keys of an object in it, @param above what stands before their names. */
function keyChanges(above: string, before: ObjectContract, after: ObjectContract): Change[] {
  const [old, now] = [before.properties ?? {}, after.properties ?? {}];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return [...keys.flatMap((key) => changesOf(above + key, old[key], now[key])), ...requirements(above, before, after)];
}

function listChanges(field: string, { enum: before }: FieldContract, { enum: after }: FieldContract): Change[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ field, what: 'may only have listed values now', breaking: true }];
  if (after === undefined) return [{ field, what: 'may have any value now', breaking: true }];
  const without = (list: readonly JsonValue[], other: readonly JsonValue[]) =>
    list.filter((value) => !other.some((one) => isDeepStrictEqual(one, value))).map(valueText);
  const [gone, fresh] = [without(before, after), without(after, before)];
  return [
    ...(gone.length > 0 ? [{ field, what: `may not be ${gone.join(', ')} any more`, breaking: true }] : []),
    // Who has a case for each value has none for these.
    ...(fresh.length > 0 ? [{ field, what: `may also be ${fresh.join(', ')}`, breaking: true }] : []),
  ];
}

function valueText(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}

function boundChanges(field: string, bound: (typeof BOUNDS)[number], before: unknown, after: unknown): Change[] {
  if (before === after) return [];
  const isLower = /min/i.test(bound);
  const open = isLower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const [old, now] = [Number(before ?? open), Number(after ?? open)];
  const what = `had ${bound} ${before ?? 'none'} and has ${after ?? 'none'}`;
  return [{ field, what, breaking: isLower ? now > old : now < old }];
}

function otherChanges(field: string, before: Schema, after: Schema): Change[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keywords]
    .filter((keyword) => !COMPARED.includes(keyword))
    .sort()
    .flatMap((keyword) => keywordChanges(field, keyword, before[keyword], after[keyword]));
}

function keywordChanges(field: string, keyword: string, before: unknown, after: unknown): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  const text = (value: unknown) => (value === undefined ? 'none' : valueText(value));
  return [{ field, what: `had ${keyword} ${text(before)} and has ${text(after)}`, breaking: after !== undefined }];
}

function requirements(above: string, before: ObjectContract, after: ObjectContract): Change[] {
  const [old, now] = [namesIn(before.required), namesIn(after.required)];
  // Of one that is gone that has been said.
  const isKept = (key: string) => before.properties?.[key] === undefined || after.properties?.[key] !== undefined;
  return [
    ...now
      .filter((key) => !old.includes(key))
      .map((key) => ({ field: above + key, what: 'is required now', breaking: true })),
    ...old
      .filter((key) => !now.includes(key) && isKept(key))
      .map((key) => ({ field: above + key, what: 'is not always there any more', breaking: true })),
  ];
}

function namesIn(required: unknown): readonly string[] {
  return Array.isArray(required) ? (required as readonly string[]) : [];
}

/** Changes of form that make the store keep a field as another type: queries that fitted the one fail on the other. */
function storedChanges(before: Contract, after: Contract, changes: readonly Change[]): Change[] {
  // Of another type of values that has been said.
  const retyped = new Set(
    changes.filter(({ what }) => what.startsWith('was ')).map(({ field }) => field.replaceAll('[]', '')),
  );
  const now = mappedTypes(after);
  return [...mappedTypes(before)].flatMap(([field, old]) => {
    const type = now.get(field);
    if (type === undefined || type === old || retyped.has(field)) return [];
    return [{ field, what: `was stored as ${old} and is stored as ${type}`, breaking: true }];
  });
}

/** What is said of fields that have no name: nothing, that there are none, or what they are. */
function closing(above: string, before: ObjectContract, after: ObjectContract): Change[] {
  const field = `${above}${WHOLE}`;
  const [old, now] = [furtherOf(before), furtherOf(after)];
  if (isDeepStrictEqual(old, now)) return [];
  if (now === false) return [{ field, what: 'no further fields are allowed now', breaking: true }];
  if (old === false) return [{ field, what: 'further fields are allowed now', breaking: false }];
  return changesOf(field, old, now);
}

function furtherOf({ additionalProperties: further = true }: ObjectContract): FieldContract | false {
  return further === true ? {} : (further as FieldContract | false);
}
