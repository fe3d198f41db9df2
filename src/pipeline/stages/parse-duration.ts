import { Type } from 'typebox';
import { type JsonValue, removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { nanosecondsOf, UNITS } from './time/duration.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the duration; taken off once it is read' }),
    unit: Type.Enum(Object.keys(UNITS) as (keyof typeof UNITS)[], {
      default: 's',
      description: 'unit of a number that names none',
    }),
    target: Type.String({ minLength: 1, default: 'event.duration', description: 'field that gets it, in nanoseconds' }),
    keep: Type.Boolean({ default: false, description: 'leave the field as it was' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a value that is no duration; pass leaves it where it is',
    }),
  },
  { additionalProperties: false },
);

export const parseDuration = defineStage({
  name: 'parse-duration',
  summary:
    'reads a duration (a number, 1.5s, 1h2m3s, 3 days 4 hours, 01:02:03.5, PT1M30S) into a field of nanoseconds, as ECS has them',
  form: 'map',
  options,
  examples: [
    {
      title: 'a number of milliseconds',
      options: { field: 'took', unit: 'ms' },
      in: { took: 1.5 },
      out: { 'event.duration': 1_500_000 },
    },
    {
      title: 'the text says its units',
      options: { field: 'took', target: 'example.log.took' },
      in: { took: '1m30.5s' },
      out: { 'example.log.took': 90_500_000_000 },
    },
    {
      title: 'something else is rejected',
      options: { field: 'took' },
      in: { took: 'long' },
      rejected: { reason: 'invalid', field: 'took' },
    },
  ],
  create({ field, unit, target, keep, otherwise }) {
    return (event) => {
      const value: JsonValue | undefined = event[field];
      if (value === undefined) return event;
      const duration = typeof value === 'string' || typeof value === 'number' ? nanosecondsOf(value, unit) : Number.NaN;
      if (Number.isNaN(duration)) {
        if (otherwise === 'pass') return event;
        return new Rejected('invalid', `${JSON.stringify(value).slice(0, 100)} is no duration`, field);
      }
      if (!keep) removeField(event, field);
      event[target] = duration;
      return event;
    };
  },
});
