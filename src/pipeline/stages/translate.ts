import { Type } from 'typebox';
import type { JsonValue } from '../../model/event.ts';
import { defineStage, optionFault } from '../stage.ts';

const value = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]);

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the word' }),
    to: Type.Optional(Type.String({ minLength: 1, description: 'field for its translation; by default the same' })),
    dictionary: Type.Record(Type.String(), value, {
      default: {},
      description: 'word: translation; numbers and truth values are found by their text',
    }),
    patterns: Type.Array(
      Type.Object(
        {
          pattern: Type.String({ minLength: 1, description: 'regular expression that the word must match' }),
          value: { ...value, description: 'translation' },
        },
        { additionalProperties: false },
      ),
      { default: [], description: 'for words that the dictionary does not have; the first that matches counts' },
    ),
    default: Type.Optional({ ...value, description: 'translation of all other words; without it they get none' }),
    ignore_case: Type.Boolean({ default: false, description: 'letters match in both cases' }),
  },
  { additionalProperties: false },
);

export const translate = defineStage({
  name: 'translate',
  summary: 'puts another word in the place of a word, by a dictionary or by patterns',
  notes: 'Of a list each word is translated by itself; those without a translation stay as they are.',
  form: 'map',
  options,
  examples: [
    {
      title: 'a code into a word',
      options: { field: 'shop.state', to: 'event.outcome', dictionary: { '0': 'success', '1': 'failure' } },
      in: { 'shop.state': 0 },
      out: { 'shop.state': 0, 'event.outcome': 'success' },
    },
    {
      title: 'by pattern, with a default',
      options: {
        field: 'url.path',
        to: 'service.name',
        patterns: [{ pattern: '^/api/', value: 'api' }],
        default: 'pages',
      },
      in: { 'url.path': '/about' },
      out: { 'url.path': '/about', 'service.name': 'pages' },
    },
  ],
  create({ field, to = field, dictionary, patterns, default: otherwise, ignore_case }) {
    if (Object.keys(dictionary).length + patterns.length === 0) {
      throw optionFault('dictionary', 'or patterns must have something in it');
    }
    const same = (word: string) => (ignore_case ? word.toLowerCase() : word);
    const words = new Map<string, JsonValue>(Object.entries(dictionary).map(([word, is]) => [same(word), is]));
    const regexes = patterns.map((entry, at) => ({ regex: compile(entry.pattern, ignore_case, at), is: entry.value }));
    const find = (from: JsonValue): JsonValue | undefined => {
      if (typeof from === 'object') return undefined;
      const word = String(from);
      const known = words.get(same(word));
      return known ?? regexes.find(({ regex }) => regex.test(word))?.is ?? otherwise;
    };
    return (event) => {
      const from = event[field];
      if (from === undefined || from === null) return event;
      const found = Array.isArray(from) ? from.flatMap((one: JsonValue) => find(one) ?? one) : find(from);
      if (found !== undefined) event[to] = found;
      return event;
    };
  },
});

function compile(pattern: string, ignoreCase: boolean, at: number): RegExp {
  try {
    return new RegExp(pattern, ignoreCase ? 'i' : '');
  } catch (error) {
    throw optionFault(`patterns[${at}].pattern`, `is no regular expression: ${(error as Error).message}`);
  }
}
