import { EsError, type Route, type RouteRequest, type RouteResponse } from '../route.ts';
import type { Reader, Slice } from '../slice.ts';
import { flagOf, illegal, type Json, listOf, objectOf } from './body.ts';
import { fieldCaps } from './field-caps.ts';
import { toJson } from './json.ts';
import { jsonBody, linesOf, parseBody, slicesOf, withUrlOptions } from './request.ts';
import { cursorPlace, cursorSlices, decodeCursor, encodeCursor } from './scroll.ts';
import { count, type SearchAnswer, search, shards } from './search.ts';

const GET_POST = ['GET', 'POST'];

/** Routes of searching; they need nothing of the store but to read. */
export const searchRoutes: Route<Reader>[] = [
  ...withIndex('_search', GET_POST, handleSearch),
  ...withIndex('_count', GET_POST, handleCount),
  ...withIndex('_msearch', GET_POST, handleMultiSearch),
  ...withIndex('_field_caps', GET_POST, handleFieldCaps),
  { methods: GET_POST, pattern: '/_search/scroll', handle: handleScroll },
  { methods: GET_POST, pattern: '/_search/scroll/:scrollId', handle: handleScroll },
  { methods: ['DELETE'], pattern: '/_search/scroll', handle: clearCursor },
  { methods: ['DELETE'], pattern: '/_search/scroll/:scrollId', handle: clearCursor },
  { methods: ['POST'], pattern: '/:index/_pit', handle: handleOpenPit },
  { methods: ['DELETE'], pattern: '/_pit', handle: clearCursor },
];

function withIndex(name: string, methods: readonly string[], handle: Route<Reader>['handle']): Route<Reader>[] {
  return [
    { methods, pattern: `/${name}`, handle },
    { methods, pattern: `/:index/${name}`, handle },
  ];
}

/** Goes out as text, because `_source` stands in it letter by letter; a filter or indent needs the parsed form. */
function answer(request: RouteRequest, body: unknown): RouteResponse {
  const { filter_path: filter, pretty } = request.query;
  const text = toJson(body);
  const plain = (filter === undefined || filter === '') && (pretty === undefined || pretty === 'false');
  return { status: 200, body: plain ? Buffer.from(text) : JSON.parse(text) };
}

async function handleSearch(request: RouteRequest, reader: Reader): Promise<RouteResponse> {
  const { rest_total_hits_as_int: asInt, scroll } = request.query;
  const body = withUrlOptions(jsonBody(request), request.query);
  const integer = flagOf(asInt, false, 'rest_total_hits_as_int');
  const wanted = integer && body.track_total_hits === undefined ? { ...body, track_total_hits: true } : body;
  const slices = searchedSlices(request, wanted, reader);
  if (scroll !== undefined)
    return answer(request, shape(await scrollPage(reader, request, slices, wanted, undefined), integer));
  const { response } = await search(reader, { slices, body: wanted, signal: request.signal, now: Date.now() });
  const pit = wanted.pit === undefined ? {} : { pit_id: objectOf(wanted.pit, 'pit').id };
  return answer(request, { ...pit, ...shape(response, integer) });
}

function searchedSlices(request: RouteRequest, body: Json, reader: Reader): readonly Slice[] {
  if (body.pit === undefined) return slicesOf(reader, request.params['index'] ?? '_all', request.query);
  if (request.params['index'] !== undefined)
    throw illegal('[indices] cannot be used with point in time. Do not specify any index with point in time.');
  return cursorSlices(reader, decodeCursor(objectOf(body.pit, 'pit').id, 'point in time'));
}

/** `hits.total` as a plain number where the client asked for it. */
function shape(response: Json, integer: boolean): Json {
  if (!integer) return response;
  const hits = objectOf(response.hits, 'hits');
  const total = hits.total as { value: number } | undefined;
  return { ...response, hits: { ...hits, total: total?.value ?? -1 } };
}

async function scrollPage(
  reader: Reader,
  request: RouteRequest,
  slices: readonly Slice[],
  body: Json,
  after: readonly unknown[] | undefined,
): Promise<Json> {
  const { aggs: _aggs, aggregations: _aggregations, ...rest } = body;
  const page = after === undefined ? body : { ...rest, from: 0 };
  const scrolled = { slices, body: page, signal: request.signal, now: Date.now(), after };
  const { response, continuation }: SearchAnswer = await search(reader, scrolled);
  const next = encodeCursor({ indices: slices.map(({ index }) => index), body, after: continuation ?? after ?? [] });
  return { _scroll_id: next, ...response };
}

async function handleScroll(request: RouteRequest, reader: Reader): Promise<RouteResponse> {
  const body = jsonBody(request);
  const id = body.scroll_id ?? request.params['scrollId'] ?? request.query['scroll_id'];
  if (id === undefined) throw illegal('scroll_id is missing');
  const cursor = decodeCursor(id, 'scroll');
  const integer = flagOf(request.query['rest_total_hits_as_int'], false, 'rest_total_hits_as_int');
  const slices = cursorSlices(reader, cursor);
  const page = await scrollPage(reader, request, slices, cursor.body, cursorPlace(cursor, slices));
  return answer(request, shape(page, integer));
}

async function handleOpenPit(request: RouteRequest, reader: Reader): Promise<RouteResponse> {
  if (request.query['keep_alive'] === undefined) throw illegal('[keep_alive] is required');
  const slices = slicesOf(reader, request.params['index'] ?? '_all', request.query);
  const id = encodeCursor({ indices: slices.map(({ index }) => index), body: {}, after: undefined });
  return { status: 200, body: { id, _shards: shards(slices.length) } };
}

/** Nothing is kept for a cursor, so there is nothing to free. */
async function clearCursor(request: RouteRequest): Promise<RouteResponse> {
  const ids = listOf(jsonBody(request).scroll_id ?? request.params['scrollId'] ?? 1);
  return { status: 200, body: { succeeded: true, num_freed: ids.length } };
}

async function handleCount(request: RouteRequest, reader: Reader): Promise<RouteResponse> {
  const { query } = withUrlOptions(jsonBody(request), request.query);
  const slices = slicesOf(reader, request.params['index'] ?? '_all', request.query);
  return answer(
    request,
    await count(reader, {
      slices,
      body: query === undefined ? {} : { query },
      signal: request.signal,
      now: Date.now(),
    }),
  );
}

async function handleFieldCaps(request: RouteRequest, reader: Reader): Promise<RouteResponse> {
  const body = jsonBody(request);
  const slices = slicesOf(reader, request.params['index'] ?? '_all', request.query);
  const unmapped = flagOf(request.query['include_unmapped'], false, 'include_unmapped');
  return answer(request, fieldCaps(reader, slices, request.query['fields'] ?? body.fields, unmapped));
}

async function handleMultiSearch(request: RouteRequest, reader: Reader): Promise<RouteResponse> {
  const started = performance.now();
  const lines = linesOf(request.body);
  if (lines.length % 2 !== 0) throw illegal('the request body must hold a header line and a body line for each search');
  const integer = flagOf(request.query['rest_total_hits_as_int'], false, 'rest_total_hits_as_int');
  const responses: Json[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    responses.push(await oneOfMany(request, reader, lines[at]!, lines[at + 1]!, integer));
  }
  return answer(request, { took: Math.round(performance.now() - started), responses });
}

async function oneOfMany(
  request: RouteRequest,
  reader: Reader,
  headerLine: string,
  bodyLine: string,
  integer: boolean,
): Promise<Json> {
  const header = headerLine.trim() === '' ? {} : parseBody(headerLine);
  const body = parseBody(bodyLine);
  try {
    const index = listOf(header.index ?? header.indices ?? request.params['index']).join(',');
    const slices = slicesOf(reader, index === '' ? '_all' : index, { ...request.query, ...header });
    const { response } = await search(reader, { slices, body, signal: request.signal, now: Date.now() });
    return { ...shape(response, integer), status: 200 };
  } catch (error) {
    // As in Elasticsearch, what does not parse fails all searches; what one search cannot do only that one.
    if (!(error instanceof EsError) || error.type === 'parsing_exception') throw error;
    return { ...error.toBody() };
  }
}
