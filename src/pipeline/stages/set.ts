import { Type } from 'typebox';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    fields: Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]),
      { minProperties: 1, description: 'name: value' },
    ),
    override: Type.Boolean({ default: true, description: 'replace a field that is already there' }),
  },
  { additionalProperties: false },
);

export const set = defineStage({
  name: 'set',
  summary: 'sets fields to fixed values',
  form: 'map',
  options,
  examples: [
    {
      title: 'a field for every event',
      options: { fields: { 'service.environment': 'production' } },
      in: { message: 'up' },
      out: { message: 'up', 'service.environment': 'production' },
    },
    {
      title: 'only where the line says nothing',
      options: { fields: { 'service.name': 'shop' }, override: false },
      in: { 'service.name': 'cart' },
      out: { 'service.name': 'cart' },
    },
  ],
  create({ fields, override }) {
    const pairs = Object.entries(fields);
    return (event) => {
      for (const [field, value] of pairs) if (override || event[field] === undefined) event[field] = value;
      return event;
    };
  },
});
