import type { Embedded } from './embedded.ts';
import { type IndexState, quote } from './index-state.ts';
import { pickNames } from './resolve.ts';
import type { Route, RouteRequest, RouteResponse } from './route.ts';

/** The version the store answers as: clients check it before they talk. */
const ELASTICSEARCH_VERSION = '9.3.2';
const CLUSTER = 'logmill';
const NODE = 'embedded';

/** What clients and shippers ask before and beside their work. */
export const clusterRoutes: readonly Route<Embedded>[] = [
  { methods: ['GET'], pattern: '/', handle: info },
  { methods: ['GET'], pattern: '/_cluster/health', handle: health },
  { methods: ['GET'], pattern: '/_cluster/health/:index', handle: health },
  { methods: ['GET'], pattern: '/_cat/health', handle: catHealth },
  { methods: ['GET'], pattern: '/_cat/indices', handle: catIndices },
  { methods: ['GET'], pattern: '/_cat/indices/:index', handle: catIndices },
  { methods: ['GET'], pattern: '/_resolve/index/:name', handle: resolveIndex },
  { methods: ['GET'], pattern: '/_license', handle: license },
  { methods: ['GET'], pattern: '/_nodes/http', handle: nodes },
  { methods: ['GET'], pattern: '/_nodes', handle: nodes },
];

async function info(): Promise<RouteResponse> {
  const version = {
    number: ELASTICSEARCH_VERSION,
    build_flavor: 'default',
    build_type: 'logmill',
    build_snapshot: false,
    lucene_version: '10.3.2',
    minimum_wire_compatibility_version: '8.19.0',
    minimum_index_compatibility_version: '8.0.0',
  };
  return {
    status: 200,
    body: { name: NODE, cluster_name: CLUSTER, cluster_uuid: CLUSTER, version, tagline: 'logmill' },
  };
}

async function health(_request: RouteRequest, { catalog }: Embedded): Promise<RouteResponse> {
  const shards = catalog.indices.size;
  const body = {
    cluster_name: CLUSTER,
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: shards,
    active_shards: shards,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  };
  return { status: 200, body };
}

async function catHealth({ query }: RouteRequest, { catalog }: Embedded): Promise<RouteResponse> {
  const row = { cluster: CLUSTER, status: 'green', 'node.total': '1', shards: String(catalog.indices.size) };
  return table([row], query);
}

async function catIndices({ params, query, signal }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const all = params['index'] === undefined;
  const indices = store.catalog.resolveIndices(params['index'] ?? '*').filter((index) => index.committed);
  const hidden = query['expand_wildcards'] !== undefined || !all;
  const rows: Record<string, string>[] = [];
  for (const index of indices.filter((each) => hidden || each.stream !== undefined || !each.name.startsWith('.'))) {
    rows.push(await describe(index, store, signal));
  }
  return table(rows, query);
}

async function describe(index: IndexState, store: Embedded, signal: AbortSignal | undefined) {
  const [row] = await store.query(`SELECT count(*) AS n FROM ${quote(index.name)}`, [], signal);
  return {
    health: 'green',
    status: 'open',
    index: index.name,
    uuid: index.uuid,
    pri: '1',
    rep: '0',
    'docs.count': String(row?.['n'] ?? 0),
    'docs.deleted': '0',
    'creation.date': String(index.created),
  };
}

/** `_cat` answers: text, or JSON with `format=json`; `h` picks columns. */
function table(rows: readonly Record<string, string>[], query: Readonly<Record<string, string>>): RouteResponse {
  const wanted = query['h']?.split(',');
  const shown = rows.map((row) =>
    wanted === undefined ? row : Object.fromEntries(wanted.map((name) => [name, row[name] ?? ''])),
  );
  if (query['format'] === 'json') return { status: 200, body: shown };
  const lines = shown.map((row) => `${Object.values(row).join(' ')}\n`);
  const heading = query['v'] === undefined || shown.length === 0 ? '' : `${Object.keys(shown[0]!).join(' ')}\n`;
  return { status: 200, body: heading + lines.join('') };
}

async function resolveIndex({ params }: RouteRequest, { catalog }: Embedded): Promise<RouteResponse> {
  const names = [...pickNames(params['name']!, catalog.names())];
  const indices = names.flatMap((name) => catalog.indices.get(name) ?? []);
  const streams = names.flatMap((name) => catalog.streams.get(name) ?? []);
  const aliases = names.filter((name) => !catalog.indices.has(name) && !catalog.streams.has(name));
  return {
    status: 200,
    body: {
      indices: indices.map(({ name, stream }) => ({
        name,
        attributes: stream === undefined ? ['open'] : ['hidden', 'open'],
        ...(stream === undefined ? {} : { data_stream: stream }),
      })),
      aliases: aliases.map((name) => ({ name, indices: catalog.indicesOf(name).map((index) => index.name) })),
      data_streams: streams.map(({ name, indices: backing }) => ({
        name,
        backing_indices: backing,
        timestamp_field: '@timestamp',
      })),
    },
  };
}

async function license(): Promise<RouteResponse> {
  const license = {
    status: 'active',
    uid: CLUSTER,
    type: 'basic',
    issued_to: CLUSTER,
    issuer: CLUSTER,
    start_date_in_millis: -1,
  };
  return { status: 200, body: { license } };
}

async function nodes(): Promise<RouteResponse> {
  const node = { name: NODE, version: ELASTICSEARCH_VERSION, roles: ['data', 'ingest', 'master'] };
  return {
    status: 200,
    body: { _nodes: { total: 1, successful: 1, failed: 0 }, cluster_name: CLUSTER, nodes: { [NODE]: node } },
  };
}
