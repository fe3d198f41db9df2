import { Type } from 'typebox';
import { DURATION_PATTERN, parseDuration } from '../../model/units.ts';
import { defineStage, type Output, optionFault } from '../stage.ts';
import { METRIC_NAME, MetricEntry } from './metric/entry.ts';
import { Watermark } from './metric/watermark.ts';
import { isWritable } from './time/iso.ts';
import { canonicalJson } from './values/canonical.ts';
import { eventTime } from './values/event-time.ts';

const options = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9_.-]{1,100}$', description: 'logmill.metric.name of the documents' }),
    by: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'fields each of whose values has a document of its own, which carries it; none: all events in one',
    }),
    values: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'numeric fields of which count, sum, min and max are taken too, as logmill.metric.values.<field>.sum',
    }),
    interval: Type.String({
      pattern: DURATION_PATTERN,
      default: '1m',
      description: 'length of an interval of event time; those of 1m begin with the minute',
    }),
    late: Type.String({
      pattern: DURATION_PATTERN,
      default: '10s',
      description: 'how long an interval waits, after its end, for events that come late',
    }),
    events: Type.Enum(['keep', 'drop'], {
      default: 'keep',
      description: 'whether the events go on as well; of dropped ones the metric is what is stored of them',
    }),
    dataset: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9_.]{1,100}$',
        description: 'dataset of metrics-<dataset>-<namespace>; by default that of the events',
      }),
    ),
  },
  { additionalProperties: false },
);

const SHORTEST_MS = 1000;
/** Keys and intervals under way; beyond that all are let go. */
const MOST_ENTRIES = 10_000;

export const countMetric = defineStage({
  name: 'count-metric',
  summary: 'counts events by key and interval of event time, into documents of a metrics stream',
  notes:
    'There is one document for each key and interval. Where events come later than `late`, or more of them than there is room to wait for (a few megabytes of lines), there are several, whose counts add up. Lines are acknowledged when their metric is stored: what was counted in memory only is read and counted again after a crash, into the document of the same id. One that was stored already keeps its count: with `events: drop` what is missing in it is counted into another document, with `keep` it may be missing. Documents that a stage before it counted are not counted. With `events: drop` the ledger has the first line of a document as indexed and the others as merged into it.',
  form: 'stateful',
  options,
  examples: [
    {
      title: 'requests by status, with the bytes sent',
      options: {
        name: 'requests',
        by: ['http.response.status_code'],
        values: ['http.response.body.bytes'],
        events: 'drop',
      },
      before: [
        {
          '@timestamp': '2026-11-01T10:00:01.000Z',
          'http.response.status_code': 200,
          'http.response.body.bytes': 100,
        },
      ],
      in: {
        '@timestamp': '2026-11-01T10:00:59.000Z',
        'http.response.status_code': 200,
        'http.response.body.bytes': 20,
      },
      out: {
        '@timestamp': '2026-11-01T10:00:00.000Z',
        message: 'requests: 2',
        'event.kind': 'metric',
        'event.start': '2026-11-01T10:00:00.000Z',
        'event.end': '2026-11-01T10:01:00.000Z',
        'data_stream.type': 'metrics',
        'http.response.status_code': 200,
        'logmill.metric.name': 'requests',
        'logmill.metric.count': 2,
        'logmill.metric.values.http.response.body.bytes.count': 2,
        'logmill.metric.values.http.response.body.bytes.sum': 120,
        'logmill.metric.values.http.response.body.bytes.min': 20,
        'logmill.metric.values.http.response.body.bytes.max': 100,
      },
    },
  ],
  create({ name, by, values, interval, late, events, dataset }, { source }) {
    const length = parseDuration(interval);
    const grace = parseDuration(late);
    if (length < SHORTEST_MS) throw optionFault('interval', 'must be at least 1s');
    const keeps = events === 'keep';
    const entries = new Map<string, MetricEntry>();
    const watermark = new Watermark(grace);
    let newestStart = Number.NEGATIVE_INFINITY;

    const letGo = (isDue: (entry: MetricEntry) => boolean): Output[] => {
      const outputs: Output[] = [];
      for (const [key, entry] of entries) {
        if (!isDue(entry)) continue;
        entries.delete(key);
        const result = entry.event(name, dataset, length);
        outputs.push({ result, of: entry.records, isDerived: keeps, mayGoOn: !keeps });
      }
      return outputs;
    };
    const letDueGo = (now: number): Output[] => {
      const reached = watermark.at(now);
      // A clock that is set back by more than that must not keep one open for as long.
      return letGo(
        ({ start, openedAt }) => reached >= start + length + grace || Math.abs(now - openedAt) >= length + grace,
      );
    };

    return {
      push(event, record, now) {
        // What a stage before it has counted.
        if (event[METRIC_NAME] !== undefined) return [{ result: event, of: [record] }];
        const stamp = eventTime(event, now);
        const time = isWritable(stamp - length) && isWritable(stamp + length) ? stamp : now;
        const start = Math.floor(time / length) * length;
        watermark.note(source?.(), time, now);
        // Before the event is counted: its own interval is not over.
        const due = start > newestStart || entries.size >= MOST_ENTRIES ? letDueGo(now) : [];
        newestStart = Math.max(newestStart, start);
        if (entries.size >= MOST_ENTRIES) due.push(...letGo(() => true));
        const present = by.filter((field) => event[field] !== undefined);
        const key = Object.fromEntries(present.map((field) => [field, event[field]!]));
        const id = `${start} ${canonicalJson(key)}`;
        const entry = entries.get(id) ?? new MetricEntry(start, now, key, values);
        entries.set(id, entry);
        entry.add(event, record);
        return keeps ? [...due, { result: event, of: [record], keeps }] : due;
      },
      flush: (now, isPressed) => (isPressed ? letGo(() => true) : letDueGo(now)),
      close: () => letGo(() => true),
    };
  },
});
