import { hash } from 'node:crypto';
import { Type } from 'typebox';
import { Dropped } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { keyFinder } from './values/canonical.ts';

const options = Type.Object(
  {
    share: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'part that is kept: 0.1 is every tenth' }),
    by: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      default: ['message'],
      description:
        'fields that decide; events with the same values are all kept or all dropped (trace.id: whole traces)',
    }),
    rule: Type.String({
      minLength: 1,
      default: 'sample',
      description: 'name the ledger counts the dropped ones under',
    }),
  },
  { additionalProperties: false },
);

const HEX_DIGITS = 8;

export const sample = defineStage({
  name: 'sample',
  summary: 'keeps a share of the events, chosen by a hash of fields; the ledger counts the others by rule',
  notes:
    'Whether an event is kept follows from its fields alone: after a restart or on another agent it is the same, and a smaller share keeps part of what a larger one keeps. An event that has none of the fields of `by` is kept.',
  form: 'map',
  options,
  examples: [
    {
      title: 'one of two traces',
      options: { share: 0.5, by: ['trace.id'] },
      in: { 'trace.id': 'c' },
      dropped: true,
    },
    {
      title: 'an event without the field',
      options: { share: 0.5, by: ['trace.id'] },
      in: { message: 'x' },
      out: { message: 'x' },
    },
  ],
  create({ share, by, rule }) {
    const keyOf = keyFinder(by);
    const limit = share * 16 ** HEX_DIGITS;
    const dropped = new Dropped(rule);
    return (event) => {
      const key = keyOf(event);
      if (key === undefined) return event;
      return Number.parseInt(hash('sha1', key).slice(0, HEX_DIGITS), 16) < limit ? event : dropped;
    };
  },
});
