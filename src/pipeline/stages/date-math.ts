import { Type } from 'typebox';
import { readDateMath } from '../../model/date-math.ts';
import type { JsonValue } from '../../model/event.ts';
import { defineStage, optionFault } from '../stage.ts';
import { isoOf, isWritable, parseIso } from './time/iso.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: '@timestamp', description: 'field with a date' }),
    expression: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'what is done to the date, in UTC: +1h, -7d/d (back to the start of the day)',
      }),
    ),
    minus: Type.Optional(
      Type.String({ minLength: 1, description: 'field with an earlier date; the time between both is the result' }),
    ),
    target: Type.String({ minLength: 1, description: 'field that gets the date, or the nanoseconds between two' }),
  },
  { additionalProperties: false },
);

/** The moment of a date with a zone, or of milliseconds since 1970; NaN for anything else. */
function momentOf(value: JsonValue | undefined): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? parseIso(value, () => Number.NaN) : Number.NaN;
}

/** Digits of a date's fraction that a moment has no room for, as nanoseconds. */
function restOf(value: JsonValue | undefined): number {
  const digits = typeof value === 'string' ? /[.,]\d{3}(\d{1,6})/.exec(value)?.[1] : undefined;
  return digits === undefined ? 0 : Number(digits.padEnd(6, '0'));
}

/** Where a date is missing, or is none, the target stays as it is. */
export const dateMath = defineStage({
  name: 'date-math',
  summary: 'reckons with dates: adds to one, rounds it, or takes the time between two',
  form: 'map',
  options,
  examples: [
    {
      title: 'the start of the next hour',
      options: { expression: '+1h/h', target: 'shop.due' },
      in: { '@timestamp': '2026-11-21T10:15:00.000Z' },
      out: { '@timestamp': '2026-11-21T10:15:00.000Z', 'shop.due': '2026-11-21T11:00:00.000Z' },
    },
    {
      title: 'how long something took',
      options: { field: 'event.end', minus: 'event.start', target: 'event.duration' },
      in: { 'event.start': '2026-11-21T10:00:00Z', 'event.end': '2026-11-21T10:00:01.500Z' },
      out: {
        'event.start': '2026-11-21T10:00:00Z',
        'event.end': '2026-11-21T10:00:01.500Z',
        'event.duration': 1_500_000_000,
      },
    },
  ],
  create({ field, expression, minus, target }) {
    if ((expression === undefined) === (minus === undefined))
      throw optionFault('expression', 'or minus is needed, not both');
    if (minus !== undefined) {
      return (event) => {
        const between = momentOf(event[field]) - momentOf(event[minus]);
        const rest = restOf(event[field]) - restOf(event[minus]);
        if (!Number.isNaN(between)) event[target] = Math.round(between * 1e6) + rest;
        return event;
      };
    }
    const math = readDateMath(`now${expression}`);
    if (math === undefined || expression === '')
      throw optionFault('expression', 'is no date math such as +1h or -7d/d');
    return (event) => {
      const moment = momentOf(event[field]);
      const result = Number.isNaN(moment) ? moment : math.span(moment).first;
      if (isWritable(result)) event[target] = isoOf(result);
      return event;
    };
  },
});
