import { type Static, Type } from 'typebox';
import { SCOPE, SpanSchema } from './scope.ts';

export const ErrorGroupsRequestSchema = Type.Object(
  {
    ...SCOPE,
    size: Type.Integer({ minimum: 1, maximum: 500, default: 20, description: 'most groups, largest first' }),
  },
  { additionalProperties: false, title: 'ErrorGroupsRequest' },
);
export type ErrorGroupsRequest = Static<typeof ErrorGroupsRequestSchema>;

export const ErrorGroupSchema = Type.Object(
  {
    key: Type.String({ description: 'error.grouping_key' }),
    type: Type.Union([Type.String(), Type.Null()], { description: 'error.type of the sample' }),
    sample: Type.String({ description: 'message of the newest event' }),
    sample_id: Type.String({ description: '_id of the newest event' }),
    count: Type.Integer(),
    first_seen: Type.String({ description: 'within the range asked for' }),
    last_seen: Type.String(),
    services: Type.Array(Type.Object({ name: Type.String(), count: Type.Integer() })),
    trend: Type.Array(Type.Integer(), { description: 'events per step of the span, oldest first' }),
  },
  { title: 'ErrorGroup' },
);
export type ErrorGroup = Static<typeof ErrorGroupSchema>;

export const ErrorGroupsAnswerSchema = Type.Object(
  {
    total: Type.Integer({ description: 'events that belong to a group' }),
    distinct: Type.Integer({ description: 'groups there are, an estimate beyond some thousands' }),
    span: Type.Union([SpanSchema, Type.Null()], { description: 'what the trends cover; null without any event' }),
    interval_ms: Type.Union([Type.Integer(), Type.Null()]),
    groups: Type.Array(ErrorGroupSchema),
  },
  { title: 'ErrorGroupsAnswer' },
);
export type ErrorGroupsAnswer = Static<typeof ErrorGroupsAnswerSchema>;
