import { type Static, Type } from 'typebox';

/** What every refused or failed request answers. */
export const FaultSchema = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ description: 'stable code, see docs/reference/errors.md' }),
      message: Type.String({ description: 'what happened and where' }),
      help: Type.String({ description: 'what to do about it' }),
      where: Type.Optional(
        Type.Object({
          file: Type.Optional(Type.String()),
          line: Type.Optional(Type.Integer()),
          column: Type.Optional(Type.Integer({ description: 'counts from 1' })),
          key: Type.Optional(Type.String()),
        }),
      ),
    }),
    status: Type.Integer(),
  },
  { title: 'Fault', description: 'the request was refused, or failed' },
);
export type Fault = Static<typeof FaultSchema>;

/** Answers every route may give besides its own. */
export const FAULTS = {
  '4xx': FaultSchema,
  '5xx': FaultSchema,
} as const;
