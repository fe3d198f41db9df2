import type { FastifyInstance } from 'fastify';
import { AggregateAnswerSchema, AggregateRequestSchema } from '../contract/aggregate.ts';
import { FAULTS } from '../contract/fault.ts';
import type { ServerOptions } from '../options.ts';
import { aggregateEvents } from '../queries/aggregate.ts';
import { readingFor } from '../reading.ts';
import { typed } from '../typed.ts';

/** Numbers over events. */
export function aggregateRoutes(app: FastifyInstance, options: ServerOptions): void {
  const schema = {
    tags: ['events'],
    summary: 'A number over events: as a whole, by time, by a field, or by both',
    body: AggregateRequestSchema,
    response: { 200: AggregateAnswerSchema, ...FAULTS },
  };
  typed(app).post('/api/v1/aggregate', { schema }, (request, reply) =>
    aggregateEvents(readingFor(reply, options), request.body),
  );
}
