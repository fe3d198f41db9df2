import type { FastifyInstance } from 'fastify';
import { FAULTS } from '../contract/fault.ts';
import { HealthAnswerSchema, ReadyAnswerSchema } from '../contract/health.ts';
import type { ServerOptions } from '../options.ts';
import { readiness } from '../queries/readiness.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

/** Whether the process lives (/health), and whether it can do its work (/ready, 503 when not). */
export function healthRoutes(app: FastifyInstance, options: ServerOptions): void {
  const live = {
    tags: ['health'],
    summary: 'Whether the process lives',
    security: [],
    response: { 200: HealthAnswerSchema, ...FAULTS },
  };
  typed(app).get('/health', { schema: live }, async () => ({
    status: 'up' as const,
    version: options.version,
    uptime_s: Math.round(process.uptime()),
  }));
  const ready = {
    tags: ['health'],
    summary: 'Whether it can do its work',
    security: [],
    response: { 200: ReadyAnswerSchema, 503: ReadyAnswerSchema, ...FAULTS },
  };
  typed(app).get('/ready', { schema: ready }, async (_request, reply) => {
    const answer = await readiness(readingFor(reply, options), options.ready ?? (() => []));
    return reply.status(answer.ready ? 200 : 503).send(answer);
  });
}
