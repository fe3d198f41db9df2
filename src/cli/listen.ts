import type { FastifyInstance } from 'fastify';
import { LogmillError } from '../errors.ts';

/** Longer than senders who wait for the store are left waiting, ms. */
const LAST_REQUESTS_MS = 4000;

/** Starts to listen, and gives the address as a URL. Throws LogmillError PORT_BUSY. */
export async function listen(server: FastifyInstance, at: { host: string; port: number }): Promise<string> {
  try {
    await server.listen(at);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new LogmillError('PORT_BUSY', { host: at.host, port: at.port }, {}, error);
    throw error;
  }
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('BUG: the server listens on no port');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/`;
}

/**
 * Closes a server. Whoever has not sent a request whole by then, or does not read the answer, is cut off: nothing of it was
 * taken, and a stop waits for no sender.
 */
export async function closeServer(server: FastifyInstance, patienceMs = LAST_REQUESTS_MS): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), patienceMs);
  try {
    await server.close();
  } finally {
    clearTimeout(timer);
  }
}
