import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage, optionFault } from '../stage.ts';
import { createPairWriter, newPairs, pairOptions } from './keyed/write-pairs.ts';
import { createPairReader } from './kv/read-pairs.ts';
import { createPairSplitter } from './kv/split-pairs.ts';
import { createTrimmer } from './kv/trim.ts';

const separator = { minLength: 1, maxLength: 20, pattern: '^[^"\'\\\\]+$' };

const options = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      default: 'message',
      description: 'field with the pairs; any but message is taken off where all of it went into fields',
    }),
    pair_separator: Type.String({
      ...separator,
      default: ' ',
      description:
        'text between pairs; a blank stands for any run of blanks, tabs and line ends, a tab for itself; auto: a comma, semicolon, bar or ampersand where one follows the first value, else blanks',
    }),
    value_separator: Type.String({
      ...separator,
      default: '=',
      description:
        'text between a key and its value; where blanks stand between pairs, it may have blanks on both sides',
    }),
    pair_pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'regular expression of what stands between pairs, instead of pair_separator: " (?=\\w+=)" is a blank before the next key. Quotes then hold nothing together, and of a text the first 8192 characters are cut, the last value has what follows',
      }),
    ),
    value_pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'regular expression of what stands between a key and its value, instead of value_separator',
      }),
    ),
    quotes: Type.Boolean({
      default: true,
      description: 'a value in single or double quotes ends with its quote and may hold separators',
    }),
    escapes: Type.Boolean({ default: true, description: 'in quotes, \\" and \\\\ stand for " and \\' }),
    brackets: Type.Boolean({
      default: false,
      description:
        'a value in (), [], <> or {} ends with the bracket that closes it, and may hold separators and brackets',
    }),
    trim_key: Type.String({ default: '', description: 'characters taken off both ends of keys' }),
    trim_value: Type.String({ default: '', description: 'characters taken off both ends of values: <>[](),' }),
    ...pairOptions({ keys: 'own', values: 'text' }),
    rest: Type.Optional(Type.String({ minLength: 1, description: 'field that gets the words that are in no pair' })),
    keep: Type.Boolean({ default: false, description: 'leave the field as it was' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a text without any pair',
    }),
  },
  { additionalProperties: false },
);

/** A key that comes twice becomes a list. An empty value stays, as an empty text. */
export const parseKv = defineStage({
  name: 'parse-kv',
  summary: 'splits a text of keys and values (a=1 b="two words") into fields',
  form: 'map',
  options,
  examples: [
    {
      title: 'pairs with blanks between them, some in quotes',
      options: {},
      in: { message: 'action=deny src=10.0.0.7 msg="no \\"valid\\" rule" empty=' },
      out: {
        message: 'action=deny src=10.0.0.7 msg="no \\"valid\\" rule" empty=',
        'example.log.action': 'deny',
        'example.log.src': '10.0.0.7',
        'example.log.msg': 'no "valid" rule',
        'example.log.empty': '',
      },
    },
    {
      title: 'other separators, keys with ECS names of their own, and words that are in no pair',
      options: {
        field: 'rest',
        pair_separator: ';',
        value_separator: ':',
        target: 'vpn',
        fields: { port: 'source.port' },
        rest: 'vpn.text',
      },
      in: { rest: 'connected; user: bob; port: 4711' },
      out: { 'vpn.user': 'bob', 'source.port': 4711, 'vpn.text': 'connected' },
    },
    {
      title: 'some keys only, numbers as numbers',
      options: { field: 'args', include: ['id', 'n'], values: 'auto', prefix: 'arg_', trim_value: '[]' },
      in: { args: 'id=007 n=[12] token=abc' },
      out: { 'example.log.arg_id': '007', 'example.log.arg_n': 12 },
    },
    {
      title: 'values with blanks that no quotes hold together',
      options: { field: 'x', pair_pattern: ' (?=\\w+[=:])', value_pattern: '[=:]\\s*' },
      in: { x: 'msg=disk is full user: bob' },
      out: { 'example.log.msg': 'disk is full', 'example.log.user': 'bob' },
    },
    {
      title: 'a text without a pair is rejected',
      options: {},
      in: { message: 'nothing here' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create(given, context) {
    const { field, rest, otherwise } = given;
    const syntax = { pair: given.pair_separator, value: given.value_separator };
    const { quotes, escapes, brackets } = given;
    const patterns = { pair: given.pair_pattern, value: given.value_pattern };
    const hasPatterns = patterns.pair !== undefined || patterns.value !== undefined;
    if (hasPatterns && syntax.pair === 'auto') throw optionFault('pair_separator', 'cannot be auto with patterns');
    const read = hasPatterns
      ? createPairSplitter(patterns, { ...syntax, quotes, escapes, brackets })
      : createPairReader({ ...syntax, quotes, escapes, brackets });
    const trim = createTrimmer(given.trim_key, given.trim_value);
    const write = createPairWriter(given, context);
    const pairs = newPairs();
    const between = given.value_pattern ?? given.value_separator;
    const refused = new Rejected('unparsable', `there is no pair with a ${between}`, field);
    const leaves = given.keep || field === 'message';
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const words = read(text, pairs);
      if (pairs.count === 0) return otherwise === 'pass' ? event : refused;
      trim?.(pairs);
      if (!leaves && (words === '' || rest !== undefined)) removeField(event, field);
      if (rest !== undefined && words !== '') event[rest] = words;
      return write(event, pairs) ?? event;
    };
  },
});
