import type { FastifyInstance } from 'fastify';
import type { Receiving } from '../options.ts';
import { ingestRoutes } from './ingest.ts';
import { otlpRoutes } from './otlp.ts';

/** Where senders send to. Each in a scope of its own, for their bodies are read as they come. */
export function receiverRoutes(app: FastifyInstance, receiving: Receiving | undefined): void {
  app.register(async (scope) => ingestRoutes(scope, receiving));
  app.register(async (scope) => otlpRoutes(scope, receiving));
  if (receiving !== undefined) app.addHook('preClose', async () => receiving.stopReceiving());
}
