import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { DURATION_PATTERN, parseDuration } from '../../model/units.ts';
import { defineStage, type Output, type RecordToken } from '../stage.ts';
import { compileCondition } from './condition/compile-condition.ts';
import { merger } from './joined/merge.ts';
import { takeOver } from './privacy/taken.ts';
import { keyFinder } from './values/canonical.ts';

const options = Type.Object(
  {
    by: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'events with the same values in these fields are one; an event that has none of them stands alone',
    }),
    first: Type.Optional(
      Type.String({ minLength: 1, description: 'KQL; the event whose values count where several say something' }),
    ),
    until: Type.Optional(Type.String({ minLength: 1, description: 'KQL; the event that ends the joined one' })),
    alone: Type.Optional(Type.String({ minLength: 1, description: 'KQL; events that are joined with nothing' })),
    lists: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'fields that get the values of all, as lists; `auditd.log.*` is that field and all below it',
    }),
    timeout: Type.String({
      pattern: DURATION_PATTERN,
      default: '2s',
      description: 'how long an event waits for more after the last one that belongs to it came',
    }),
    most_events: Type.Integer({
      minimum: 2,
      maximum: 1000,
      default: 200,
      description: 'events of one; those beyond make another one',
    }),
    most_keys: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 1000,
      description: 'events that wait at once; beyond it the oldest waits no longer',
    }),
  },
  { additionalProperties: false },
);

/** What a condition of the options asks of an event; one that is not given asks what none has. */
function condition(key: string, kql: string | undefined): (event: Event) => boolean {
  return kql === undefined ? () => false : compileCondition(kql, key);
}

/** Fields that have the lines of all. */
const TEXTS = ['message', 'event.original'];
/** What stages say of an event they could not read goes with it. */
const ALWAYS_LISTS = ['tags', 'logmill.stage_errors'];

type Group = { readonly events: Event[]; readonly records: RecordToken[]; last: number };

/**
 * The joined event has the id of the first of them, and all their lines in its message. What comes after the timeout is an
 * event of its own. When all is read again after a crash it may be joined: the document says how many lines it has
 * (`logmill.line.count`), and what the store does not have of them is sent by itself (ADR 7).
 */
export const joinEvents = defineStage({
  name: 'join-events',
  summary: 'makes one event of several that name the same key, such as the records of one audit event',
  form: 'stateful',
  options,
  examples: [
    {
      title: 'records with one number',
      options: { by: ['id'], first: 'type: main', until: 'type: end', lists: ['type', 'path'] },
      before: [
        { id: 7, type: 'path', path: '/a', message: 'one' },
        { id: 7, type: 'main', 'user.name': 'bob', message: 'two' },
      ],
      in: { id: 7, type: 'end', path: '/b', message: 'three' },
      out: { id: 7, type: ['main', 'path', 'end'], path: ['/a', '/b'], 'user.name': 'bob', message: 'one\ntwo\nthree' },
    },
    {
      title: 'an event without a number stands alone',
      options: { by: ['id'] },
      in: { message: 'x' },
      out: { message: 'x' },
    },
  ],
  create({ by, first, until, alone, lists, timeout, most_events, most_keys }) {
    const keyOf = keyFinder(by);
    const isFirst = condition('first', first);
    const isLast = condition('until', until);
    const isAlone = condition('alone', alone);
    const merge = merger([...lists, ...ALWAYS_LISTS]);
    const wait = parseDuration(timeout);
    const groups = new Map<string, Group>();

    function join({ events, records }: Group): Output {
      const result = { ...events[Math.max(events.findIndex(isFirst), 0)]! };
      for (const event of events) merge(result, event);
      for (const field of TEXTS) {
        const lines = events.flatMap(({ [field]: text }) => (typeof text === 'string' ? text : []));
        if (lines.length > 0) result[field] = lines.join('\n');
      }
      // Its line is that of the first.
      takeOver(result, events[0]!);
      return { result, of: records };
    }

    function letGo(key: string): Output {
      const group = groups.get(key)!;
      groups.delete(key);
      return join(group);
    }

    /** Before it is known whether more belong to it. */
    function letGoEarly(key: string): Output {
      return { ...letGo(key), mayGoOn: true };
    }

    function add(key: string, event: Event, record: RecordToken, now: number): Group {
      const group = groups.get(key) ?? { events: [], records: [], last: now };
      group.events.push(event);
      group.records.push(record);
      group.last = now;
      // Those that waited longest stand first.
      groups.delete(key);
      groups.set(key, group);
      return group;
    }

    return {
      push(event, record, now) {
        const key = isAlone(event) ? undefined : keyOf(event);
        if (key === undefined) return [{ result: event, of: [record] }];
        const group = add(key, event, record, now);
        if (isLast(event) || group.events.length >= most_events) return [letGo(key)];
        return groups.size > most_keys ? [letGoEarly(groups.keys().next().value!)] : [];
      },
      flush(now, isPressed) {
        // A clock that is set back by more than that must not keep them for as long.
        const over = [...groups].filter(([, { last }]) => isPressed || Math.abs(now - last) >= wait);
        return over.map(([key]) => letGoEarly(key));
      },
      close: () => [...groups.keys()].map((key) => letGoEarly(key)),
    };
  },
});
