import { isDeepStrictEqual } from 'node:util';
import { type Contract, type FieldContract, typesOf } from './contract.ts';
import { mappedTypes } from './mapped-types.ts';

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

const BOUNDS = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const;

/** What has changed, breaking changes first. */
export function diffContracts(before: Contract, after: Contract): readonly Change[] {
  const fields = [...new Set([...Object.keys(before.properties), ...Object.keys(after.properties)])].sort();
  return [
    ...fields.flatMap((field) => changesOf(field, before.properties[field], after.properties[field])),
    ...requirements(before, after),
    ...storedChanges(before, after),
    ...closing(before, after),
  ].sort((a, b) => Number(b.breaking) - Number(a.breaking));
}

function changesOf(field: string, before: FieldContract | undefined, after: FieldContract | undefined): Change[] {
  if (before === undefined) return [{ field, what: 'is new', breaking: false }];
  if (after === undefined) return [{ field, what: 'is gone', breaking: true }];
  return [
    ...typeChanges(field, before, after),
    ...keyChanges(field, before, after),
    ...listChanges(field, before, after),
    ...BOUNDS.flatMap((bound) => boundChanges(field, bound, before[bound], after[bound])),
    ...otherKeywords(before, after).flatMap((keyword) => otherChanges(field, keyword, before[keyword], after[keyword])),
  ];
}

/** What only people read. */
const WORDS = ['description', 'title', '$comment', 'examples', 'default'];
/** What has been compared by its meaning. */
const COMPARED: readonly string[] = [...WORDS, ...BOUNDS, 'type', 'items', 'properties', 'enum'];

function otherKeywords(before: FieldContract, after: FieldContract): string[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keywords].filter((keyword) => !COMPARED.includes(keyword)).sort();
}

/** A whole number is a number: who reads numbers reads both. */
function typeChanges(field: string, before: FieldContract, after: FieldContract): Change[] {
  const [old, now] = [typesOf(before), typesOf(after)];
  const text = (types: readonly string[]) => (types.length === 0 ? 'anything' : types.join(' or '));
  if (text([...old].sort()) === text([...now].sort())) return itemChanges(field, before, after);
  const what = `was ${text(old)} and is ${text(now)}`;
  const takes = (type: string) =>
    now.length === 0 || now.includes(type as never) || (type === 'integer' && now.includes('number'));
  const isSame = old.length > 0 && old.every(takes) && now.every((type) => old.includes(type));
  return [{ field, what, breaking: !isSame }];
}

function itemChanges(field: string, { items: before }: FieldContract, { items: after }: FieldContract): Change[] {
  if (before === undefined || after === undefined) return [];
  return changesOf(`${field}[]`, before, after);
}

function keyChanges(
  field: string,
  { properties: before }: FieldContract,
  { properties: after }: FieldContract,
): Change[] {
  if (before === undefined || after === undefined) return [];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => changesOf(`${field}.${key}`, before[key], after[key]));
}

function listChanges(field: string, { enum: before }: FieldContract, { enum: after }: FieldContract): Change[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ field, what: 'may only have listed values now', breaking: true }];
  if (after === undefined) return [{ field, what: 'may have any value now', breaking: true }];
  const gone = before.filter((value) => !after.includes(value));
  const fresh = after.filter((value) => !before.includes(value));
  return [
    ...(gone.length > 0 ? [{ field, what: `may not be ${gone.join(', ')} any more`, breaking: true }] : []),
    // Who has a case for each value has none for these.
    ...(fresh.length > 0 ? [{ field, what: `may also be ${fresh.join(', ')}`, breaking: true }] : []),
  ];
}

function boundChanges(field: string, bound: (typeof BOUNDS)[number], before: unknown, after: unknown): Change[] {
  if (before === after) return [];
  const isLower = bound.startsWith('min');
  const open = isLower ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const [old, now] = [Number(before ?? open), Number(after ?? open)];
  const what = `had ${bound} ${before ?? 'none'} and has ${after ?? 'none'}`;
  return [{ field, what, breaking: isLower ? now > old : now < old }];
}

function otherChanges(field: string, keyword: string, before: unknown, after: unknown): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  const text = (value: unknown) =>
    value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  return [{ field, what: `had ${keyword} ${text(before)} and has ${text(after)}`, breaking: after !== undefined }];
}

function requirements(
  { required: old = [], properties: before }: Contract,
  { required: now = [], properties: after }: Contract,
): Change[] {
  // Of one that is gone that has been said.
  const isKept = (field: string) => before[field] === undefined || after[field] !== undefined;
  return [
    ...now.filter((field) => !old.includes(field)).map((field) => ({ field, what: 'is required now', breaking: true })),
    ...old
      .filter((field) => !now.includes(field) && isKept(field))
      .map((field) => ({ field, what: 'is not always there any more', breaking: true })),
  ];
}

/** Changes of form that make the store keep a field as another type: queries that fitted the one fail on the other. */
function storedChanges(before: Contract, after: Contract): Change[] {
  const now = mappedTypes(after);
  return [...mappedTypes(before)].flatMap(([field, old]) => {
    const type = now.get(field);
    if (type === undefined || type === old || isRetyped(before.properties[field], after.properties[field])) return [];
    return [{ field, what: `was stored as ${old} and is stored as ${type}`, breaking: true }];
  });
}

/** That has been said. */
function isRetyped(before: FieldContract | undefined, after: FieldContract | undefined): boolean {
  return before !== undefined && after !== undefined && typeChanges('', before, after).length > 0;
}

function closing(
  { additionalProperties: old = true }: Contract,
  { additionalProperties: now = true }: Contract,
): Change[] {
  if (old === now) return [];
  return [
    { field: '*', what: now ? 'further fields are allowed now' : 'no further fields are allowed now', breaking: !now },
  ];
}
