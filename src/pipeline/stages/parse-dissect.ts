import { Type } from 'typebox';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { compileDissect } from './dissect/compile.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the text; it stays as it is' }),
    patterns: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description:
        'tried in order. %{source.ip} fills a field with the text up to what stands after it; %{+a} adds to a, in the order of %{+a/1}, %{+a/2}; %{?a} and %{} are left out; %{*k}=%{&k}, or %{?k}=%{&k}: the first names the field of the second; %{a->} takes what follows any number of times; %{took|float} is a number (integer, long, float, double, boolean, ip)',
    }),
    append_separator: Type.String({ default: ' ', description: 'what stands between the parts of a field' }),
    trim: Type.Boolean({ default: false, description: 'take blanks off both ends of the parts' }),
    target: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'what fields go under whose names have no dot and are not of ECS; by default the dataset',
      }),
    ),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a text that no pattern fits',
    }),
  },
  { additionalProperties: false },
);

/** No regular expressions: a text is cut at what stands between the parts, in one walk. Empty parts fill nothing. */
export const parseDissect = defineStage({
  name: 'parse-dissect',
  summary: 'cuts a text at what stands between its parts, as Elasticsearch’s and Logstash’s dissect do',
  form: 'map',
  options,
  examples: [
    {
      title: 'parts with ECS names, one of them in two places, one with blanks after it',
      options: { patterns: ['%{time} %{+time} %{log.level->} [%{thread}] %{} - %{message}'] },
      in: { message: '2026-11-21 10:00:00 INFO   [main] x - started: now' },
      out: {
        'example.log.time': '2026-11-21 10:00:00',
        'log.level': 'INFO',
        'example.log.thread': 'main',
        message: 'started: now',
      },
    },
    {
      title: 'a name from the text, an order, and a number',
      options: { patterns: ['%{+name/2}, %{+name/1} %{*k}=%{&k} %{took|float}ms'] },
      in: { message: 'Doe, Jane cart=x7 1.5ms' },
      out: {
        message: 'Doe, Jane cart=x7 1.5ms',
        'example.log.name': 'Jane Doe',
        'example.log.took': 1.5,
        'example.log.cart': 'x7',
      },
    },
    {
      title: 'a text that lacks what stands between two parts is rejected',
      options: { patterns: ['[%{a}] %{b}'] },
      in: { message: '[x y' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, patterns, append_separator, trim, target, otherwise }, { dataset }) {
    const settings = { target: target ?? dataset, separator: append_separator, trim };
    const compiled = patterns.map((pattern, index) => compileDissect(pattern, settings, `patterns[${index}]`));
    const refused = new Rejected('unparsable', 'no pattern fits', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      for (let index = 0; index < compiled.length; index++) if (compiled[index]!(event, text)) return event;
      return otherwise === 'pass' ? event : refused;
    };
  },
});
