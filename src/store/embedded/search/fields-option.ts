import type { FieldType } from '../../../model/field-type.ts';
import { listOf, objectOf, onlyKeys, textOf } from './body.ts';
import { DEFAULT_FORMAT, readTime, writeTime } from './dates/format.ts';
import { resolveDate } from './dates/math.ts';
import { RawJson } from './json.ts';
import { wildcardMatcher } from './query/context.ts';

type Wanted = { readonly matcher: RegExp; readonly format: string | undefined };

/** `fields` and `docvalue_fields`: reads values out of a parsed `_source`, as arrays, dates written in their format. */
export function fieldsOption(
  option: unknown,
  typeOf: (field: string) => FieldType | undefined,
): ((source: unknown) => Record<string, unknown[]>) | undefined {
  const wanted = listOf(option).map(readWanted);
  if (wanted.length === 0) return undefined;
  return (source) => {
    const found: Record<string, unknown[]> = {};
    for (const [field, values] of leavesOf(source)) {
      const match = wanted.find(({ matcher }) => matcher.test(field));
      const type = match === undefined ? undefined : typeOf(field);
      if (match === undefined || type === undefined) continue;
      found[field] = values.map((value) => show(value, type, match.format));
    }
    return found;
  };
}

function readWanted(item: unknown): Wanted {
  if (typeof item === 'string') return { matcher: wildcardMatcher(item), format: undefined };
  const options = objectOf(item, 'fields');
  onlyKeys(options, ['field', 'format', 'include_unmapped'], 'fields');
  const format = options.format === undefined || options.format === 'use_field_mapping' ? undefined : options.format;
  return {
    matcher: wildcardMatcher(textOf(options.field, 'fields')),
    format: format === undefined ? undefined : textOf(format, 'format'),
  };
}

function show(value: unknown, type: FieldType, format: string | undefined): unknown {
  if (type !== 'date') return value;
  const text = String(value);
  if (readTime(text, DEFAULT_FORMAT) === undefined) return value;
  return writeTime(resolveDate(value, false, { now: 0 }), format ?? DEFAULT_FORMAT);
}

/** Leaf values of a document by dotted name. */
export function leavesOf(source: unknown): Map<string, unknown[]> {
  const leaves = new Map<string, unknown[]>();
  const walk = (value: unknown, path: string): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) for (const item of value) walk(item, path);
    else if (typeof value === 'object' && !(value instanceof RawJson)) {
      for (const [key, member] of Object.entries(value)) walk(member, path === '' ? key : `${path}.${key}`);
    } else leaves.set(path, [...(leaves.get(path) ?? []), value]);
  };
  walk(source, '');
  return leaves;
}
