import type { FastifyInstance } from 'fastify';
import { DeadLettersAnswerSchema, DeadLettersRequestSchema } from '../contract/dead-letters.ts';
import { FAULTS } from '../contract/fault.ts';
import type { ServerOptions } from '../options.ts';
import { deadLetters } from '../queries/dead-letters.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

/** Rejected lines. */
export function deadLetterRoutes(app: FastifyInstance, options: ServerOptions): void {
  const schema = {
    tags: ['pipeline'],
    summary: 'Lines that could not become documents',
    querystring: DeadLettersRequestSchema,
    response: { 200: DeadLettersAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/dead-letters', { schema }, (request, reply) =>
    deadLetters(readingFor(reply, options), request.query),
  );
}
