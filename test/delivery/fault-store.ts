import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';

/** What goes wrong with the next request. `taken`: the store has done its work before it goes wrong. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  | {
      /** `drip`: one byte of the answer after the other, without end; `stranger`: not in Elasticsearch's name. */
      readonly kind: 'cut' | 'silent' | 'garbage' | 'malformed' | 'drip' | 'stranger';
      readonly taken: boolean;
      readonly rollover?: boolean;
    }
  /** Of a bulk, every `every`-th item is answered with this and not stored; other requests go through. */
  | {
      readonly kind: 'items';
      readonly every: number;
      readonly status: number;
      readonly type: string;
      readonly reason: string;
    };

export type Document = Readonly<Record<string, unknown>>;
type Backing = { readonly name: string; readonly documents: Map<string, { source: Document; searchable: boolean }> };
type Create = { readonly index: string; readonly id: string; readonly text: string };
type ItemError = { readonly status: number; readonly type: string; readonly reason: string };

type Way = {
  readonly url: string;
  readonly server: Server;
  readonly requests: string[];
  fault: Fault | undefined;
};

const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };

/**
 * A store over real HTTP that keeps documents as Elasticsearch's data streams do (an id is unique only within a backing
 * index; a document is found only after a refresh) and goes wrong as told.
 */
export async function startFaultStore() {
  const streams = new Map<string, Backing[]>();
  const faults: Fault[] = [];
  const bulkFaults: Fault[] = [];
  const requests: string[] = [];
  const bulkBytes: number[] = [];
  const settings = {
    maxBodyBytes: Number.POSITIVE_INFINITY,
    /** A body that contains this is refused whole with 400. */
    poison: undefined as string | undefined,
    /** A stream that cannot be searched, though it takes documents. */
    unsearchable: undefined as string | undefined,
    /** The lasting fault of a document, if it has one. */
    refuse: (_: Create, __: Document): ItemError | undefined => undefined,
  };
  const first = await startNode();
  const nodes = [first];

  /** One way in: a server with troubles of its own, in front of the documents that all share. */
  async function startNode() {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => answer(way, request, response, Buffer.concat(parts)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const way = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      server,
      /** What goes wrong with every request here, until taken away. */
      fault: undefined as Fault | undefined,
      requests: [] as string[],
    };
    return way;
  }

  function backings(stream: string): Backing[] {
    const known = streams.get(stream) ?? [];
    if (known.length === 0) streams.set(stream, known);
    if (known.length === 0) known.push({ name: `.ds-${stream}-000001`, documents: new Map() });
    return known;
  }

  function rollover(): void {
    for (const [stream, known] of streams) {
      known.push({ name: `.ds-${stream}-${String(known.length + 1).padStart(6, '0')}`, documents: new Map() });
    }
  }

  function create(item: Create, put: ItemError | undefined) {
    const { index, id } = item;
    const source = JSON.parse(item.text) as Document;
    const fault = put ?? settings.refuse(item, source);
    const fail = ({ status, ...error }: ItemError) => ({ create: { _index: index, _id: id, status, error } });
    if (fault !== undefined) return fail(fault);
    const { name, documents } = backings(index).at(-1)!;
    if (documents.has(id)) {
      const reason = `[${id}]: version conflict, document already exists (current version [1])`;
      return fail({ status: 409, type: 'version_conflict_engine_exception', reason });
    }
    documents.set(id, { source, searchable: false });
    return { create: { _index: name, _id: id, status: 201 } };
  }

  function bulk(body: Buffer, fault: Fault | undefined): unknown {
    const rows = body.toString().split('\n');
    const items: ReturnType<typeof create>[] = [];
    for (let row = 0; row + 1 < rows.length; row += 2) {
      const { _index, _id } = JSON.parse(rows[row]!).create as { _index: string; _id: string };
      const put = fault?.kind === 'items' && items.length % fault.every === fault.every - 1 ? fault : undefined;
      items.push(create({ index: _index, id: _id, text: rows[row + 1]! }, put));
    }
    return { took: 1, errors: items.some((item) => item.create.status !== 201), items };
  }

  function search(stream: string, body: Buffer): unknown {
    const request = JSON.parse(body.toString()) as {
      query: { ids: { values: string[] } };
      size: number;
      _source: unknown;
    };
    const { query, size, _source: filter } = request;
    const hits: unknown[] = [];
    for (const { name, documents } of streams.get(stream) ?? []) {
      for (const id of query.ids.values) {
        const known = documents.get(id);
        if (known?.searchable)
          hits.push({ _index: name, _id: id, ...(filter === false ? {} : { _source: known.source }) });
      }
    }
    return { hits: { hits: hits.slice(0, size) } };
  }

  function refresh(stream: string): unknown {
    for (const { documents } of streams.get(stream) ?? []) {
      for (const document of documents.values()) document.searchable = true;
    }
    return { _shards: { failed: 0 } };
  }

  function work(path: string, body: Buffer, fault: Fault | undefined): { status: number; body: unknown } {
    const stream = path.split('/')[1]!;
    if (path === '/_cluster/health') return { status: 200, body: { status: 'green' } };
    if (path.endsWith('/_search') && stream === settings.unsearchable) {
      const error = { type: 'search_phase_execution_exception', reason: 'all shards failed' };
      return { status: 503, body: { error, status: 503 } };
    }
    if (path.endsWith('/_search')) return { status: 200, body: search(stream, body) };
    if (path.endsWith('/_refresh')) return { status: 200, body: refresh(stream) };
    if (body.length > settings.maxBodyBytes) return { status: 413, body: '' };
    if (settings.poison !== undefined && body.includes(settings.poison)) {
      const error = { type: 'illegal_argument_exception', reason: 'Malformed action/metadata line [1]' };
      return { status: 400, body: { error, status: 400 } };
    }
    return { status: 200, body: bulk(body, fault) };
  }

  function answer(way: Way, request: IncomingMessage, response: ServerResponse, packed: Buffer): void {
    const path = request.url!.split('?')[0]!;
    const fault = way.fault ?? faults.shift() ?? (path === '/_bulk' ? bulkFaults.shift() : undefined);
    requests.push(path);
    way.requests.push(path);
    if (path === '/_bulk') bulkBytes.push(packed.length);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, HEADERS).end(fault.body ?? '');
      return;
    }
    const breaks = fault !== undefined && fault.kind !== 'items';
    const done = !breaks || fault.taken ? work(path, body, fault) : undefined;
    if (breaks && fault.rollover) rollover();
    if (fault?.kind === 'silent') return;
    if (fault?.kind === 'drip') {
      drip(response);
      return;
    }
    if (fault?.kind === 'stranger') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"errors":false}');
      return;
    }
    if (fault?.kind === 'cut') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'malformed') {
      const head = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
      const chunked = 'transfer-encoding: chunked\r\n\r\n10\r\n{"errors":false,\r\nno chunk\r\n';
      request.socket.write(`HTTP/1.1 200 OK\r\n${head.join('')}${chunked}`);
      return;
    }
    const text = fault?.kind === 'garbage' ? '{"took":1,"err' : JSON.stringify(done!.body);
    response.writeHead(done?.status ?? 200, HEADERS).end(text);
  }

  return {
    node: first.url,
    /** Another way in, to the same documents. */
    async addNode(): Promise<Way> {
      const way = await startNode();
      nodes.push(way);
      return way;
    },
    /** Taken one by one by whatever is asked next … */
    faults,
    /** … and, while there are none, these by bulks only. */
    bulkFaults,
    requests,
    /** Size of each bulk as it came. */
    bulkBytes,
    settings,
    rollover,
    client: (requestTimeout = 5000) => new Client({ node: first.url, requestTimeout }),
    /** Documents of a stream over all its backing indices, in the order they came. */
    documents: (stream: string): Document[] =>
      (streams.get(stream) ?? []).flatMap(({ documents }) => [...documents.values()].map(({ source }) => source)),
    ids: (stream: string): string[] => (streams.get(stream) ?? []).flatMap(({ documents }) => [...documents.keys()]),
    /** Breaks all connections, as a crashed shipper leaves them. */
    disconnect: (): void => {
      for (const { server } of nodes) server.closeAllConnections();
    },
    async close(): Promise<void> {
      for (const { server } of nodes) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
}

/** Ends with the connection. */
function drip(response: ServerResponse): void {
  response.writeHead(200, HEADERS);
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

export type FaultStore = Awaited<ReturnType<typeof startFaultStore>>;
