import { hash as digest } from 'node:crypto';
import { Type } from 'typebox';
import type { JsonValue } from '../../model/event.ts';
import { defineStage, optionFault } from '../stage.ts';
import { addTaken, cleanTexts, noteTaken, TEXTS_OF_LINE } from './privacy/taken.ts';
import { plainText } from './values/canonical.ts';

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'fields whose values are hashed' }),
    to: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'field for the hash; by default it replaces the value. For one field only',
      }),
    ),
    texts: Type.Array(Type.String({ minLength: 1 }), {
      default: [...TEXTS_OF_LINE],
      description:
        'fields in whose texts the values are replaced as well, where the hash stands in their place; [] leaves them as they are',
    }),
    algorithm: Type.Enum(['sha256', 'sha512', 'sha1', 'md5'], { default: 'sha256', description: 'hash function' }),
    encoding: Type.Enum(['hex', 'base64', 'base64url'], { default: 'hex', description: 'how the hash is written' }),
  },
  { additionalProperties: false },
);

export const hash = defineStage({
  name: 'hash',
  summary: 'hashes the values of fields; each of a list by itself, numbers and objects as their JSON text',
  notes:
    'A hash without a key hides nothing of which all values can be tried, such as addresses: for those there is `pseudonymise`. Where the hash takes the place of a value, a line that becomes the message later on loses the value too, or is withheld.',
  form: 'map',
  options,
  examples: [
    {
      title: 'the hash beside the value',
      options: { fields: ['message'], to: 'event.hash' },
      in: { message: 'abc' },
      out: {
        message: 'abc',
        'event.hash': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
    },
    {
      title: 'in place of the value',
      options: { fields: ['user.email', 'user.name'], algorithm: 'md5' },
      in: { 'user.email': 'abc' },
      out: { 'user.email': '900150983cd24fb0d6963f7d28e17f72' },
    },
  ],
  create({ fields, to, texts, algorithm, encoding }) {
    if (to !== undefined && fields.length > 1) throw optionFault('to', 'can only be given for one field');
    const hashed = (value: JsonValue, taken: Map<string, string>): JsonValue => {
      if (Array.isArray(value)) return value.map((part: JsonValue) => hashed(part, taken));
      const made = digest(algorithm, plainText(value), encoding);
      if (to === undefined) addTaken(taken, value, made);
      return made;
    };
    return (event) => {
      const taken = new Map<string, string>();
      for (const field of fields) {
        const value = event[field];
        if (value !== undefined && value !== null) event[to ?? field] = hashed(value, taken);
      }
      if (taken.size === 0) return event;
      noteTaken(event, taken);
      cleanTexts(event, texts, taken);
      return event;
    };
  },
});
