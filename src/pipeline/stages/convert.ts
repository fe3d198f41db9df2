import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { CONVERT_TYPES, type ConvertType, toType } from './convert/to-type.ts';

const options = Type.Object(
  {
    fields: Type.Record(Type.String(), Type.Enum([...CONVERT_TYPES]), {
      minProperties: 1,
      description:
        'name: type. integer has 32 bits, long 64; boolean also from yes, no, on, off, 1, 0; auto: number or true, false where the text is the only spelling of it',
    }),
    otherwise: Type.Enum(['reject', 'keep', 'remove'], {
      default: 'reject',
      description:
        'what becomes of a value that is not of the type: the line is rejected, the field stays or is taken off',
    }),
  },
  { additionalProperties: false },
);

/** Of a list every part is converted. Null stays null. */
export const convert = defineStage({
  name: 'convert',
  summary: 'changes the type of fields: numbers, true and false, addresses, texts',
  form: 'map',
  options,
  examples: [
    {
      title: 'texts become what they say',
      options: { fields: { n: 'long', size: 'double', ok: 'boolean', id: 'string', any: 'auto' } },
      in: { n: '0x1f', size: '1.50', ok: 'Yes', id: 7, any: ['7', '007'] },
      out: { n: 31, size: 1.5, ok: true, id: '7', any: [7, '007'] },
    },
    {
      title: 'a value that is none stays where the pipeline says so',
      options: { fields: { n: 'integer' }, otherwise: 'keep' },
      in: { n: '3000000000' },
      out: { n: '3000000000' },
    },
    {
      title: 'a value that is none is rejected',
      options: { fields: { 'source.ip': 'ip' } },
      in: { 'source.ip': 'web-1' },
      rejected: { reason: 'invalid', field: 'source.ip' },
    },
  ],
  create({ fields, otherwise }) {
    const pairs = Object.entries(fields) as [string, ConvertType][];
    return (event) => {
      for (const [field, type] of pairs) {
        const value = event[field];
        if (value === undefined || value === null) continue;
        const converted = toType(value, type);
        if (converted !== undefined) event[field] = converted;
        else if (otherwise === 'reject') {
          return new Rejected('invalid', `${JSON.stringify(value).slice(0, 100)} is no ${type}`, field);
        } else if (otherwise === 'remove') removeField(event, field);
      }
      return event;
    };
  },
});
