import { Type } from 'typebox';
import { countOf, every, readGroups } from '../groups.ts';
import { defineKind } from '../rule.ts';
import type { Observation } from '../state-machine.ts';

/** The share of events that match, e.g. of requests that fail. */
export const ratio = defineKind({
  name: 'ratio',
  summary: 'The share of the events of `query` that also match `match`, over the window that ends at the grid time.',
  options: {
    match: Type.String({ minLength: 1, description: 'KQL: the events that count towards the share' }),
    min_events: Type.Integer({ default: 1, minimum: 1, description: 'fewer events of `query` count as no data' }),
  },
  examples: [
    {
      title: 'one request of four fails',
      rule: { match: 'http.response.status_code >= 500', window: '5m', when: '> 5%' },
      events: [
        { ago: 10, 'http.response.status_code': 500 },
        { ago: 20, 'http.response.status_code': 200 },
        { ago: 30, 'http.response.status_code': 404 },
        { ago: 299, 'http.response.status_code': 200 },
        { ago: 300, 'http.response.status_code': 500 },
      ],
      out: [{ group: {}, value: 0.25 }],
    },
    {
      title: 'a service with too few requests has no share',
      rule: { match: 'log.level: error', group_by: ['service.name'], min_events: 2, when: '>= 50%' },
      events: [
        { ago: 10, 'service.name': 'shop', 'log.level': 'error' },
        { ago: 11, 'service.name': 'shop', 'log.level': 'info' },
        { ago: 12, 'service.name': 'search', 'log.level': 'error' },
      ],
      out: [{ group: { 'service.name': 'shop' }, value: 0.5 }],
    },
  ],
  absent: () => undefined,
  quantity: () => 'share',
  create(options, context) {
    const { index, query, groupBy, window } = context;
    const match = context.compile('match');
    const aggs = { share: { filters: { filters: { match } } } };
    return {
      lookBack: window,
      evidence: every(query, match),
      async observe(reading, { from, to }) {
        const observations: Observation[] = [];
        for await (const bucket of readGroups(reading, { index, query, groupBy, from, to, aggs })) {
          if (bucket.count < options.min_events) continue;
          const value = countOf(bucket, 'share', 'match') / bucket.count;
          observations.push({ group: bucket.group, value, window: { start: from, end: to } });
        }
        return observations;
      },
    };
  },
});
