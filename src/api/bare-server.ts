import { Ajv, type Options as AjvOptions } from 'ajv';
import addFormats from 'ajv-formats';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { LogmillError } from '../errors.ts';
import { failureFields } from '../store/client.ts';
import { createTokenCheck } from './auth.ts';
import { catalogued, elasticsearchFaultBody, faultBody } from './faults.ts';
import { createHostGuard, isLoopback } from './host-guard.ts';
import type { ServerOptions } from './options.ts';

/** Largest JSON body of our own API; /es has its own limit. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** A cursor may be 100,000 characters long, and GET carries it in the address. */
const HEADER_LIMIT_BYTES = 128 * 1024;
/** Longest part of a path, percent-encoded; schemas and the store judge further. */
const PATH_PART_LIMIT = 2048;
/** Routes that monitors call without credentials; they tell nothing about the logs. */
const OPEN_ROUTES = new Set(['/health', '/ready']);
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  // Not no-referrer: browsers would then send `Origin: null` with our own forms.
  'referrer-policy': 'same-origin',
};

/** What every server of ours needs, whatever its routes. */
export type BareOptions = Pick<ServerOptions, 'config' | 'telemetry' | 'log' | 'tokens' | 'lockToken'> & {
  /** Address it will listen on. */
  readonly host: string;
};

/**
 * A server without routes: who may ask, how long that may take, how faults are answered.
 * @throws LogmillError TOKENS_MISSING when it would be reachable from elsewhere without a token
 */
export function bareServer(options: BareOptions): FastifyInstance {
  const { host, tokens } = options;
  if (tokens.length === 0 && !isLoopback(host))
    throw new LogmillError('TOKENS_MISSING', { host }, { key: 'http.tokens' });
  const server = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    requestTimeout: 120_000,
    http: { maxHeaderSize: HEADER_LIMIT_BYTES },
    routerOptions: { maxParamLength: PATH_PART_LIMIT },
    frameworkErrors: (error, request, reply) => answerFault(error, request, reply, options),
  });
  server.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'querystring' || httpPart === 'params' ? textValidator : validator).compile(schema),
  );
  // Answers go out as they are: a serialiser compiled from a schema drops unknown keys without a word.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  server.setErrorHandler((error, request, reply) => answerFault(error, request, reply, options));
  server.setNotFoundHandler((request) => {
    throw new LogmillError('ROUTE_UNKNOWN', { method: request.method, path: request.url.slice(0, 200) });
  });
  guard(server, options);
  measure(server, options);
  return server;
}

/** Bodies are judged as they are: nothing removed, nothing coerced. */
const validator = createValidator({ coerceTypes: false, discriminator: true });
/** A query string holds only texts, so there (and only there) `size=5` means the number. */
const textValidator = createValidator({ coerceTypes: true });

function createValidator(options: AjvOptions): Ajv {
  const ajv = new Ajv({ removeAdditional: false, useDefaults: true, allErrors: false, verbose: true, ...options });
  addFormats.default(ajv);
  return ajv;
}

/** Host, Origin and tokens, before any body is read. */
function guard(server: FastifyInstance, { config, host, tokens, lockToken }: BareOptions): void {
  const checkHost = createHostGuard(host, config.http.allowed_hosts);
  const hasToken = createTokenCheck(lockToken === undefined ? tokens : [...tokens, lockToken]);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    // `GET http://elsewhere/es/…` would be routed by its path and name another host than `Host` does.
    if (!request.url.startsWith('/'))
      throw new LogmillError('REQUEST_INVALID', { detail: 'the request must name a path, not an address' });
    checkHost(request.method, request.headers);
    if (tokens.length === 0) {
      if (!isLoopback(request.ip)) throw new LogmillError('TOKENS_MISSING', { host: request.ip });
      return;
    }
    if (OPEN_ROUTES.has(request.routeOptions.url ?? '') || hasToken(request.headers)) return;
    reply.header('www-authenticate', 'Basic realm="logmill", charset="UTF-8"');
    throw new LogmillError('TOKEN_WRONG');
  });
}

function measure(server: FastifyInstance, { telemetry }: BareOptions): void {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    telemetry.httpSeconds.labels(route, String(reply.statusCode)).observe(reply.elapsedTime / 1000);
  });
}

function answerFault(error: unknown, request: FastifyRequest, reply: FastifyReply, { log }: BareOptions): FastifyReply {
  if (reply.raw.destroyed) {
    log.debug({ route: request.routeOptions.url }, 'the client left before the answer');
    return reply.hijack();
  }
  const fault = catalogued(error);
  if (fault.code === 'BODY_TOO_LARGE') reply.header('connection', 'close');
  if (fault.status >= 500) log.error({ ...failureFields(error), route: request.routeOptions.url }, 'request failed');
  const isElasticsearch = /^\/es(?:[/?]|$)/.test(request.url);
  return reply
    .status(fault.status)
    .type('application/json; charset=utf-8')
    .send(isElasticsearch ? elasticsearchFaultBody(fault) : faultBody(fault));
}
