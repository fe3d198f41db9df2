import type { FastifyInstance } from 'fastify';
import { FAULTS } from '../contract/fault.ts';
import { SecurityAnswerSchema, SecurityRequestSchema } from '../contract/security.ts';
import type { ServerOptions } from '../options.ts';
import { securitySummary } from '../queries/security.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

/** Security events in numbers. */
export function securityRoutes(app: FastifyInstance, options: ServerOptions): void {
  const schema = {
    tags: ['security'],
    summary: 'Logins and probes at a glance',
    querystring: SecurityRequestSchema,
    response: { 200: SecurityAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/security', { schema }, (request, reply) =>
    securitySummary(readingFor(reply, options), request.query),
  );
}
