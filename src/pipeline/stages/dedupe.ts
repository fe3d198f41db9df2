import { Type } from 'typebox';
import { Dropped } from '../../model/rejected.ts';
import { DURATION_PATTERN, parseDuration } from '../../model/units.ts';
import { defineStage, optionFault } from '../stage.ts';
import { BoundedTable } from './values/bounded-table.ts';
import { keyFinder } from './values/canonical.ts';
import { eventTime } from './values/event-time.ts';

const options = Type.Object(
  {
    by: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      default: ['message'],
      description: 'events with the same values in these fields are the same',
    }),
    window: Type.String({
      pattern: DURATION_PATTERN,
      default: '1m',
      description: 'one is dropped whose time is less than this away from that of the same one that was let through',
    }),
    most_keys: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 50_000,
      description: 'events remembered; the oldest are forgotten first',
    }),
    rule: Type.String({
      minLength: 1,
      default: 'dedupe',
      description: 'name the ledger counts the dropped ones under',
    }),
  },
  { additionalProperties: false },
);

export const dedupe = defineStage({
  name: 'dedupe',
  summary: 'drops events that say the same within a window of event time; the ledger counts them by rule',
  notes:
    'Nothing is held back and nothing is kept on disk. After a restart or a reload the first event of each kind is let through once more, after a crash it may be one that had been dropped before. What is stored keeps its id, whatever becomes of other children of its line, so nothing is stored twice; one that had been let through may be dropped then, if others of its window were let through before it, and is counted as dropped. An event that has none of the fields of `by` is let through.',
  form: 'stateful',
  options,
  examples: [
    {
      title: 'the same within a minute',
      options: {},
      before: [{ '@timestamp': '2026-11-01T10:00:30.000Z', message: 'disk full' }],
      in: { '@timestamp': '2026-11-01T10:01:15.000Z', message: 'disk full' },
      dropped: true,
    },
    {
      title: 'the same a minute later',
      options: {},
      before: [{ '@timestamp': '2026-11-01T10:00:30.000Z', message: 'disk full' }],
      in: { '@timestamp': '2026-11-01T10:01:30.000Z', message: 'disk full' },
      out: { '@timestamp': '2026-11-01T10:01:30.000Z', message: 'disk full' },
    },
  ],
  create({ by, window, most_keys, rule }) {
    const length = parseDuration(window);
    if (length < 1) throw optionFault('window', 'must be at least 1ms');
    const keyOf = keyFinder(by);
    const dropped = new Dropped(rule);
    // Of two that were let through none is in the same stretch of one window's length: one time a stretch is enough.
    const passed = new BoundedTable<number>(most_keys);
    return {
      push(event, record, now) {
        const key = keyOf(event);
        if (key === undefined) return [{ result: event, of: [record] }];
        const time = eventTime(event, now);
        const stretch = Math.floor(time / length);
        for (let near = stretch - 1; near <= stretch + 1; near++) {
          const other = passed.get(`${near} ${key}`);
          if (other !== undefined && Math.abs(time - other) < length) return [{ result: dropped, of: [record] }];
        }
        passed.set(`${stretch} ${key}`, time);
        return [{ result: event, of: [record] }];
      },
      flush: () => [],
      close: () => [],
    };
  },
});
