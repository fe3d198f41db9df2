import { Type } from 'typebox';
import { quantityOfField } from '../condition.ts';
import { type Bucket, every, numberOf, readGroups } from '../groups.ts';
import { defineKind } from '../rule.ts';
import type { Observation } from '../state-machine.ts';

/** A number computed from a field: its smallest, largest, mean, total or a percentile. */
export const metric = defineKind({
  name: 'metric',
  summary: 'A number computed from a field over the window that ends at the grid time.',
  options: {
    field: Type.String({ minLength: 1, description: 'numeric field' }),
    measure: Type.String({
      pattern: '^(min|max|avg|sum|p\\d{1,2}(\\.\\d+)?)$',
      description: 'min, max, avg, sum, or a percentile such as p95',
    }),
    unit: Type.Optional(
      Type.Enum(['ns', 'us', 'ms', 's', 'bytes'], {
        description: 'unit of the field, where neither ECS nor the end of its name says it',
      }),
    ),
    min_events: Type.Integer({ default: 1, minimum: 1, description: 'fewer events with the field count as no data' }),
  },
  examples: [
    {
      title: 'the mean duration in nanoseconds is compared with seconds',
      rule: { field: 'event.duration', measure: 'avg', window: '1m', when: '>= 1s' },
      events: [
        { ago: 5, 'event.duration': 500_000_000 },
        { ago: 10, 'event.duration': 2_500_000_000 },
        { ago: 15, message: 'an event without a duration' },
      ],
      out: [{ group: {}, value: 1_500_000_000 }],
    },
    {
      title: 'the largest answer of each service',
      rule: { field: 'http.response.body.bytes', measure: 'max', group_by: ['service.name'], when: '> 10MB' },
      events: [
        { ago: 5, 'service.name': 'shop', 'http.response.body.bytes': 100 },
        { ago: 6, 'service.name': 'shop', 'http.response.body.bytes': 20_000_000 },
        { ago: 7, 'service.name': 'search', 'http.response.body.bytes': 300 },
      ],
      out: [
        { group: { 'service.name': 'search' }, value: 300 },
        { group: { 'service.name': 'shop' }, value: 20_000_000 },
      ],
    },
  ],
  absent: ({ measure }) => (measure === 'sum' ? 0 : undefined),
  quantity: ({ field, unit }) => unit ?? quantityOfField(field),
  create({ field, measure, min_events }, context) {
    const { index, groupBy, window } = context;
    const query = every(context.query, { exists: { field } });
    const percent = measure.startsWith('p') ? Number(measure.slice(1)) : undefined;
    const value =
      percent === undefined ? { [measure]: { field } } : { percentiles: { field, percents: [percent], keyed: false } };
    const aggs = { value };
    const read = percent === undefined ? (bucket: Bucket) => numberOf(bucket, 'value') : percentileOf;
    return {
      lookBack: window,
      evidence: query,
      async observe(reading, { from, to }) {
        const observations: Observation[] = [];
        for await (const bucket of readGroups(reading, { index, query, groupBy, from, to, aggs })) {
          const measured = bucket.count < min_events ? undefined : read(bucket);
          if (measured === undefined) continue;
          observations.push({ group: bucket.group, value: measured, window: { start: from, end: to } });
        }
        return observations;
      },
    };
  },
});

function percentileOf(bucket: Bucket): number | undefined {
  const found = bucket.aggregations['value'] as { values?: readonly { value: number | null }[] } | undefined;
  return found?.values?.[0]?.value ?? undefined;
}
