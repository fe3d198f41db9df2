import { Type } from 'typebox';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    fields: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      minProperties: 1,
      description: 'name: name of the copy',
    }),
    override: Type.Boolean({ default: false, description: 'replace a field that already has the name of the copy' }),
  },
  { additionalProperties: false },
);

export const copy = defineStage({
  name: 'copy',
  summary: 'gives the value of a field to another one as well',
  form: 'map',
  options,
  examples: [
    {
      title: 'the address of a client is also that of the source',
      options: { fields: { 'client.ip': 'source.ip' } },
      in: { 'client.ip': '10.0.0.7' },
      out: { 'client.ip': '10.0.0.7', 'source.ip': '10.0.0.7' },
    },
    {
      title: 'a field that is there stays as it is',
      options: { fields: { a: 'b' } },
      in: { a: 1, b: 2 },
      out: { a: 1, b: 2 },
    },
  ],
  create({ fields, override }) {
    const pairs = Object.entries(fields);
    return (event) => {
      for (const [from, to] of pairs) {
        const value = event[from];
        if (value === undefined || (event[to] !== undefined && !override)) continue;
        event[to] = value;
      }
      return event;
    };
  },
});
