import type { FastifyInstance } from 'fastify';
import { DeliveryAnswerSchema } from '../contract/delivery.ts';
import { FAULTS } from '../contract/fault.ts';
import type { ServerOptions } from '../options.ts';
import { deliveryAnswer } from '../queries/delivery.ts';
import { typed } from '../typed.ts';

/** How the store takes what is read. */
export function deliveryRoutes(app: FastifyInstance, { telemetry }: ServerOptions): void {
  const schema = {
    tags: ['pipeline'],
    summary: 'How the store takes what is read: what waits, is sent again or lost a field',
    response: { 200: DeliveryAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/delivery', { schema }, async () => await deliveryAnswer(telemetry));
}
