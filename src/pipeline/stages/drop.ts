import { Type } from 'typebox';
import { Dropped } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { compileCondition } from './condition/compile-condition.ts';

const options = Type.Object(
  {
    when: Type.String({ minLength: 1, description: 'KQL; events it matches are dropped' }),
    rule: Type.Optional(
      Type.String({ minLength: 1, description: 'name the ledger counts them under; by default the condition' }),
    ),
  },
  { additionalProperties: false },
);

export const drop = defineStage({
  name: 'drop',
  summary: 'drops events on purpose; the ledger counts them by rule',
  form: 'map',
  options,
  examples: [
    {
      title: 'health checks',
      options: { when: 'url.path: "/healthz"', rule: 'health checks' },
      in: { 'url.path': '/healthz' },
      dropped: true,
    },
    {
      title: 'anything else stays',
      options: { when: 'url.path: "/healthz"' },
      in: { 'url.path': '/' },
      out: { 'url.path': '/' },
    },
  ],
  create({ when, rule }) {
    const matches = compileCondition(when);
    const dropped = new Dropped(rule ?? when);
    return (event) => (matches(event) ? dropped : event);
  },
});
