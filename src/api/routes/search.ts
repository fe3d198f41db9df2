import type { FastifyInstance } from 'fastify';
import { FAULTS } from '../contract/fault.ts';
import { SearchAnswerSchema, SearchRequestSchema } from '../contract/search.ts';
import type { ServerOptions } from '../options.ts';
import { searchEvents } from '../queries/search.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

/** Events by KQL, as query string or as JSON. */
export function searchRoutes(app: FastifyInstance, options: ServerOptions): void {
  const about = {
    tags: ['events'],
    summary: 'Events by KQL and time',
    response: { 200: SearchAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/search', { schema: { ...about, querystring: SearchRequestSchema } }, (request, reply) =>
    searchEvents(readingFor(reply, options), request.query),
  );
  typed(app).post('/api/v1/search', { schema: { ...about, body: SearchRequestSchema } }, (request, reply) =>
    searchEvents(readingFor(reply, options), request.body),
  );
}
