import { type Static, Type } from 'typebox';
import { SCOPE } from './scope.ts';

const FieldName = (description: string) => Type.String({ minLength: 1, maxLength: 300, description });
const closed = { additionalProperties: false };

const MetricKinds = Type.Union([
  Type.Object({ kind: Type.Literal('count') }, closed),
  Type.Object(
    {
      kind: Type.Enum(['avg', 'min', 'max', 'sum', 'cardinality'], { description: 'over the values of a field' }),
      field: FieldName('field to measure'),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('percentile'),
      field: FieldName('field to measure'),
      percent: Type.Number({ exclusiveMinimum: 0, maximum: 100, description: '95 for the 95th percentile' }),
    },
    closed,
  ),
]);
export type Metric = Static<typeof MetricKinds>;

/** Chosen by `kind`, so that a fault names the key that is wrong and not one of another kind. */
export const MetricSchema = Type.Unsafe<Metric>({
  title: 'Metric',
  type: 'object',
  discriminator: { propertyName: 'kind' },
  oneOf: MetricKinds.anyOf,
});

export const AggregateRequestSchema = Type.Object(
  {
    ...SCOPE,
    metric: Type.Optional(MetricSchema),
    split: Type.Optional(
      Type.Object(
        {
          field: FieldName('one group per value'),
          size: Type.Integer({ minimum: 1, maximum: 1000, default: 10, description: 'most groups, largest first' }),
        },
        closed,
      ),
    ),
    interval: Type.Optional(
      Type.String({
        pattern: '^(auto|[1-9]\\d{0,8}(ms|s|m|h|d|w))$',
        description: 'width of the time steps (1m, 1h …) or auto; without it there is no series',
      }),
    ),
  },
  { ...closed, title: 'AggregateRequest' },
);
export type AggregateRequest = Static<typeof AggregateRequestSchema>;

const Value = Type.Union([Type.Number(), Type.Null()], {
  description: 'the metric; where no event has the field 0 for count, sum and cardinality, null for the others',
});

export const StepSchema = Type.Object({
  time: Type.String({ description: 'start of the step, ISO 8601' }),
  count: Type.Integer({ description: 'events in the step' }),
  value: Value,
});
export type Step = Static<typeof StepSchema>;

export const AggregateAnswerSchema = Type.Object(
  {
    count: Type.Integer({ description: 'events that match' }),
    value: Value,
    interval_ms: Type.Union([Type.Integer(), Type.Null()]),
    series: Type.Optional(Type.Array(StepSchema, { description: 'without gaps: a step without events is there too' })),
    groups: Type.Optional(
      Type.Array(
        Type.Object({
          key: Type.String(),
          count: Type.Integer(),
          value: Value,
          series: Type.Optional(Type.Array(StepSchema)),
        }),
      ),
    ),
    other: Type.Optional(Type.Integer({ description: 'events in groups beyond `split.size`' })),
  },
  { title: 'AggregateAnswer' },
);
export type AggregateAnswer = Static<typeof AggregateAnswerSchema>;
