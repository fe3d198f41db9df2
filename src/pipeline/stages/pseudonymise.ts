import { createHmac } from 'node:crypto';
import { Type } from 'typebox';
import type { JsonValue } from '../../model/event.ts';
import { defineStage, optionFault } from '../stage.ts';
import { addTaken, cleanTexts, noteTaken, TEXTS_OF_LINE } from './privacy/taken.ts';
import { createRecentCache } from './user-agent/recent-cache.ts';
import { plainText } from './values/canonical.ts';

const closed = { additionalProperties: false };

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'fields whose values are replaced' }),
    key: Type.Union(
      [
        Type.Object({ env: Type.String({ minLength: 1, description: 'environment variable with the key' }) }, closed),
        Type.Object(
          { file: Type.String({ minLength: 1, description: 'file whose trimmed content is the key' }) },
          closed,
        ),
      ],
      { description: 'where the key is; at least 16 characters, the same for all agents' },
    ),
    texts: Type.Array(Type.String({ minLength: 1 }), {
      default: [...TEXTS_OF_LINE],
      description:
        'fields in whose texts the values are replaced as well, wherever they stand; [] leaves them as they are',
    }),
    prefix: Type.String({ default: '', description: 'put before every pseudonym' }),
    length: Type.Integer({
      minimum: 12,
      maximum: 43,
      default: 22,
      description: 'characters of a pseudonym, of 6 bits each',
    }),
  },
  closed,
);

const SHORTEST_KEY = 16;
const MOST_REMEMBERED = 4096;

export const pseudonymise = defineStage({
  name: 'pseudonymise',
  summary: 'replaces values by pseudonyms made with a secret key',
  notes:
    'A pseudonym is the HMAC-SHA-256 of the value in base64url: the same value has the same one in every field and on every agent with the key, and without the key no value can be tried. Another key makes other pseudonyms; it is read at the start only. A line that becomes the message later on loses the values too; where one of them cannot be found in it, it is withheld.',
  form: 'map',
  options,
  examples: [
    {
      title: 'people and their addresses',
      options: { fields: ['user.name', 'related.user'], key: { env: 'PSEUDONYM_KEY' }, prefix: 'p-' },
      in: { 'user.name': 'ada', 'related.user': ['ada', 'bob'] },
      out: {
        'user.name': 'p-GzeBfAEvU_TqmkdDQWN6BN',
        'related.user': ['p-GzeBfAEvU_TqmkdDQWN6BN', 'p-DAOEI7aM08yFAgX6NHfguw'],
      },
    },
    {
      title: 'in the line as well',
      options: { fields: ['user.name'], key: { env: 'PSEUDONYM_KEY' }, length: 12 },
      in: { message: 'login of ada', 'user.name': 'ada' },
      out: { message: 'login of GzeBfAEvU_Tq', 'user.name': 'GzeBfAEvU_Tq' },
    },
    {
      title: 'an event without such a field',
      options: { fields: ['user.name'], key: { file: 'pseudonym.key' } },
      in: { message: 'x' },
      out: { message: 'x' },
    },
  ],
  create({ fields, texts, key, prefix, length }, { files }) {
    const secret = files.secret('key', key);
    if (secret.length < SHORTEST_KEY) throw optionFault('key', `must have at least ${SHORTEST_KEY} characters`);
    const recent = createRecentCache<string>(MOST_REMEMBERED);
    const pseudonymOf = (text: string): string => {
      const known = recent.get(text);
      if (known !== undefined) return known;
      const made = prefix + createHmac('sha256', secret).update(text).digest('base64url').slice(0, length);
      recent.set(text, made);
      return made;
    };
    const replaced = (value: JsonValue, taken: Map<string, string>): JsonValue => {
      if (Array.isArray(value)) return value.map((part: JsonValue) => replaced(part, taken));
      if (value === null || value === '') return value;
      const made = pseudonymOf(plainText(value));
      addTaken(taken, value, made);
      return made;
    };
    return (event) => {
      const taken = new Map<string, string>();
      for (const field of fields) {
        const value = event[field];
        if (value !== undefined) event[field] = replaced(value, taken);
      }
      if (taken.size === 0) return event;
      noteTaken(event, taken);
      cleanTexts(event, texts, taken);
      return event;
    };
  },
});
