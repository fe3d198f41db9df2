import { type Static, Type } from 'typebox';
import { SCOPE } from './scope.ts';

export const FieldsRequestSchema = Type.Object({ index: SCOPE.index }, { additionalProperties: false });
export type FieldsRequest = Static<typeof FieldsRequestSchema>;

export const FieldsAnswerSchema = Type.Object(
  {
    fields: Type.Array(
      Type.Object({
        name: Type.String(),
        types: Type.Array(Type.String(), { description: 'more than one where streams differ' }),
        searchable: Type.Boolean(),
        aggregatable: Type.Boolean({ description: 'whether it can be split by, sorted by and measured' }),
      }),
    ),
  },
  { title: 'FieldsAnswer' },
);
export type FieldsAnswer = Static<typeof FieldsAnswerSchema>;
