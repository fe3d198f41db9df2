import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  ALERT_ACTIONS,
  AlertActionSchema,
  AlertPathSchema,
  AlertSchema,
  AlertsAnswerSchema,
  AlertsRequestSchema,
} from '../contract/alerts.ts';
import { FAULTS } from '../contract/fault.ts';
import type { ServerOptions } from '../options.ts';
import { actOnAlert, alertById, alertsBy } from '../queries/alerts.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

const DONE = { acknowledge: 'acknowledged', resolve: 'resolved', dismiss: 'dismissed' } as const;

/** Alerts, and what people do with them. */
export function alertRoutes(app: FastifyInstance, options: ServerOptions): void {
  const tags = ['alerts'];
  const list = {
    tags,
    summary: 'Alerts, newest change first',
    querystring: AlertsRequestSchema,
    response: { 200: AlertsAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/alerts', { schema: list }, (request, reply) =>
    alertsBy(readingFor(reply, options), request.query),
  );
  const one = { tags, summary: 'One alert', params: AlertPathSchema, response: { 200: AlertSchema, ...FAULTS } };
  typed(app).get('/api/v1/alerts/:id', { schema: one }, (request, reply) =>
    alertById(readingFor(reply, options), request.params.id),
  );
  for (const action of ALERT_ACTIONS) {
    const schema = {
      tags,
      summary: `Mark as ${DONE[action]}`,
      params: AlertPathSchema,
      body: AlertActionSchema,
      response: { 200: AlertSchema, ...FAULTS },
    };
    // Nobody has to say who or why, so the body may be left out.
    const preValidation = async (request: FastifyRequest) => {
      request.body ??= {};
    };
    typed(app).post(`/api/v1/alerts/:id/${action}`, { schema, preValidation }, ({ params, body }, reply) =>
      actOnAlert(readingFor(reply, options), options.config.namespace, params.id, action, body),
    );
  }
}
