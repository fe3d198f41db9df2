import { Type } from 'typebox';
import type { JsonValue } from '../../model/event.ts';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'fields with texts, or lists of them',
    }),
    to: Type.Enum(['lower', 'upper', 'capitalised'], { description: 'capitalised: the first letter only' }),
  },
  { additionalProperties: false },
);

const CHANGES: Readonly<Record<string, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  capitalised: (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
};

export const changeCase = defineStage({
  name: 'change-case',
  summary: 'writes texts in small or in capital letters',
  form: 'map',
  options,
  examples: [
    {
      title: 'a protocol in small letters, as ECS has it',
      options: { fields: ['network.transport', 'tags'], to: 'lower' },
      in: { 'network.transport': 'TCP', tags: ['Web', 7] },
      out: { 'network.transport': 'tcp', tags: ['web', 7] },
    },
    {
      title: 'a capital first',
      options: { fields: ['name'], to: 'capitalised' },
      in: { name: 'BOB' },
      out: { name: 'Bob' },
    },
  ],
  create({ fields, to }) {
    const change = CHANGES[to]!;
    const changed = (value: JsonValue): JsonValue => (typeof value === 'string' ? change(value) : value);
    return (event) => {
      for (const field of fields) {
        const value = event[field];
        if (typeof value === 'string') event[field] = change(value);
        else if (Array.isArray(value)) event[field] = value.map(changed);
      }
      return event;
    };
  },
});
