import type { FieldType } from '../../../../model/field-type.ts';
import type { Slice } from '../../slice.ts';
import { type FieldValues, fieldIn } from '../field.ts';
import type { Parameters, Sql } from '../sql.ts';

/** What compiling a query for one slice needs. Queries are compiled per slice, as Elasticsearch does per shard. */
export type QueryContext = {
  readonly slice: Slice;
  readonly params: Parameters;
  /** The search's `now`, the same for all of it, in epoch milliseconds. */
  readonly now: number;
  mappedType(field: string): FieldType | undefined;
  /** Compiles a nested query. */
  compile(query: unknown): Sql;
};

/** One kind of query: its body in, a condition over the slice's columns out. Throws EsError 400 for what it cannot do exactly. */
export type QueryKind = (body: unknown, context: QueryContext) => Sql;

/** The field's values in the context's slice; undefined when none of its documents has it. */
export function valuesOf(context: QueryContext, field: string): FieldValues | undefined {
  return fieldIn(context.slice, field, context.mappedType(field));
}

/** Fields of the slice that a name with `*` stands for; a plain name stands for itself. */
export function fieldsLike(context: QueryContext, pattern: string): readonly string[] {
  if (!pattern.includes('*')) return [pattern];
  const matcher = wildcardMatcher(pattern);
  return [...context.slice.columns.keys()].filter((field) => matcher.test(field));
}

/** A regular expression for a name with `*`. */
export function wildcardMatcher(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
