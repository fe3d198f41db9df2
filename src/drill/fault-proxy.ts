import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  Agent as HttpAgent,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as requestSecurely } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BulkRequest, type ItemFault, readItems } from './bulk-request.ts';
import { POISON, REFUSED } from './log-writer.ts';
import type { StoreFault } from './schedule.ts';

const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
const SLOW_MS = 250;
/** Bodies above this are refused with 413 while the store takes none so large. */
const LARGEST_BYTES = 6000;
/** How many bulks a fault of answers spoils before all is well again. */
const SPOILED = 2;
const SPOILING: ReadonlySet<StoreFault> = new Set(['lost', 'lost and rolled over', 'silent', 'garbage']);
const DEAD_LETTERS = /^logs-logmill\.dead_letter-/;

const OVERLOADED: ItemFault = { status: 429, type: 'es_rejected_execution_exception', reason: 'rejected execution' };
const READ_ONLY: ItemFault = {
  status: 403,
  type: 'cluster_block_exception',
  reason: 'index blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];',
};
const UNMAPPED: ItemFault = {
  status: 400,
  type: 'document_parsing_exception',
  reason: '[1:20] failed to parse field [message] of type [long] in document',
};

type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer };

export type FaultProxyOptions = {
  /** Base URL of the store, with its credentials. */
  readonly upstream: URL;
  /** Whether the store heeds blocks of indices itself; else they are played here. */
  readonly hasBlocks: boolean;
  /** Makes new backing indices for the streams of this seed. */
  readonly rollOver: () => Promise<void>;
};

/** Stands between the agent and the store, and goes wrong as told. What it refuses always, whatever the fault, is told by the document. */
export class FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #pool;
  #server: Server | undefined;
  #port = 0;
  #fault: StoreFault = 'none';
  #spoiled = 0;
  /** Answers to bulks that were changed or withheld. */
  injected = 0;
  /** Items that the store answered with 409. */
  conflicts = 0;

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    const secure = options.upstream.protocol === 'https:';
    this.#pool = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }

  get node(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = createServer((incoming, response) => {
      this.#serve(incoming, response).catch(() => response.destroy());
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async set(fault: StoreFault): Promise<void> {
    this.#fault = fault;
    this.#spoiled = 0;
    if (fault === 'down') await this.#shut();
    else if (this.#server === undefined) await this.start();
  }

  async close(): Promise<void> {
    await this.#shut();
    this.#pool.destroy();
  }

  async #shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
    const isBulk = incoming.url?.split('?')[0]?.endsWith('/_bulk') === true;
    const fault = this.#fault;
    if (fault === 'slow') await sleep(SLOW_MS);
    const refused = isBulk ? this.#refusal(fault, body) : undefined;
    if (refused !== undefined) {
      this.injected++;
      response.writeHead(refused.status, HEADERS).end(JSON.stringify(refused));
      return;
    }
    const answer = isBulk ? await this.#bulk(incoming, body, fault) : await this.#forward(incoming, body);
    if (isBulk && this.#spoil(fault)) return this.#withhold(fault, response);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  /** An answer to the whole bulk, of which the store then sees nothing. */
  #refusal(fault: StoreFault, body: Buffer): { status: number; error: object } | undefined {
    const refuse = (status: number, type: string, reason = type) => ({ status, error: { type, reason } });
    if (fault === 'busy') return refuse(429, 'circuit_breaking_exception');
    if (fault === 'away') return refuse(503, 'no_master');
    if (fault === 'too large' && body.length > LARGEST_BYTES) return refuse(413, 'content_too_long_exception');
    const isPoisoned = new BulkRequest(body).items.some(
      ({ index, text }) => !DEAD_LETTERS.test(index) && text.includes(POISON),
    );
    return isPoisoned ? refuse(400, 'x_content_parse_exception', 'unexpected character') : undefined;
  }

  /** Keeps the items that are refused one by one from the store, and puts their answers where they belong. */
  async #bulk(incoming: IncomingMessage, body: Buffer, fault: StoreFault): Promise<Answer> {
    const bulk = new BulkRequest(body);
    const judge = (index: string, text: string, at: number): ItemFault | undefined => {
      if (!DEAD_LETTERS.test(index) && text.includes(REFUSED)) return UNMAPPED;
      if (fault === 'items busy' && at % 3 === 1) return OVERLOADED;
      return fault === 'read-only' && !this.#options.hasBlocks ? READ_ONLY : undefined;
    };
    const faults = bulk.items.map(({ index, text }, at) => judge(index, text, at));
    const count = faults.filter((one) => one !== undefined).length;
    this.injected += count;
    const passed = bulk.without((at) => faults[at] !== undefined);
    const answer =
      passed.length === 0
        ? { status: 200, headers: HEADERS, body: Buffer.from('{"took":1,"errors":false,"items":[]}') }
        : await this.#forward(incoming, passed);
    if (answer.status === 200) this.conflicts += readItems(answer.body).filter(({ status }) => status === 409).length;
    return count === 0 || answer.status !== 200
      ? answer
      : { ...answer, headers: HEADERS, body: bulk.merge(answer.body, faults) };
  }

  #spoil(fault: StoreFault): boolean {
    if (!SPOILING.has(fault) || this.#spoiled >= SPOILED) return false;
    this.#spoiled++;
    this.injected++;
    return true;
  }

  /** The work is done, and nobody hears of it. */
  async #withhold(fault: StoreFault, response: ServerResponse): Promise<void> {
    // Where the agent has given up already it may have looked in vain: no shipper can know what a store does later (ADR 11).
    if (fault === 'lost and rolled over' && !response.destroyed) await this.#options.rollOver();
    if (fault === 'garbage') response.writeHead(200, HEADERS).end('{"took":1,"err');
    else if (fault !== 'silent') response.destroy();
  }

  async #forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { upstream } = this.#options;
    const { host: _host, connection: _connection, 'transfer-encoding': _encoding, ...headers } = incoming.headers;
    const outgoing: ClientRequest = (upstream.protocol === 'https:' ? requestSecurely : request)({
      agent: this.#pool,
      hostname: upstream.hostname,
      port: upstream.port,
      auth:
        upstream.username === ''
          ? null
          : `${decodeURIComponent(upstream.username)}:${decodeURIComponent(upstream.password)}`,
      method: incoming.method,
      path: `${upstream.pathname.replace(/\/$/, '')}${incoming.url}`,
      headers: { ...headers, 'content-length': body.length, 'accept-encoding': 'identity' },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const parts = await Array.fromAsync(answer as AsyncIterable<Buffer>);
    const { 'transfer-encoding': _chunked, connection: _kept, ...answered } = answer.headers;
    return { status: answer.statusCode ?? 502, headers: answered, body: Buffer.concat(parts) };
  }
}
