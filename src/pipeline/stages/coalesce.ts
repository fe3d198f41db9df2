import { Type } from 'typebox';
import { type JsonValue, removeField } from '../../model/event.ts';
import { fieldType } from '../../model/field-type.ts';
import { defineStage } from '../stage.ts';
import { fit } from './json/ecs.ts';

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'looked at in order' }),
    target: Type.String({ minLength: 1, description: 'field that gets the first value found' }),
    none: Type.Array(Type.String(), { default: ['', '-'], description: 'texts that are no value' }),
    keep: Type.Boolean({ default: true, description: 'leave the field that the value comes from' }),
  },
  { additionalProperties: false },
);

/** Null, empty lists and the texts of `none` are no values. Where no field has one, the target stays as it is. */
export const coalesce = defineStage({
  name: 'coalesce',
  summary: 'fills a field with the first of several that has a value',
  form: 'map',
  options,
  examples: [
    {
      title: 'the first that says something',
      options: { fields: ['shop.user', 'shop.login', 'shop.mail'], target: 'user.name' },
      in: { 'shop.user': '-', 'shop.login': 'bob', 'shop.mail': 'bob@example.com' },
      out: { 'shop.user': '-', 'shop.login': 'bob', 'shop.mail': 'bob@example.com', 'user.name': 'bob' },
    },
    {
      title: 'a value moves',
      options: { fields: ['a', 'b'], target: 'c', keep: false },
      in: { a: null, b: 0 },
      out: { a: null, c: 0 },
    },
  ],
  create({ fields, target, none, keep }) {
    const nothing = new Set<JsonValue>(none);
    const type = fieldType(target);
    return (event) => {
      for (let index = 0; index < fields.length; index++) {
        const field = fields[index]!;
        const value = event[field];
        if (value === undefined || value === null || nothing.has(value)) continue;
        if (Array.isArray(value) && value.length === 0) continue;
        // A list where ECS has one plain value, or a boolean for a time, would cost the document.
        if (type !== undefined && typeof value !== 'string' && value !== null && fit(value, type) === undefined)
          continue;
        if (!keep && field !== target) removeField(event, field);
        event[target] = value;
        return event;
      }
      return event;
    };
  },
});
