import { Type } from 'typebox';
import { Dropped } from '../../model/rejected.ts';
import { DURATION_PATTERN, parseDuration } from '../../model/units.ts';
import { defineStage, optionFault } from '../stage.ts';
import { BoundedTable } from './values/bounded-table.ts';
import { keyFinder } from './values/canonical.ts';
import { eventTime } from './values/event-time.ts';

const options = Type.Object(
  {
    events: Type.Integer({ minimum: 1, description: 'so many events are let through in a window' }),
    window: Type.String({
      pattern: DURATION_PATTERN,
      default: '1m',
      description: 'length of a window of event time; windows of 1m begin with the minute',
    }),
    by: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'fields each of whose values is counted by itself; none: all events together',
    }),
    most_keys: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 50_000,
      description: 'keys and windows remembered; the oldest are forgotten first, and may be filled anew',
    }),
    rule: Type.String({
      minLength: 1,
      default: 'throttle',
      description: 'name the ledger counts the dropped ones under',
    }),
  },
  { additionalProperties: false },
);

export const throttle = defineStage({
  name: 'throttle',
  summary: 'lets so many events through per key and window of event time; the ledger counts the others by rule',
  notes:
    'Nothing is held back and nothing is kept on disk. After a restart or a reload the windows under way begin anew: of each, up to `events` more are let through, and after a crash these may be lines that had been dropped before. What is stored keeps its id, whatever becomes of other children of its line, so nothing is stored twice; one that had been let through may be dropped then, if others of its window were let through before it, and is counted as dropped. An event that has none of the fields of `by` is let through.',
  form: 'stateful',
  options,
  examples: [
    {
      title: 'the second event of a minute',
      options: { events: 1, by: ['error.type'] },
      before: [{ '@timestamp': '2026-11-01T10:00:01.000Z', 'error.type': 'Timeout' }],
      in: { '@timestamp': '2026-11-01T10:00:59.000Z', 'error.type': 'Timeout' },
      dropped: true,
    },
    {
      title: 'the first of the next minute',
      options: { events: 1, by: ['error.type'] },
      before: [{ '@timestamp': '2026-11-01T10:00:59.000Z', 'error.type': 'Timeout' }],
      in: { '@timestamp': '2026-11-01T10:01:00.000Z', 'error.type': 'Timeout' },
      out: { '@timestamp': '2026-11-01T10:01:00.000Z', 'error.type': 'Timeout' },
    },
  ],
  create({ events, window, by, most_keys, rule }) {
    const length = parseDuration(window);
    if (length < 1) throw optionFault('window', 'must be at least 1ms');
    const keyOf = by.length === 0 ? () => '' : keyFinder(by);
    const dropped = new Dropped(rule);
    const counts = new BoundedTable<number>(most_keys);
    return {
      push(event, record, now) {
        const key = keyOf(event);
        if (key === undefined) return [{ result: event, of: [record] }];
        const entry = `${Math.floor(eventTime(event, now) / length)} ${key}`;
        const count = counts.get(entry) ?? 0;
        if (count >= events) return [{ result: dropped, of: [record] }];
        counts.set(entry, count + 1);
        return [{ result: event, of: [record] }];
      },
      flush: () => [],
      close: () => [],
    };
  },
});
