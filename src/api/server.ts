import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { bareServer } from './bare-server.ts';
import { openApiOptions } from './open-api.ts';
import type { ServerOptions } from './options.ts';
import { aggregateRoutes } from './routes/aggregate.ts';
import { alertRoutes } from './routes/alerts.ts';
import { deadLetterRoutes } from './routes/dead-letters.ts';
import { deliveryRoutes } from './routes/delivery.ts';
import { errorGroupRoutes } from './routes/error-groups.ts';
import { elasticsearchRoutes } from './routes/es.ts';
import { explainRoutes } from './routes/explain.ts';
import { fieldRoutes } from './routes/fields.ts';
import { healthRoutes } from './routes/health.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { pageRoutes } from './routes/page.ts';
import { receiverRoutes } from './routes/receivers.ts';
import { searchRoutes } from './routes/search.ts';
import { securityRoutes } from './routes/security.ts';

/**
 * The HTTP server: /api/v1 (OpenAPI at /api/openapi.json), /health, /ready, /metrics, /es, what senders send to, and the
 * page at /. It listens when the caller says `listen`.
 * @throws LogmillError TOKENS_MISSING when it would be reachable from elsewhere without a token
 */
export function buildServer(options: ServerOptions): FastifyInstance {
  const server = bareServer({ ...options, host: options.config.http.host });
  server.register(swagger, openApiOptions(options.version, options.tokens.length > 0));
  // Routes come after the plugin, which has to see them being added.
  server.register(async (app) => {
    addRoutes(app, options);
  });
  return server;
}

function addRoutes(app: FastifyInstance, options: ServerOptions): void {
  searchRoutes(app, options);
  aggregateRoutes(app, options);
  fieldRoutes(app, options);
  errorGroupRoutes(app, options);
  securityRoutes(app, options);
  alertRoutes(app, options);
  ledgerRoutes(app, options);
  deliveryRoutes(app, options);
  deadLetterRoutes(app, options);
  explainRoutes(app, options);
  healthRoutes(app, options);
  metricsRoutes(app, options);
  receiverRoutes(app, options.receiving);
  app.get('/api/openapi.json', () => app.swagger());
  app.register(async (es) => elasticsearchRoutes(es, options));
  app.register(async (page) => pageRoutes(page, options));
}
