import type { Action, Operation } from './operation.ts';
import { EsError } from './route.ts';
import { parseDocument } from './source.ts';

const ACTIONS: ReadonlySet<string> = new Set<Action>(['create', 'index', 'delete', 'update']);

export type BulkDefaults = { readonly index: string | undefined; readonly requireAlias: boolean };

/** Takes a bulk body apart. Throws EsError 400 for one whose action lines cannot be read; faulty documents are left to their items. */
export function parseBulkBody(body: Buffer, defaults: BulkDefaults): Operation[] {
  if (body.length === 0) throw invalid('request body is required');
  if (body[body.length - 1] !== 10) throw invalid('The bulk request must be terminated by a newline [\\n]');
  const text = body.toString('utf8');
  const operations: Operation[] = [];
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const head = text.slice(start, end);
    start = end + 1;
    line++;
    if (head.trim() === '') continue;
    const { action, meta } = parseAction(head, line);
    let source = '';
    if (action !== 'delete') {
      if (start >= text.length) throw invalid(`Malformed action/metadata line [${line}]: the document is missing`);
      const stop = text.indexOf('\n', start);
      source = text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop);
      start = stop + 1;
      line++;
    }
    operations.push(toOperation(action, meta, source, defaults));
  }
  return operations;
}

function parseAction(head: string, line: number): { action: Action; meta: Record<string, unknown> } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(head);
  } catch {
    throw invalid(`Malformed action/metadata line [${line}], expected a JSON object`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid(`Malformed action/metadata line [${line}], expected START_OBJECT`);
  }
  const entry = Object.entries(parsed)[0];
  if (entry === undefined || Object.keys(parsed).length !== 1) {
    throw invalid(`Malformed action/metadata line [${line}], expected FIELD_NAME`);
  }
  const [action, meta] = entry;
  if (!ACTIONS.has(action)) {
    const expected = 'expected one of [create, delete, index, update]';
    throw invalid(`Malformed action/metadata line [${line}], ${expected} but found [${action}]`);
  }
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) {
    throw invalid(`Malformed action/metadata line [${line}], expected START_OBJECT`);
  }
  return { action: action as Action, meta: meta as Record<string, unknown> };
}

function toOperation(
  action: Action,
  meta: Readonly<Record<string, unknown>>,
  source: string,
  defaults: BulkDefaults,
): Operation {
  const target = meta['_index'] ?? defaults.index;
  if (typeof target !== 'string' || target === '') throw missing('index is missing');
  const id = meta['_id'] === undefined || meta['_id'] === null ? undefined : String(meta['_id']);
  if (id === undefined && (action === 'delete' || action === 'update')) throw missing('id is missing');
  return {
    action,
    target,
    id,
    source,
    document: action === 'delete' ? undefined : tryParse(source),
    ifSequence: meta['if_seq_no'] === undefined ? undefined : Number(meta['if_seq_no']),
    ifTerm: meta['if_primary_term'] === undefined ? undefined : Number(meta['if_primary_term']),
    requireAlias: meta['require_alias'] === undefined ? defaults.requireAlias : meta['require_alias'] === true,
  };
}

/** Parsed on arrival, while the transaction before is being committed; a faulty one is parsed again where its error counts. */
function tryParse(source: string): Record<string, unknown> | undefined {
  try {
    return parseDocument(source);
  } catch {
    return undefined;
  }
}

function missing(what: string): EsError {
  return new EsError(400, 'action_request_validation_exception', `Validation Failed: 1: ${what};`);
}

function invalid(reason: string): EsError {
  return new EsError(400, 'illegal_argument_exception', reason);
}
