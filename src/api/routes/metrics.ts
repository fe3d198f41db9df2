import type { FastifyInstance } from 'fastify';
import type { ServerOptions } from '../options.ts';

/** Everything counted, in Prometheus' text format. */
export function metricsRoutes(app: FastifyInstance, { telemetry }: ServerOptions): void {
  const schema = { tags: ['health'], summary: 'Metrics in Prometheus’ text format' };
  app.get('/metrics', { schema }, async (_request, reply) =>
    reply.type(telemetry.registry.contentType).send(await telemetry.registry.metrics()),
  );
}
