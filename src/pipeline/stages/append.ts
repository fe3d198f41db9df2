import { Type } from 'typebox';
import type { JsonValue } from '../../model/event.ts';
import { defineStage } from '../stage.ts';

const value = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

const options = Type.Object(
  {
    fields: Type.Record(Type.String(), Type.Union([value, Type.Array(value)]), {
      minProperties: 1,
      description: 'name: value or values added at the end of its list',
    }),
    unique: Type.Boolean({ default: true, description: 'add only what is not in the list yet' }),
  },
  { additionalProperties: false },
);

/** A field with a single value becomes a list, one that is not there begins one. */
export const append = defineStage({
  name: 'append',
  summary: 'adds values to fields that are lists, such as tags',
  form: 'map',
  options,
  examples: [
    {
      title: 'a list that is there, one that is not, and a single value',
      options: { fields: { tags: ['web', 'edge'], 'event.category': 'web', 'related.ip': '10.0.0.7' } },
      in: { tags: ['web'], 'related.ip': '10.0.0.1' },
      out: { tags: ['web', 'edge'], 'related.ip': ['10.0.0.1', '10.0.0.7'], 'event.category': ['web'] },
    },
    {
      title: 'the same value again',
      options: { fields: { steps: 'seen' }, unique: false },
      in: { steps: ['seen'] },
      out: { steps: ['seen', 'seen'] },
    },
  ],
  create({ fields, unique }) {
    const pairs = Object.entries(fields).map(([field, added]) => ({
      field,
      values: Array.isArray(added) ? (added as readonly JsonValue[]) : [added],
    }));
    return (event) => {
      for (const { field, values } of pairs) {
        const present = event[field];
        const list = present === undefined || present === null ? [] : Array.isArray(present) ? [...present] : [present];
        for (const added of values) if (!unique || !list.includes(added)) list.push(added);
        event[field] = list;
      }
      return event;
    };
  },
});
