import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LogmillError } from '../../errors.ts';
import type { Engine, EngineRequest } from '../../store/engine.ts';
import { type BodyReader, createBodyReader } from '../body-reader.ts';
import type { ServerOptions } from '../options.ts';
import { readingFor } from '../reading.ts';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD'] as const;
/** Smaller answers are not worth packing. */
const GZIP_FROM_BYTES = 1400;
const gzipAsync = promisify(gzip);

/** Elasticsearch's REST API on the embedded store, for shippers, scripts and Grafana. */
export function elasticsearchRoutes(app: FastifyInstance, options: ServerOptions): void {
  const { store } = options;
  // Bodies stay streams here: read below, for GET as well, which Elasticsearch's clients send with a body.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const bodies = createBodyReader();
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    if (store.engine === undefined) throw new LogmillError('ES_ELSEWHERE', { place: store.place });
    return answer(store.engine, bodies, options, request, reply);
  };
  for (const url of ['/es', '/es/*']) app.route({ method: [...METHODS], url, exposeHeadRoute: false, handler });
}

async function answer(
  engine: Engine,
  bodies: BodyReader,
  options: ServerOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const stream = (request.body as Readable | undefined) ?? request.raw;
  const { body, release } = await bodies.read(stream, request.headers);
  try {
    const { signal } = readingFor(reply, options);
    const response = await engine.handle(engineRequest(request, body), signal);
    reply.status(response.status).headers({ 'x-elastic-product': 'Elasticsearch', ...response.headers });
    if (request.method === 'HEAD' || response.body.length === 0) return await reply.send('');
    return await sendPacked(request, reply, response.body);
  } finally {
    release();
  }
}

function engineRequest(request: FastifyRequest, body: Buffer): EngineRequest {
  const [path = '', search = ''] = split(request.url, '?');
  // The first segment is /es, however it was written (/%65s).
  const second = path.indexOf('/', 1);
  return {
    method: request.method as EngineRequest['method'],
    path: second === -1 ? '/' : path.slice(second),
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: engineHeaders(request),
    body,
  };
}

/** The body is unpacked by now, and who asks is no business of the store. */
function engineHeaders({ headers }: FastifyRequest): Record<string, string> {
  const { 'content-encoding': _packed, 'content-length': _length, authorization: _token, ...others } = headers;
  return Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)]));
}

async function sendPacked(request: FastifyRequest, reply: FastifyReply, body: Buffer): Promise<FastifyReply> {
  const accepts = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (!accepts || body.length < GZIP_FROM_BYTES) return reply.send(body);
  return reply
    .header('content-encoding', 'gzip')
    .header('vary', 'accept-encoding')
    .send(await gzipAsync(body));
}

function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
