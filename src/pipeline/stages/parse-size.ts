import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { bytesOf } from './size/bytes.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the size; taken off once it is read' }),
    target: Type.Optional(
      Type.String({ minLength: 1, description: 'field that gets the bytes; by default the field itself' }),
    ),
    base: Type.Enum(['1024', '1000'], {
      default: '1024',
      description: 'what K, M, G count by; Ki, Mi, Gi count by 1024 always',
    }),
    keep: Type.Boolean({ default: false, description: 'leave the field as it was' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a value that is no size; pass leaves it where it is',
    }),
  },
  { additionalProperties: false },
);

export const parseSize = defineStage({
  name: 'parse-size',
  summary: 'reads a size (1536, 1.5 MB, 2GiB, 1,024 bytes) as a number of bytes',
  form: 'map',
  options,
  examples: [
    {
      title: 'a size with a unit',
      options: { field: 'sent', target: 'http.response.body.bytes' },
      in: { sent: '1.5K' },
      out: { 'http.response.body.bytes': 1536 },
    },
    {
      title: 'a unit that counts by thousands',
      options: { field: 'size', base: '1000' },
      in: { size: '2 MB' },
      out: { size: 2_000_000 },
    },
    {
      title: 'something else is rejected',
      options: { field: 'size' },
      in: { size: 'large' },
      rejected: { reason: 'invalid', field: 'size' },
    },
  ],
  create({ field, target = field, base, keep, otherwise }) {
    const factor = Number(base);
    return (event) => {
      const value = event[field];
      if (value === undefined) return event;
      const bytes = typeof value === 'string' || typeof value === 'number' ? bytesOf(value, factor) : Number.NaN;
      if (Number.isNaN(bytes)) {
        if (otherwise === 'pass') return event;
        return new Rejected('invalid', `${JSON.stringify(value).slice(0, 100)} is no size`, field);
      }
      if (!keep && target !== field) removeField(event, field);
      event[target] = bytes;
      return event;
    };
  },
});
