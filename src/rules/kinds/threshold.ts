import { type Bucket, countOf, every, LENIENT, ofGroup, readGroups, within } from '../groups.ts';
import { defineKind, type Query, type Reading } from '../rule.ts';
import type { Observation, Span } from '../state-machine.ts';

/**
 * More than so many events within any window. Windows slide: five failures across a grid time count like five between
 * two. The value is the count of the window that ends at the grid time where that suffices; otherwise of the first
 * window since the last grid time that does.
 */
export const threshold = defineKind({
  name: 'threshold',
  summary: 'The number of events in a sliding window, exact: windows are not tied to the grid.',
  options: {},
  examples: [
    {
      title: 'failures of one address within a minute',
      rule: { query: 'event.outcome: failure', group_by: ['source.ip'], window: '1m', interval: '1m', when: '>= 3' },
      events: [
        { ago: 1, 'source.ip': '203.0.113.7', 'event.outcome': 'failure' },
        { ago: 2, 'source.ip': '203.0.113.7', 'event.outcome': 'failure' },
        { ago: 3, 'source.ip': '203.0.113.7', 'event.outcome': 'failure' },
        { ago: 4, 'source.ip': '203.0.113.7', 'event.outcome': 'success' },
        { ago: 5, 'source.ip': '198.51.100.4', 'event.outcome': 'failure' },
      ],
      out: [{ group: { 'source.ip': '203.0.113.7' }, value: 3 }],
    },
    {
      title: 'a burst across the edge of two clock windows is seen',
      rule: { window: '1m', interval: '1m', when: '> 3' },
      events: [{ ago: 40 }, { ago: 59 }, { ago: 61 }, { ago: 80 }],
      out: [{ group: {}, value: 4 }],
    },
    {
      title: 'the same number spread over more than a window is not',
      rule: { window: '1m', interval: '1m', when: '> 3' },
      events: [{ ago: 5 }, { ago: 59 }, { ago: 61 }, { ago: 80 }],
      out: [],
    },
  ],
  absent: () => 0,
  quantity: () => 'count',
  create(_options, context) {
    const { index, query, groupBy, window, interval, when, recover } = context;
    if (!when.operator.startsWith('>')) context.refuse('when', 'must be > or >=: this kind counts what there is');
    const notable = (count: number) => when.met(count) || (recover !== undefined && !recover.met(count));
    return {
      lookBack: window + interval,
      evidence: query,
      async observe(reading, { from, to }) {
        const aligned = Math.max(from, to - window);
        const aggs = { window: { filters: { filters: { aligned: within(aligned, to) } } } };
        const observations: Observation[] = [];
        const candidates: Bucket[] = [];
        for await (const bucket of readGroups(reading, { index, query, groupBy, from, to, aggs })) {
          const value = countOf(bucket, 'window', 'aligned');
          if (!when.met(value) && when.met(bucket.count)) candidates.push(bucket);
          else if (notable(value))
            observations.push({ group: bucket.group, value, window: { start: aligned, end: to } });
        }
        for (const bucket of candidates) {
          const times = readTimes(reading, index, every(query, ...ofGroup(bucket.group)), from, to);
          const found = await firstWindow(times, window, to - interval, when.met);
          const value = found?.count ?? countOf(bucket, 'window', 'aligned');
          const span = found?.span ?? { start: aligned, end: to };
          if (notable(value)) observations.push({ group: bucket.group, value, window: span });
        }
        return observations;
      },
    };
  },
});

/** Milliseconds that have events, in order, with how many. */
type Moment = { readonly time: number; readonly count: number };

const PAGE = 5000;

/** When the events happened: as counts per millisecond, so that any number of equal times needs no tie-break. */
async function* readTimes(
  reading: Reading,
  index: string,
  query: Query,
  from: number,
  to: number,
): AsyncGenerator<Moment> {
  const time = { date_histogram: { field: '@timestamp', fixed_interval: '1ms' } };
  let after: Record<string, unknown> | undefined;
  do {
    const composite = { size: PAGE, sources: [{ time }], ...(after === undefined ? {} : { after }) };
    const answer = await reading.client.search({
      index,
      ...LENIENT,
      size: 0,
      track_total_hits: false,
      query: every(query, within(from, to)),
      aggs: { times: { composite } },
    } as object);
    const times = (answer.aggregations as { times?: TimesAnswer } | undefined)?.times;
    for (const { key, doc_count } of times?.buckets ?? []) yield { time: key.time, count: doc_count };
    after = times?.after_key;
  } while (after !== undefined);
}

type TimesAnswer = {
  readonly after_key?: Record<string, unknown>;
  readonly buckets: readonly { key: { time: number }; doc_count: number }[];
};

/**
 * The first window (end − width, end] whose count meets, with its end after `since`: a plain loop over the times.
 * Windows that end earlier were the business of the grid time before.
 */
export async function firstWindow(
  times: AsyncIterable<Moment> | Iterable<Moment>,
  width: number,
  since: number,
  met: (count: number) => boolean,
): Promise<{ count: number; span: Span } | undefined> {
  const inside: Moment[] = [];
  let oldest = 0;
  let count = 0;
  for await (const moment of times) {
    inside.push(moment);
    count += moment.count;
    while (inside[oldest]!.time <= moment.time - width) {
      count -= inside[oldest]!.count;
      oldest += 1;
    }
    if (moment.time > since && met(count)) {
      return { count, span: { start: moment.time - width, end: moment.time } };
    }
  }
  return undefined;
}
