import type { FastifyInstance } from 'fastify';
import { ExplainAnswerSchema, ExplainRequestSchema } from '../contract/explain.ts';
import { FAULTS } from '../contract/fault.ts';
import type { ServerOptions } from '../options.ts';
import { explainByte } from '../queries/explain.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

/** What became of one line. */
export function explainRoutes(app: FastifyInstance, options: ServerOptions): void {
  const schema = {
    tags: ['pipeline'],
    summary: 'What became of the line at a byte of a file',
    querystring: ExplainRequestSchema,
    response: { 200: ExplainAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/explain', { schema }, (request, reply) =>
    explainByte(readingFor(reply, options), request.query, options.agent?.files() ?? []),
  );
}
