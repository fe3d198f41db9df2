import { Type } from 'typebox';
import type { JsonValue } from '../../model/event.ts';
import { defineStage, optionFault } from '../stage.ts';

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'fields with texts, or lists of them',
    }),
    pattern: Type.String({ minLength: 1, description: 'JavaScript regular expression' }),
    replacement: Type.String({
      default: '',
      description: 'what stands in its place; $1 and $<name> stand for its groups, $$ for a dollar',
    }),
    ignore_case: Type.Boolean({ default: false, description: 'letters match in both cases' }),
  },
  { additionalProperties: false },
);

export const gsub = defineStage({
  name: 'gsub',
  summary: 'replaces all that a regular expression matches in texts',
  form: 'map',
  options,
  examples: [
    {
      title: 'identifiers out of a path',
      options: { fields: ['url.path'], pattern: '/(users|orders)/\\d+', replacement: '/$1/*' },
      in: { 'url.path': '/users/7/orders/12' },
      out: { 'url.path': '/users/*/orders/*' },
    },
    {
      title: 'colours of a terminal',
      options: { fields: ['message'], pattern: '\\u001b\\[[\\d;]{0,20}m' },
      in: { message: '\u001b[1;31mERROR\u001b[0m boom' },
      out: { message: 'ERROR boom' },
    },
  ],
  create({ fields, pattern, replacement, ignore_case }) {
    let regex: RegExp;
    try {
      regex = new RegExp(pattern, ignore_case ? 'gi' : 'g');
    } catch (error) {
      throw optionFault('pattern', `is no regular expression: ${(error as Error).message}`);
    }
    const replaced = (value: JsonValue): JsonValue =>
      typeof value === 'string' ? value.replace(regex, replacement) : value;
    return (event) => {
      for (const field of fields) {
        const value = event[field];
        if (typeof value === 'string') event[field] = value.replace(regex, replacement);
        else if (Array.isArray(value)) event[field] = value.map(replaced);
      }
      return event;
    };
  },
});
