import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LogmillError } from '../../errors.ts';
import { failureFields } from '../../store/client.ts';
import { loadAssets } from '../../ui/assets.ts';
import { renderFaultPage, renderPage } from '../../ui/page.ts';
import { ALERT_ACTIONS, type AlertAction } from '../contract/alerts.ts';
import { catalogued } from '../faults.ts';
import type { ServerOptions } from '../options.ts';
import { actOnAlert } from '../queries/alerts.ts';
import { pageModel } from '../queries/page-model.ts';
import { readingFor } from '../reading.ts';

/** Nothing inline, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
const FORM_LIMIT_BYTES = 16 * 1024;
const gzipAsync = promisify(gzip);

/** The page at /, its files, and the forms on it. */
export function pageRoutes(app: FastifyInstance, options: ServerOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT_BYTES },
    (_request, body, done) => done(null, new URLSearchParams(body as string)),
  );
  app.setErrorHandler((error, request, reply) => {
    const fault = catalogued(error);
    if (fault.status >= 500) options.log.error(failureFields(error), 'the page failed');
    return sendPage(request, reply.status(fault.status), renderFaultPage(options.version, fault));
  });
  app.get('/', async (request, reply) => {
    const model = await pageModel(readingFor(reply, options), options, searchOf(request));
    return sendPage(request, reply.status(model.fault?.code === 'STORE_UNREACHABLE' ? 503 : 200), renderPage(model));
  });
  for (const { path, type, body } of loadAssets()) {
    app.get(path, async (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(body));
  }
  app.post<{ Params: { id: string; action: string } }>('/alerts/:id/:action', async (request, reply) => {
    const { id, action } = request.params;
    const body = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    if (!isAction(action)) throw new LogmillError('ROUTE_UNKNOWN', { method: 'POST', path: request.url.slice(0, 200) });
    await actOnAlert(readingFor(reply, options), options.config.namespace, id, action, { by: 'page' });
    return reply.redirect(backTo(body.get('return')), 303);
  });
}

function isAction(text: string): text is AlertAction {
  return ALERT_ACTIONS.some((action) => action === text);
}

/** Only this page: a form must not send people elsewhere. */
function backTo(url: string | null): string {
  return url !== null && /^\/(?:\?[\x21-\x7e]*)?$/.test(url) && url.length < 20_000 ? url : '/';
}

function searchOf(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : request.url.slice(at + 1));
}

/** Packed where the browser takes it: the fields of fifty lines repeat themselves much. */
async function sendPage(request: FastifyRequest, reply: FastifyReply, page: string): Promise<FastifyReply> {
  reply
    .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-store', vary: 'accept-encoding' })
    .type('text/html; charset=utf-8');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(page);
  return reply.header('content-encoding', 'gzip').send(await gzipAsync(page, { level: 1 }));
}
