import type { FastifyInstance } from 'fastify';
import { FAULTS } from '../contract/fault.ts';
import { FieldsAnswerSchema, FieldsRequestSchema } from '../contract/fields.ts';
import type { ServerOptions } from '../options.ts';
import { listFields } from '../queries/fields.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

/** Which fields there are. */
export function fieldRoutes(app: FastifyInstance, options: ServerOptions): void {
  const schema = {
    tags: ['events'],
    summary: 'Fields of the streams',
    querystring: FieldsRequestSchema,
    response: { 200: FieldsAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/fields', { schema }, (request, reply) =>
    listFields(readingFor(reply, options), request.query),
  );
}
