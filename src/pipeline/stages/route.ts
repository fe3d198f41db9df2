import { Type } from 'typebox';
import { defineStage, optionFault } from '../stage.ts';
import { compileCondition } from './condition/compile-condition.ts';

const name = '^[a-z0-9_.]{1,100}$';

const options = Type.Object(
  {
    when: Type.Optional(Type.String({ minLength: 1, description: 'KQL; without it every event is meant' })),
    dataset: Type.Optional(Type.String({ pattern: name, description: 'dataset instead of the pipeline’s' })),
    namespace: Type.Optional(Type.String({ pattern: name, description: 'namespace instead of the input’s' })),
  },
  { additionalProperties: false },
);

/** The last route that matches counts. The names are fixed text: lines cannot make up new indices. */
export const route = defineStage({
  name: 'route',
  summary: 'sends events to another dataset or namespace, and so to another index',
  form: 'map',
  options,
  examples: [
    {
      title: 'security events apart',
      options: { when: 'event.category: authentication', dataset: 'audit.login' },
      in: { 'event.category': ['authentication'] },
      out: { 'event.category': ['authentication'], 'data_stream.dataset': 'audit.login' },
    },
    {
      title: 'an event that is not meant',
      options: { when: 'event.category: authentication', dataset: 'audit.login' },
      in: { message: 'x' },
      out: { message: 'x' },
    },
  ],
  create({ when, dataset, namespace }) {
    if (dataset === undefined && namespace === undefined) throw optionFault('dataset', 'or namespace must be given');
    const matches = when === undefined ? () => true : compileCondition(when);
    return (event) => {
      if (!matches(event)) return event;
      if (dataset !== undefined) event['data_stream.dataset'] = dataset;
      if (namespace !== undefined) event['data_stream.namespace'] = namespace;
      return event;
    };
  },
});
