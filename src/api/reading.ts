import type { FastifyReply } from 'fastify';
import type { ServerOptions } from './options.ts';
import type { Reading } from './queries/read-store.ts';

/** What queries need, for one request: its time, and a signal that stops them when the person has gone. */
export function readingFor(reply: FastifyReply, { store, now }: ServerOptions): Reading {
  const gone = new AbortController();
  if (reply.raw.destroyed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return { store, now: (now ?? Date.now)(), signal: gone.signal };
}
