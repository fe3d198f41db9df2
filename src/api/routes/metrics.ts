import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { FAULTS } from '../contract/fault.ts';
import type { ServerOptions } from '../options.ts';

/** Everything counted, in Prometheus' text format. */
export function metricsRoutes(app: FastifyInstance, { telemetry }: ServerOptions): void {
  const schema = {
    tags: ['health'],
    summary: 'Metrics in Prometheus’ text format',
    response: { 200: { content: { 'text/plain': { schema: Type.String() } } }, ...FAULTS },
  };
  app.get('/metrics', { schema }, async (_request, reply) =>
    reply.type(telemetry.registry.contentType).send(await telemetry.registry.metrics()),
  );
}
