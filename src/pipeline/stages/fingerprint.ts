import { hash } from 'node:crypto';
import { Type } from 'typebox';
import { defineStage } from '../stage.ts';
import { canonicalJson } from './values/canonical.ts';

const options = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      description: 'fields that make events the same, in any order',
    }),
    to: Type.String({ minLength: 1, default: 'event.hash', description: 'field for the fingerprint' }),
    algorithm: Type.Enum(['sha256', 'sha512', 'sha1', 'md5'], { default: 'sha256', description: 'hash function' }),
    encoding: Type.Enum(['hex', 'base64', 'base64url'], { default: 'hex', description: 'how it is written' }),
  },
  { additionalProperties: false },
);

export const fingerprint = defineStage({
  name: 'fingerprint',
  summary: 'gives events that have the same values in some fields the same fingerprint',
  notes:
    'It is the hash of a JSON object of the fields that are there, keys in order at every depth: neither the order of `fields` nor that of the source shows, and a value cannot pass for two.',
  form: 'map',
  options,
  examples: [
    {
      title: 'over two fields',
      options: { fields: ['user.name', 'source.ip'], algorithm: 'sha1' },
      in: { 'source.ip': '192.0.2.7', 'user.name': 'ada' },
      out: {
        'source.ip': '192.0.2.7',
        'user.name': 'ada',
        'event.hash': 'e402a671deef6f02a1868ac55922b6a6ee58b144',
      },
    },
    {
      title: 'an event that has none of the fields',
      options: { fields: ['user.name'] },
      in: { message: 'x' },
      out: { message: 'x' },
    },
  ],
  create({ fields, to, algorithm, encoding }) {
    const sorted = fields.map((field) => ({ field, key: JSON.stringify(field) }));
    sorted.sort((a, b) => (a.field < b.field ? -1 : 1));
    return (event) => {
      const parts: string[] = [];
      for (const { field, key } of sorted) {
        const value = event[field];
        if (value !== undefined) parts.push(`${key}:${canonicalJson(value)}`);
      }
      if (parts.length > 0) event[to] = hash(algorithm, `{${parts.join(',')}}`, encoding);
      return event;
    };
  },
});
