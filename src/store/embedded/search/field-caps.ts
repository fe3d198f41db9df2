import type { FieldType } from '../../../model/field-type.ts';
import type { Reader, Slice } from '../slice.ts';
import { illegal, type Json, listOf } from './body.ts';
import { wildcardMatcher } from './query/context.ts';

const METADATA: Readonly<Record<string, { type: string; searchable: boolean; aggregatable: boolean }>> = {
  _id: { type: '_id', searchable: true, aggregatable: false },
  _index: { type: '_index', searchable: true, aggregatable: true },
  _seq_no: { type: '_seq_no', searchable: true, aggregatable: true },
  _source: { type: '_source', searchable: false, aggregatable: false },
  _version: { type: '_version', searchable: false, aggregatable: true },
};

/** `_field_caps`: fields by name, with the types they have and where. */
export function fieldCaps(reader: Reader, slices: readonly Slice[], wanted: unknown, unmapped: boolean): Json {
  const patterns = listOf(wanted).flatMap((pattern) => String(pattern).split(','));
  if (patterns.length === 0) throw illegal("specified fields can't be null or empty");
  const matchers = patterns.map(wildcardMatcher);
  const types = new Map<string, Map<string, string[]>>();
  const add = (field: string, type: string, index: string) => {
    const byType = types.get(field) ?? new Map<string, string[]>();
    types.set(field, byType.set(type, [...(byType.get(type) ?? []), index]));
  };
  for (const slice of slices) {
    for (const [field, type] of namesOf(reader, slice, patterns)) {
      if (matchers.some((matcher) => matcher.test(field))) add(field, type, slice.index);
    }
  }
  return {
    indices: slices.map(({ index }) => index),
    fields: Object.fromEntries(
      [...types].sort(byName).map(([field, byType]) => [field, describe(field, byType, slices.length, unmapped)]),
    ),
  };
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}

/** Fields of a slice: those of its documents, the objects above them, and those asked for by name that are mapped. */
function namesOf(reader: Reader, slice: Slice, patterns: readonly string[]): Map<string, string> {
  const names = new Map<string, string>(Object.entries(METADATA).map(([name, { type }]) => [name, type]));
  for (const [field, { type }] of slice.columns) {
    names.set(field, type);
    const parts = field.split('.');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = parts.slice(0, depth).join('.');
      if (!slice.columns.has(parent)) names.set(parent, 'object');
    }
  }
  for (const field of patterns) {
    if (names.has(field) || field.includes('*')) continue;
    const type: FieldType | undefined = reader.typeOf([slice], field);
    if (type !== undefined) names.set(field, type);
  }
  return names;
}

function describe(field: string, byType: Map<string, string[]>, slices: number, unmapped: boolean): Json {
  const covered = [...byType.values()].reduce((sum, indices) => sum + indices.length, 0);
  const entries = [...byType].map(([type, indices]): [string, Json] => {
    const metadata = METADATA[field];
    const plain = type !== 'object';
    return [
      type,
      {
        type,
        metadata_field: metadata !== undefined,
        searchable: metadata?.searchable ?? plain,
        aggregatable: metadata?.aggregatable ?? (plain && type !== 'text'),
        ...(byType.size > 1 || (unmapped && covered < slices) ? { indices } : {}),
      },
    ];
  });
  if (unmapped && covered < slices) {
    entries.push(['unmapped', { type: 'unmapped', metadata_field: false, searchable: false, aggregatable: false }]);
  }
  return Object.fromEntries(entries);
}
