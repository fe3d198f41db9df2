import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { LogmillError } from '../../errors.ts';
import type { Engine, EngineRequest, EngineResponse } from '../engine.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { Embedded } from './embedded.ts';
import { compileFilterPath } from './filter-path.ts';
import { EsError, type RouteResponse } from './route.ts';
import type { Router } from './router.ts';
import type { Writer } from './writer.ts';

const unzip = promisify(gunzip);
/** Largest body after decompression. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const COMPATIBLE = /application\/vnd\.elasticsearch\+[\w-]+\s*;\s*compatible-with=(\d+)/;

/** Answers Elasticsearch's REST calls from the embedded store: route, handler, and what all answers have in common. */
export class EmbeddedEngine implements Engine {
  readonly #router: Router<Embedded>;
  readonly #database: Database;
  readonly #store: Embedded;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor(router: Router<Embedded>, database: Database, catalog: Catalog, writer: Writer) {
    this.#router = router;
    this.#database = database;
    this.#store = new Embedded(catalog, writer);
  }

  async handle(request: EngineRequest, signal?: AbortSignal): Promise<EngineResponse> {
    if (this.#closed) throw new EsError(503, 'node_closed_exception', 'the store is closed');
    const answer = this.#answer(request, signal);
    this.#running.add(answer);
    try {
      return toResponse(request, await answer);
    } finally {
      this.#running.delete(answer);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#running);
    await this.#store.writer.close();
    await this.#database.close();
  }

  async #answer(request: EngineRequest, signal: AbortSignal | undefined): Promise<RouteResponse> {
    try {
      const { route, params } = this.#router.match(request.method, request.path);
      const body = await plainBody(request);
      return await route.handle({ params, query: request.query, body, signal }, this.#store);
    } catch (error) {
      const told = toEsError(error, signal);
      return { status: told.status, body: told.toBody() };
    }
  }
}

async function plainBody({ headers, body }: EngineRequest): Promise<Buffer> {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity' || body.length === 0) return body;
  if (encoding !== 'gzip') {
    throw new EsError(415, 'illegal_argument_exception', `content encoding [${encoding}] is not supported`);
  }
  try {
    return await unzip(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (cause) {
    throw new EsError(400, 'illegal_argument_exception', `cannot unzip the body: ${(cause as Error).message}`);
  }
}

function toEsError(error: unknown, signal: AbortSignal | undefined): EsError {
  if (error instanceof EsError) return error;
  if (signal?.aborted === true) return new EsError(400, 'task_cancelled_exception', 'the request was cancelled');
  if (error instanceof LogmillError) return new EsError(error.status, 'exception', error.message);
  if (error instanceof SyntaxError) return new EsError(400, 'parsing_exception', error.message);
  return new EsError(500, 'exception', error instanceof Error ? error.message : String(error));
}

function toResponse(request: EngineRequest, { status, body }: RouteResponse): EngineResponse {
  const version = COMPATIBLE.exec(request.headers['accept'] ?? '')?.[1];
  const json =
    version === undefined ? 'application/json' : `application/vnd.elasticsearch+json;compatible-with=${version}`;
  const headers: Record<string, string> = { 'x-elastic-product': 'Elasticsearch' };
  if (body === undefined || request.method === 'HEAD') {
    return { status, headers: { ...headers, 'content-type': json, 'content-length': '0' }, body: Buffer.alloc(0) };
  }
  if (Buffer.isBuffer(body)) return { status, headers: { ...headers, 'content-type': json }, body };
  if (typeof body === 'string') {
    return { status, headers: { ...headers, 'content-type': 'text/plain; charset=UTF-8' }, body: Buffer.from(body) };
  }
  const { filter_path: filter, pretty } = request.query;
  const filtered =
    filter === undefined || filter === '' || status >= 400 ? body : (compileFilterPath(filter)(body) ?? {});
  const indent = pretty !== undefined && pretty !== 'false' ? 2 : undefined;
  return { status, headers: { ...headers, 'content-type': json }, body: Buffer.from(toJson(filtered, indent)) };
}

function toJson(body: unknown, indent: number | undefined): string {
  return JSON.stringify(body, bigintsAsNumbers, indent);
}

function bigintsAsNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint'
    ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value))
    : value;
}
