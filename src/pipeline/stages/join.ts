import { Type } from 'typebox';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the list' }),
    separator: Type.String({ default: ',', description: 'text put between the parts' }),
    target: Type.Optional(
      Type.String({ minLength: 1, description: 'field that gets the text; by default the field itself' }),
    ),
  },
  { additionalProperties: false },
);

/** What is no text in the list is written as JSON. Another field as target leaves the list where it is. */
export const join = defineStage({
  name: 'join',
  summary: 'makes one text of a list',
  form: 'map',
  options,
  examples: [
    {
      title: 'words to a sentence',
      options: { field: 'args', separator: ' ', target: 'process.command_line' },
      in: { args: ['ls', '-l', 7, null] },
      out: { args: ['ls', '-l', 7, null], 'process.command_line': 'ls -l 7 null' },
    },
    { title: 'a text stays as it is', options: { field: 'a' }, in: { a: 'x' }, out: { a: 'x' } },
  ],
  create({ field, separator, target = field }) {
    return (event) => {
      const list = event[field];
      if (!Array.isArray(list)) return event;
      let text = '';
      for (let index = 0; index < list.length; index++) {
        const part = list[index]!;
        if (index > 0) text += separator;
        text += typeof part === 'string' ? part : JSON.stringify(part);
      }
      event[target] = text;
      return event;
    };
  },
});
