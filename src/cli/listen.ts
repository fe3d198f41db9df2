import type { FastifyInstance } from 'fastify';
import { LogmillError } from '../errors.ts';

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
