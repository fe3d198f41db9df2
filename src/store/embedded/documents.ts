import { lookUp } from './bulk.ts';
import type { Embedded } from './embedded.ts';
import { quote } from './index-state.ts';
import { type Action, type Operation, type Outcome, PRIMARY_TERM, perform, placeOf } from './operation.ts';
import { noSuchIndex } from './resolve.ts';
import { EsError, type Route, type RouteRequest, type RouteResponse } from './route.ts';
import { toJson } from './search/json.ts';
import { type SourceFilter, sourceFilter } from './search/source-filter.ts';
import type { Slice } from './slice.ts';

/** Single documents: `_doc`, `_create`, `_update`, `_source`, `_mget`. */
export const documentRoutes: readonly Route<Embedded>[] = [
  { methods: ['GET'], pattern: '/:index/_doc/:id', handle: getDocument },
  { methods: ['GET'], pattern: '/:index/_source/:id', handle: getSource },
  {
    methods: ['PUT', 'POST'],
    pattern: '/:index/_doc/:id',
    handle: (request, store) => change(putAction(request), request, store),
  },
  {
    methods: ['POST'],
    pattern: '/:index/_doc',
    handle: (request, store) => change('create', request, store),
  },
  {
    methods: ['PUT', 'POST'],
    pattern: '/:index/_create/:id',
    handle: (request, store) => change('create', request, store),
  },
  { methods: ['POST'], pattern: '/:index/_update/:id', handle: (request, store) => change('update', request, store) },
  { methods: ['DELETE'], pattern: '/:index/_doc/:id', handle: (request, store) => change('delete', request, store) },
  { methods: ['GET', 'POST'], pattern: '/_mget', handle: multiGet },
  { methods: ['GET', 'POST'], pattern: '/:index/_mget', handle: multiGet },
];

type Stored = { readonly index: string; readonly sequence: number; readonly version: number; readonly source: string };

function putAction({ query }: RouteRequest): Action {
  return query['op_type'] === 'create' ? 'create' : 'index';
}

async function change(action: Action, request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const { params, query, body } = request;
  const operation: Operation = {
    action,
    target: params['index']!,
    id: params['id'],
    source: body.toString('utf8'),
    ifSequence: numberOf(query, 'if_seq_no'),
    ifTerm: numberOf(query, 'if_primary_term'),
    requireAlias: query['require_alias'] === 'true',
  };
  const outcome = await store.writer.write<Outcome>(body.length, async (transaction) => {
    const place = await placeOf(transaction, operation);
    await lookUp(transaction, [operation], [place]);
    return perform(transaction, operation, place);
  });
  const { status, ...answer } = outcome;
  return { status, body: answer };
}

async function getDocument(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const { params, query } = request;
  const [index, id] = [params['index']!, params['id']!];
  const slices = readable(store, index);
  const stored = (await find(store, slices, [id])).get(id);
  if (stored === undefined) {
    return { status: 404, body: { _index: slices.at(-1)?.index ?? index, _id: id, found: false } };
  }
  return answer(request, show(id, stored, sourceFilter(sourceOption(query))));
}

async function getSource(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const { params, query } = request;
  const [index, id] = [params['index']!, params['id']!];
  const stored = (await find(store, readable(store, index), [id])).get(id);
  if (stored === undefined) {
    throw new EsError(404, 'resource_not_found_exception', `Document not found [${index}]/[${id}]`);
  }
  return answer(request, sourceFilter(sourceOption(query)).apply(stored.source));
}

type Wanted = { readonly _index?: string; readonly _id: string; readonly _source?: unknown };

async function multiGet(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const { params, query, body } = request;
  const asked = JSON.parse(body.toString('utf8')) as { docs?: Wanted[]; ids?: string[] };
  const wanted: readonly Wanted[] = asked.docs ?? (asked.ids ?? []).map((id) => ({ _id: id }));
  const byIndex = new Map<string, string[]>();
  for (const { _index: index = params['index'], _id: id } of wanted) {
    if (index === undefined) throw validation('index is missing');
    const ids = byIndex.get(index) ?? [];
    byIndex.set(index, ids);
    ids.push(String(id));
  }
  const found = new Map<string, Map<string, Stored> | EsError>();
  for (const [index, ids] of byIndex) {
    try {
      found.set(index, await find(store, readable(store, index), ids));
    } catch (error) {
      if (!(error instanceof EsError)) throw error;
      found.set(index, error);
    }
  }
  const docs = wanted.map(({ _index = params['index']!, _id: id, _source: filter }) => {
    const hits = found.get(_index)!;
    if (hits instanceof EsError) return { _index, _id: id, error: hits.toBody().error };
    const stored = hits.get(String(id));
    if (stored === undefined) return { _index, _id: id, found: false };
    return show(String(id), stored, sourceFilter(filter ?? sourceOption(query)));
  });
  return answer(request, { docs });
}

/** Slices of one name to get a document from. Throws EsError 404. */
function readable(store: Embedded, index: string): readonly Slice[] {
  const slices = store.resolve(index);
  if (slices.length === 0) throw noSuchIndex(index);
  return slices;
}

async function find(store: Embedded, slices: readonly Slice[], ids: readonly string[]): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>();
  if (ids.length === 0) return found;
  const selects = slices.map(
    ({ table }, at) =>
      `SELECT ${at} AS at, _id, _seq, _version, _source FROM ${quote(table)} WHERE _id IN (SELECT unnest($1))`,
  );
  for (const row of await store.query(selects.join(' UNION ALL '), [ids])) {
    found.set(String(row['_id']), {
      index: slices[Number(row['at'])]!.index,
      sequence: Number(row['_seq']),
      version: Number(row['_version']),
      source: String(row['_source']),
    });
  }
  return found;
}

function show(id: string, { index, version, sequence, source }: Stored, filter: SourceFilter) {
  const head = {
    _index: index,
    _id: id,
    _version: version,
    _seq_no: sequence,
    _primary_term: PRIMARY_TERM,
    found: true,
  };
  return filter.wanted ? { ...head, _source: filter.apply(source) } : head;
}

/** Goes out as text, because `_source` stands in it letter by letter; a filter or indent needs the parsed form. */
function answer({ query }: RouteRequest, body: unknown): RouteResponse {
  const text = toJson(body);
  const plain = query['filter_path'] === undefined && query['pretty'] === undefined;
  return { status: 200, body: plain ? Buffer.from(text) : (JSON.parse(text) as unknown) };
}

/** `_source`, `_source_includes` and `_source_excludes` of a query string, as a body's `_source` would say it. */
function sourceOption(query: Readonly<Record<string, string>>): unknown {
  const { _source: whole, _source_includes: includes, _source_excludes: excludes } = query;
  if (whole === 'false') return false;
  const named = whole === undefined || whole === 'true' || whole === '' ? includes : whole;
  if (named === undefined && excludes === undefined) return undefined;
  return { includes: named?.split(',') ?? [], excludes: excludes?.split(',') ?? [] };
}

function numberOf(query: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw validation(`Failed to parse value [${text}] of [${name}]`);
  return Number(text);
}

function validation(reason: string): EsError {
  return new EsError(400, 'action_request_validation_exception', `Validation Failed: 1: ${reason};`);
}
