import type { FastifyInstance } from 'fastify';
import { type BareOptions, bareServer } from './bare-server.ts';
import type { Receiving } from './options.ts';
import { receiverRoutes } from './routes/receivers.ts';

/**
 * A server for senders alone: of an agent without the API, or at an address of its own.
 * @throws LogmillError TOKENS_MISSING when it would be reachable from elsewhere without a token
 */
export function buildReceiverServer(options: BareOptions & { readonly receiving: Receiving }): FastifyInstance {
  const server = bareServer(options);
  receiverRoutes(server, options.receiving);
  return server;
}
