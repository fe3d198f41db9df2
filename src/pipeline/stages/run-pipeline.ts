import { Type } from 'typebox';
import { defineStage, optionFault } from '../stage.ts';

const options = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'name of the pipeline whose stages are run here' }),
    dataset: Type.Enum(['caller', 'own'], {
      default: 'caller',
      description:
        'whose dataset the fields stand under, and the document goes to: that of the pipeline this stands in (caller), or that of the pipeline that is run (own)',
    }),
  },
  { additionalProperties: false },
);

export const RUN_PIPELINE = 'run-pipeline';

/**
 * The stages of another pipeline take its place when a pipeline is compiled, so it never runs itself; `create` only says
 * what is wrong with options that nothing was put in for.
 */
export const runPipeline = defineStage({
  name: RUN_PIPELINE,
  summary:
    'runs the stages of another pipeline here, whose tests, framing and keep_original do not count; `on_error` is about each of them',
  form: 'inline',
  options,
  examples: [
    {
      title: 'what another pipeline does to a line',
      options: { name: 'pino' },
      in: { message: '{"level":50,"msg":"charge failed","orderId":7}' },
      out: { message: 'charge failed', 'log.level': 'error', 'example.log.orderId': 7 },
    },
    {
      title: 'a line that the other pipeline rejects',
      options: { name: 'nginx-access' },
      in: { message: 'hello' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ name }) {
    throw optionFault('name', `cannot be "${name}" where there are no other pipelines`);
  },
});
