import { Type } from 'typebox';
import { Rejected } from '../../model/rejected.ts';
import { defineStage, optionFault, type StageContext } from '../stage.ts';
import { type FoundTime, timeFinder } from './time/find.ts';
import { isoOf } from './time/iso.ts';

const options = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      default: 'message',
      description:
        'field with the line; it stays as it is. Forms at its beginning, in brackets or not: ISO 8601 (T or blanks, 2026/06/24 too; fraction and zone or none), RFC 3164, 10/Oct/2000:13:55:36 -0700, 10-Oct-2000 13:55:36 UTC, Sun Dec 4 04:47:44 2005 (a zone before the year or no year), 4 Dec 04:47:44, and as the whole first word or bracket 10 digits of seconds or 13 of milliseconds since 1970. ISO 8601 also after a level, as Ruby’s Logger has it, after a name if in brackets or before a colon, and alone after a label such as Start-Date. After words, and in seconds, a time later than the file is none',
    }),
    rest: Type.Optional(
      Type.String({ minLength: 1, description: 'field that gets what follows the time, where the line carries one' }),
    ),
    timezone: Type.Optional(Type.String({ description: 'IANA zone of times that carry none; by default the input’s' })),
    otherwise: Type.Enum(['previous', 'pass'], {
      default: 'previous',
      description:
        'where @timestamp of a line without a time comes from: the line before it in the same source (stack traces), or the clock at reading, as also where no line before it had one since logmill started to read the source',
    }),
  },
  { additionalProperties: false },
);

function finder(timezone: string, { sourceTime }: StageContext): (line: string) => FoundTime | undefined {
  try {
    return timeFinder({ timezone, sourceTime });
  } catch (error) {
    if (error instanceof RangeError) throw optionFault('timezone', error.message);
    throw error;
  }
}

/**
 * An event that has an @timestamp keeps it. The time of the line before is remembered for as long as the source is read,
 * over the borders of chunks, but not over a restart. Rejected lines have no time to hand on.
 */
export const findTime = defineStage({
  name: 'find-time',
  summary:
    'reads the time that a line carries at its beginning, in any well-known form, into @timestamp; a line without one takes the time of the line before it',
  form: 'map',
  options,
  examples: [
    {
      title: 'a time at the beginning, with the text after it in a field of its own',
      options: { rest: 'example.log.rest' },
      in: { message: '[2026-10-10 13:55:36,250+02:00] INFO started' },
      out: {
        message: '[2026-10-10 13:55:36,250+02:00] INFO started',
        '@timestamp': '2026-10-10T11:55:36.250Z',
        'example.log.rest': '] INFO started',
      },
    },
    {
      title: 'a time after the name of a program',
      options: {},
      in: { message: 'update-alternatives 2026-06-24 14:36:53: link group pager updated' },
      out: {
        message: 'update-alternatives 2026-06-24 14:36:53: link group pager updated',
        '@timestamp': '2026-06-24T14:36:53.000Z',
      },
    },
    {
      title: 'a line without a time takes that of the line before it',
      options: {},
      before: [{ message: '2026/10/10 13:55:36 panic: boom' }],
      in: { message: '    at main.go:12' },
      out: { message: '    at main.go:12', '@timestamp': '2026-10-10T13:55:36.000Z' },
    },
    {
      title: 'a number inside a sentence is no time, nor is a date of something else',
      options: {},
      in: { message: 'Order 1790000000 is due at 2026-10-10 13:55:36' },
      out: { message: 'Order 1790000000 is due at 2026-10-10 13:55:36' },
    },
    {
      title: 'a day that does not exist is rejected',
      options: {},
      in: { message: '2026-02-30 10:00:00 started' },
      rejected: { reason: 'invalid_time', field: 'message' },
    },
  ],
  create({ field, rest, timezone, otherwise }, context) {
    const find = finder(timezone ?? context.timezone, context);
    const inherits = otherwise === 'previous';
    const times = new WeakMap<object, string>();
    let source: object = times;
    let before: string | undefined;
    return (event) => {
      const now = context.source?.() ?? source;
      if (now !== source) {
        if (before !== undefined) times.set(source, before);
        before = times.get(now);
        source = now;
      }
      const known = event['@timestamp'];
      if (known !== undefined) {
        if (typeof known === 'string') before = known;
        return event;
      }
      const text = event[field];
      const found = typeof text === 'string' ? find(text) : undefined;
      if (found === undefined) {
        if (inherits && before !== undefined) event['@timestamp'] = before;
        return event;
      }
      const { ms, start, end } = found;
      const line = text as string;
      if (Number.isNaN(ms)) return new Rejected('invalid_time', `there is no moment ${line.slice(start, end)}`, field);
      before = isoOf(ms);
      event['@timestamp'] = before;
      if (rest !== undefined && end < line.length) event[rest] = line.slice(end);
      return event;
    };
  },
});
