import { type Static, Type } from 'typebox';
import { SCOPE } from './scope.ts';
import { HitSchema } from './search.ts';

export const DeadLettersRequestSchema = Type.Object(
  {
    query: SCOPE.query,
    from: SCOPE.from,
    to: SCOPE.to,
    size: Type.Integer({ minimum: 0, maximum: 1000, default: 50 }),
    cursor: Type.Optional(Type.String({ maxLength: 100_000 })),
  },
  { additionalProperties: false, title: 'DeadLettersRequest' },
);
export type DeadLettersRequest = Static<typeof DeadLettersRequestSchema>;

export const DeadLettersAnswerSchema = Type.Object(
  {
    total: Type.Integer(),
    groups: Type.Array(
      Type.Object({
        reason: Type.String(),
        pipeline: Type.String(),
        count: Type.Integer(),
        last_seen: Type.String(),
      }),
      { description: 'largest first' },
    ),
    letters: Type.Array(HitSchema),
    cursor: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'DeadLettersAnswer' },
);
export type DeadLettersAnswer = Static<typeof DeadLettersAnswerSchema>;
