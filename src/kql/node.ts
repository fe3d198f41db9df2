/** A name as written, cut at its stars: one piece is a plain name, more are a pattern (`http.*`). Columns count from 1. */
export type FieldName = { readonly pieces: readonly string[]; readonly column: number };

/** What a field is asked for. */
export type KqlValue =
  | { readonly kind: 'text'; readonly text: string; readonly column: number }
  | { readonly kind: 'phrase'; readonly text: string; readonly column: number }
  | { readonly kind: 'wildcard'; readonly pieces: readonly string[]; readonly column: number };

export type RangeOperator = 'gt' | 'gte' | 'lt' | 'lte';

/** A KQL expression. `and` and `or` have at least two children and never one of their own kind. */
export type KqlNode =
  | { readonly type: 'all' }
  | { readonly type: 'and' | 'or'; readonly children: readonly KqlNode[] }
  | { readonly type: 'not'; readonly child: KqlNode }
  | { readonly type: 'exists'; readonly field: FieldName }
  /** Without a field the value is looked for in DEFAULT_FIELD. */
  | { readonly type: 'is'; readonly field: FieldName | undefined; readonly value: KqlValue }
  | {
      readonly type: 'range';
      readonly field: FieldName;
      readonly operator: RangeOperator;
      readonly value: Exclude<KqlValue, { kind: 'wildcard' }>;
    };

/** Where bare terms are looked for. */
export const DEFAULT_FIELD = 'message';

/** The plain name, or undefined for a pattern. */
export function plainName(field: FieldName): string | undefined {
  return field.pieces.length === 1 ? field.pieces[0] : undefined;
}
