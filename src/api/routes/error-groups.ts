import type { FastifyInstance } from 'fastify';
import { ErrorGroupsAnswerSchema, ErrorGroupsRequestSchema } from '../contract/error-groups.ts';
import { FAULTS } from '../contract/fault.ts';
import type { ServerOptions } from '../options.ts';
import { errorGroups } from '../queries/error-groups.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

/** Errors in groups. */
export function errorGroupRoutes(app: FastifyInstance, options: ServerOptions): void {
  const schema = {
    tags: ['errors'],
    summary: 'Errors that are the same error, largest group first',
    querystring: ErrorGroupsRequestSchema,
    response: { 200: ErrorGroupsAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/error-groups', { schema }, (request, reply) =>
    errorGroups(readingFor(reply, options), request.query),
  );
}
