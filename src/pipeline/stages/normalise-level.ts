import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { levelOfPino, levelOfWord } from '../../model/log-level.ts';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  { field: Type.String({ minLength: 1, default: 'log.level', description: 'field with the source’s own word' }) },
  { additionalProperties: false },
);

/** A word outside the table stays, lower-cased. The source's own word stays under the dataset. */
export const normaliseLevel = defineStage({
  name: 'normalise-level',
  summary: 'brings log.level to trace, debug, info, warn, error or fatal',
  form: 'map',
  options,
  examples: [
    {
      title: 'a word of the source',
      options: {},
      in: { 'log.level': 'NOTICE' },
      out: { 'log.level': 'info', 'example.log.level': 'NOTICE' },
    },
  ],
  create({ field }, { dataset }) {
    const own = `${dataset}.level`;
    return (event) => {
      const word = event[field];
      if (typeof word !== 'string' && typeof word !== 'number') return event;
      if (field !== 'log.level' && field !== own) removeField(event, field);
      event['log.level'] = typeof word === 'number' ? levelOfPino(word) : levelOfWord(word);
      event[own] = String(word);
      return event;
    };
  },
});
