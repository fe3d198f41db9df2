import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { fieldType } from '../../model/field-type.ts';
import { defineStage } from '../stage.ts';
import { fit } from './json/ecs.ts';

const options = Type.Object(
  {
    fields: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      minProperties: 1,
      description: 'old name: new name',
    }),
    override: Type.Boolean({ default: false, description: 'replace a field that already has the new name' }),
  },
  { additionalProperties: false },
);

/** Where the new name is taken and `override` is off, the field keeps its old name: nothing is lost. */
export const rename = defineStage({
  name: 'rename',
  summary: 'gives fields other names',
  form: 'map',
  options,
  examples: [
    {
      title: 'a field of the product becomes an ECS field',
      options: { fields: { 'shop.customer': 'user.id' } },
      in: { 'shop.customer': 'c7', message: 'paid' },
      out: { message: 'paid', 'user.id': 'c7' },
    },
    {
      title: 'a name that is taken stays taken',
      options: { fields: { a: 'b' } },
      in: { a: 1, b: 2 },
      out: { a: 1, b: 2 },
    },
  ],
  create({ fields, override }) {
    const pairs = Object.entries(fields).map(([from, to]) => ({ from, to, type: fieldType(to) }));
    return (event) => {
      for (const { from, to, type } of pairs) {
        const value = event[from];
        if (value === undefined || (event[to] !== undefined && !override)) continue;
        // A list where ECS has one plain value, or a boolean for a time, would cost the document; it stays under its own name.
        if (type !== undefined && typeof value !== 'string' && value !== null && fit(value, type) === undefined)
          continue;
        removeField(event, from);
        event[to] = value;
      }
      return event;
    };
  },
});
