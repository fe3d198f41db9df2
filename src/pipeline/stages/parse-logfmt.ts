import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { createPairWriter, newPairs, pairOptions } from './keyed/write-pairs.ts';
import { readLogfmt } from './logfmt/read-pairs.ts';

const options = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      default: 'message',
      description: 'field with the line; any but message is taken off',
    }),
    ...pairOptions({ keys: 'generic', values: 'auto' }),
    keep: Type.Boolean({ default: false, description: 'leave the field as it was' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a text that is not logfmt',
    }),
  },
  { additionalProperties: false },
);

/** A bare key is true. A text with anything but pairs and bare keys, or with bare keys only, is not logfmt. */
export const parseLogfmt = defineStage({
  name: 'parse-logfmt',
  summary: 'reads a line of logfmt (level=info msg="a b" took=12) and gives its keys their ECS names',
  form: 'map',
  options,
  examples: [
    {
      title: 'known keys get their ECS names, the others go under the dataset',
      options: {},
      in: { message: 'ts=2026-11-21T10:00:00.5Z level=warn msg="slow \\"query\\"" took=12 retry ratio=1.10' },
      out: {
        message: 'slow "query"',
        'log.level': 'warn',
        'example.log.level': 'warn',
        'example.log.took': 12,
        'example.log.retry': true,
        'example.log.ratio': '1.10',
        '@timestamp': '2026-11-21T10:00:00.500Z',
      },
    },
    {
      title: 'keys under a name of one’s own, all values as text',
      options: { field: 'args', target: 'shop', keys: 'own', values: 'text' },
      in: { args: 'level=3 n=1' },
      out: { 'shop.level': '3', 'shop.n': '1' },
    },
    {
      title: 'other text is rejected',
      options: {},
      in: { message: 'started, n=1 "x"' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create(given, context) {
    const { field, keep, otherwise } = given;
    const write = createPairWriter(given, context);
    const pairs = newPairs();
    const refused = new Rejected('unparsable', 'the line is not logfmt', field);
    const leaves = keep || field === 'message';
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      if (!readLogfmt(text, pairs)) return otherwise === 'pass' ? event : refused;
      if (!leaves) removeField(event, field);
      return write(event, pairs) ?? event;
    };
  },
});
