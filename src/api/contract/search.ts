import { type Static, Type } from 'typebox';
import { SCOPE } from './scope.ts';

/** A field and an order. */
export const SORT_PATTERN = '^[^:,\\s]{1,300}(:(asc|desc))?$';

export const SearchRequestSchema = Type.Object(
  {
    ...SCOPE,
    size: Type.Integer({ minimum: 0, maximum: 10_000, default: 100, description: 'most hits in one answer' }),
    sort: Type.String({
      pattern: SORT_PATTERN,
      default: '@timestamp:desc',
      description: 'field and order; ties follow log.offset, events without the field come last',
    }),
    cursor: Type.Optional(
      Type.String({ maxLength: 100_000, description: '`cursor` of the answer before; same query, order and range' }),
    ),
  },
  { additionalProperties: false, title: 'SearchRequest' },
);
export type SearchRequest = Static<typeof SearchRequestSchema>;

export const HitSchema = Type.Object(
  {
    index: Type.String(),
    id: Type.String(),
    source: Type.Record(Type.String(), Type.Unknown(), { description: 'the document as it was stored' }),
  },
  { title: 'Hit' },
);
export type Hit = Static<typeof HitSchema>;

export const SearchAnswerSchema = Type.Object(
  {
    total: Type.Integer({ description: 'events that match, exactly' }),
    took_ms: Type.Number(),
    hits: Type.Array(HitSchema),
    cursor: Type.Union([Type.String(), Type.Null()], { description: 'where to go on; null when there is no more' }),
  },
  { title: 'SearchAnswer' },
);
export type SearchAnswer = Static<typeof SearchAnswerSchema>;
