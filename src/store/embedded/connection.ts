import { Readable } from 'node:stream';
import { BaseConnection, errors } from '@elastic/elasticsearch';
import type { Engine, EngineRequest } from '../engine.ts';

type RequestParams = Parameters<BaseConnection['request']>[0];
type RequestOptions = Parameters<BaseConnection['request']>[1] & { asStream?: boolean };

/** The address the client believes it talks to; nothing ever connects to it. */
export const EMBEDDED_NODE = 'http://embedded.invalid';

/** A connection class for the Elasticsearch client whose requests go to the engine in this process. */
export function connectionTo(engine: Engine) {
  return class EmbeddedConnection extends BaseConnection {
    // The client's two overloads (text or stream) answer the same call; this one method serves both.
    override async request(params: RequestParams, options: RequestOptions): Promise<never> {
      const answer = await withDeadline(options, this.timeout, async (signal) => {
        const request = await toEngineRequest(params, { ...this.headers, ...params.headers });
        return await engine.handle(request, signal);
      });
      const { status, headers, body } = answer;
      const content = options.asStream === true ? Readable.from([body]) : body.toString('utf8');
      return { statusCode: status, headers: { ...headers }, body: content } as never;
    }

    override async close(): Promise<void> {}
  } as typeof BaseConnection;
}

async function toEngineRequest(
  params: RequestParams,
  headers: Readonly<Record<string, string | string[] | number | undefined>>,
): Promise<EngineRequest> {
  const plain = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), String(value)]],
  );
  return {
    method: params.method as EngineRequest['method'],
    path: params.path,
    query: Object.fromEntries(new URLSearchParams(params.querystring ?? '')),
    headers: Object.fromEntries(plain) as Record<string, string>,
    body: await toBuffer(params.body),
  };
}

async function toBuffer(body: RequestParams['body']): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (Buffer.isBuffer(body)) return body;
  const parts: Buffer[] = [];
  for await (const part of body as Readable) parts.push(Buffer.from(part as Buffer | string));
  return Buffer.concat(parts);
}

/** Runs `work`; throws the client's own TimeoutError, RequestAbortedError and ConnectionError. */
async function withDeadline<T>(
  options: RequestOptions,
  fallback: number | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = options.timeout ?? fallback;
  const stop = new AbortController();
  const { signal } = options;
  if (signal?.aborted === true) throw new errors.RequestAbortedError('Request aborted');
  return await new Promise<T>((resolve, reject) => {
    const timer =
      timeout === null ? undefined : setTimeout(() => end(new errors.TimeoutError('Request timed out')), timeout);
    const onAbort = () => end(new errors.RequestAbortedError('Request aborted'));
    const end = (error: Error) => {
      finish();
      stop.abort();
      reject(error);
    };
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    work(stop.signal).then(
      (value) => {
        finish();
        resolve(value);
      },
      (error: unknown) => end(new errors.ConnectionError(error instanceof Error ? error.message : String(error))),
    );
  });
}
