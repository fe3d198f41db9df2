import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the text' }),
    separator: Type.String({ minLength: 1, default: ',', description: 'text between the parts' }),
    target: Type.Optional(
      Type.String({ minLength: 1, description: 'field that gets the list; by default the field itself' }),
    ),
    trim: Type.Boolean({ default: true, description: 'take blanks off both ends of the parts' }),
    empty: Type.Enum(['drop', 'keep'], { default: 'drop', description: 'what becomes of parts without text' }),
  },
  { additionalProperties: false },
);

/** Another field as target leaves the text where it is. A text without any part takes the field off. */
export const splitString = defineStage({
  name: 'split-string',
  summary: 'makes a list of the parts of a text',
  form: 'map',
  options,
  examples: [
    {
      title: 'addresses of proxies',
      options: { field: 'x.forwarded_for' },
      in: { 'x.forwarded_for': '10.0.0.7, 10.0.0.8,' },
      out: { 'x.forwarded_for': ['10.0.0.7', '10.0.0.8'] },
    },
    {
      title: 'into another field, parts as they are',
      options: { field: 'a', separator: ' | ', target: 'b', trim: false, empty: 'keep' },
      in: { a: '1 |  | 2' },
      out: { a: '1 |  | 2', b: ['1', '', '2'] },
    },
  ],
  create({ field, separator, target = field, trim, empty }) {
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const parts = text.split(separator);
      if (trim) for (let index = 0; index < parts.length; index++) parts[index] = parts[index]!.trim();
      const list = empty === 'drop' ? parts.filter((part) => part !== '') : parts;
      if (list.length > 0) event[target] = list;
      else if (target === field) removeField(event, field);
      return event;
    };
  },
});
