import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'names; `http.request.headers.*` is that field and all below it',
    }),
  },
  { additionalProperties: false },
);

export const remove = defineStage({
  name: 'remove',
  summary: 'takes fields off',
  form: 'map',
  options,
  examples: [
    {
      title: 'one field and a whole branch',
      options: { fields: ['pino.v', 'pino.req.*'] },
      in: { message: 'x', 'pino.v': 1, 'pino.req.id': 2, 'pino.req.headers.accept': '*/*' },
      out: { message: 'x' },
    },
  ],
  create({ fields }) {
    const names = fields.filter((field) => !field.endsWith('.*'));
    const branches = fields.filter((field) => field.endsWith('.*')).map((field) => field.slice(0, -1));
    return (event) => {
      for (const name of names) removeField(event, name);
      for (const branch of branches) {
        removeField(event, branch.slice(0, -1));
        for (const key in event) if (key.startsWith(branch)) removeField(event, key);
      }
      return event;
    };
  },
});
