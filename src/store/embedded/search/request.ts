import { EsError, type RouteRequest } from '../route.ts';
import type { Reader, Slice } from '../slice.ts';
import { flagOf, illegal, type Json, objectOf } from './body.ts';

/** A request's body as an object; none is `{}`. Throws EsError parsing_exception. */
export function jsonBody({ body, query }: RouteRequest): Json {
  const text = body.length > 0 ? body.toString('utf8') : (query['source'] ?? '');
  return text.trim() === '' ? {} : parseBody(text);
}

/** A JSON text as an object. Throws EsError parsing_exception. */
export function parseBody(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EsError(400, 'parsing_exception', `cannot parse the body: ${(cause as Error).message}`);
  }
  return objectOf(value, 'body');
}

/** Slices of an index expression, by the options that go with it. */
export function slicesOf(
  reader: Reader,
  expression: string,
  options: Readonly<Record<string, unknown>>,
): readonly Slice[] {
  const ignoreUnavailable = flagOf(options['ignore_unavailable'], false, 'ignore_unavailable');
  const slices = reader.resolve(expression, { ignoreUnavailable });
  if (slices.length === 0 && !flagOf(options['allow_no_indices'], true, 'allow_no_indices')) {
    throw new EsError(404, 'index_not_found_exception', `no such index [${expression}]`, { index: expression });
  }
  return slices;
}

const BODY_OPTIONS = [
  'size',
  'from',
  'timeout',
  'terminate_after',
  'track_total_hits',
  'version',
  'seq_no_primary_term',
];

/** The search body with what stands in the URL: `q`, `sort`, `_source`, `size` … */
export function withUrlOptions(body: Json, query: Readonly<Record<string, string>>): Json {
  const merged: Record<string, unknown> = { ...body };
  for (const name of BODY_OPTIONS) if (query[name] !== undefined) merged[name] = numberOrText(query[name]);
  const list = (text: string) => text.split(',').filter((part) => part !== '');
  if (query['sort'] !== undefined) merged.sort = list(query['sort']);
  if (query['docvalue_fields'] !== undefined) merged.docvalue_fields = list(query['docvalue_fields']);
  if (query['_source'] !== undefined) {
    merged._source =
      query['_source'] === 'true' || query['_source'] === 'false' ? query['_source'] : list(query['_source']);
  }
  const includes = query['_source_includes'];
  const excludes = query['_source_excludes'];
  if (includes !== undefined || excludes !== undefined) {
    merged._source = { includes: list(includes ?? ''), excludes: list(excludes ?? '') };
  }
  if (query['q'] !== undefined) {
    merged.query = {
      query_string: {
        query: query['q'],
        ...(query['df'] === undefined ? {} : { default_field: query['df'] }),
        ...(query['default_operator'] === undefined ? {} : { default_operator: query['default_operator'] }),
      },
    };
  }
  return merged;
}

function numberOrText(text: string): unknown {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** Pages of NDJSON: the lines of a multi search body. */
export function linesOf(body: Buffer): string[] {
  const lines = body.toString('utf8').split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length === 0) throw illegal('no requests added');
  return lines;
}
