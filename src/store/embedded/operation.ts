import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { IndexState } from './index-state.ts';
import { EsError } from './route.ts';
import { parseDocument, previewOf, stringifyDocument } from './source.ts';
import type { Found, Transaction } from './transaction.ts';
import { toDate } from './values.ts';

export type Action = 'create' | 'index' | 'delete' | 'update';

/** One change of one document, from a bulk line pair or a document request. */
export type Operation = {
  readonly action: Action;
  /** Stream, index or alias as named. */
  readonly target: string;
  /** Empty: the store makes one. */
  readonly id: string | undefined;
  /** The document's text; of an update, the update body's. */
  readonly source: string;
  /** The document when the text has been parsed already. */
  readonly document?: Readonly<Record<string, unknown>> | undefined;
  readonly ifSequence: number | undefined;
  readonly ifTerm: number | undefined;
  readonly requireAlias?: boolean;
};

/** What became of an operation, as bulk items and document answers show it. */
export type Outcome = {
  readonly _index: string;
  readonly _id: string;
  readonly _version: number;
  readonly result: 'created' | 'updated' | 'deleted' | 'noop' | 'not_found';
  readonly _shards: { readonly total: number; readonly successful: number; readonly failed: number };
  readonly _seq_no: number;
  readonly _primary_term: number;
  readonly status: number;
};

/** Documents keep one primary term: there is one copy of everything. */
export const PRIMARY_TERM = 1;
const SHARDS = { total: 1, successful: 1, failed: 0 };
const MAX_ID_BYTES = 512;

/** Where an operation goes and under what name its document is known; made before ids are looked up. */
export type Place = { readonly index: IndexState; readonly key: string; readonly stream: boolean };

/** Finds (or makes) the index of an operation. Throws EsError 400 or 404. */
export async function placeOf(transaction: Transaction, operation: Operation): Promise<Place> {
  const { target, action } = operation;
  const { catalog } = transaction;
  if (operation.requireAlias === true && (catalog.indices.has(target) || !catalog.names().has(target))) {
    const reason = `no such index [${target}] and [require_alias] request flag is [true] and [${target}] is not an alias`;
    throw new EsError(404, 'index_not_found_exception', reason, { index: target });
  }
  const stream = catalog.streams.has(target);
  if (stream) refuseUnlessCreate(action);
  if (action === 'delete' && !stream) catalog.writeIndex(target) ?? catalog.index(target);
  const index = await transaction.openTarget(target);
  if (catalog.streams.has(target)) refuseUnlessCreate(action);
  return { index, key: index.stream ?? index.name, stream: catalog.streams.has(target) };
}

function refuseUnlessCreate(action: Action): void {
  if (action === 'create') return;
  const reason = 'only write ops with an op_type of create are allowed in data streams';
  throw new EsError(400, 'illegal_argument_exception', reason);
}

/** Carries out one operation whose id has been looked up. Throws EsError; nothing has changed then. */
export function perform(transaction: Transaction, operation: Operation, { index, key, stream }: Place): Outcome {
  const id = operation.id ?? randomBytes(15).toString('base64url');
  checkId(id);
  const found = operation.id === undefined ? undefined : transaction.found(key, id);
  // A backing index named directly holds only its own documents, though ids are one per stream.
  const here = found === undefined || found.index === index || stream ? found : undefined;
  checkConditions(operation, id, index, here);
  switch (operation.action) {
    case 'create':
      if (found !== undefined) {
        const reason = `[${id}]: version conflict, document already exists (current version [${found.version}])`;
        throw conflict(reason, found.index);
      }
      return store(transaction, operation.source, id, index, undefined, operation.document);
    case 'index':
      return store(transaction, operation.source, id, index, here, operation.document);
    case 'delete':
      if (here === undefined) return notFound(id, index);
      return { ...remove(transaction, id, here), status: 200 };
    case 'update':
      return update(transaction, operation, id, index, here);
  }
}

function store(
  transaction: Transaction,
  source: string,
  id: string,
  index: IndexState,
  previous: Found | undefined,
  document = parseDocument(source) as Readonly<Record<string, unknown>>,
): Outcome {
  if (index.stream !== undefined) checkTimestamp(document, id);
  const { sequence, version } = transaction.put(index, id, source, document, previous);
  const result = previous === undefined ? 'created' : 'updated';
  return outcome(index, id, version, sequence, result, previous === undefined ? 201 : 200);
}

function update(
  transaction: Transaction,
  operation: Operation,
  id: string,
  index: IndexState,
  found: Found | undefined,
): Outcome {
  const body = parseDocument(operation.source);
  const { doc, upsert, script, doc_as_upsert: docAsUpsert, detect_noop: detectNoop } = body;
  if (script !== undefined) throw new EsError(400, 'illegal_argument_exception', 'scripts are not supported');
  if (found === undefined) {
    const fresh = docAsUpsert === true ? doc : upsert;
    if (fresh === undefined) {
      throw new EsError(404, 'document_missing_exception', `[${id}]: document missing`, placeDetails(index));
    }
    return store(transaction, stringifyDocument(fresh), id, index, undefined);
  }
  if (typeof doc !== 'object' || doc === null) {
    throw new EsError(400, 'action_request_validation_exception', 'Validation Failed: 1: script or doc is missing;');
  }
  const before = parseDocument(found.source ?? '{}');
  const after = mergeObjects(before, doc as Record<string, unknown>);
  if (detectNoop !== false && isDeepStrictEqual(before, after)) {
    return outcome(index, id, found.version, found.sequence, 'noop', 200);
  }
  return store(transaction, stringifyDocument(after), id, index, found);
}

function mergeObjects(into: Record<string, unknown>, from: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const earlier = merged[key];
    merged[key] = isObject(earlier) && isObject(value) ? mergeObjects(earlier, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkId(id: string): void {
  const bytes = Buffer.byteLength(id);
  if (bytes > 0 && bytes <= MAX_ID_BYTES) return;
  const reason =
    bytes === 0
      ? 'if _id is specified it must not be empty'
      : `id [${id}] is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${bytes}`;
  throw new EsError(400, 'illegal_argument_exception', reason);
}

function checkTimestamp(document: Readonly<Record<string, unknown>>, id: string): void {
  const value = document['@timestamp'];
  if (value === undefined || value === null) {
    const reason = 'data stream timestamp field [@timestamp] is missing';
    throw new EsError(400, 'document_parsing_exception', reason);
  }
  if (toDate(value) !== undefined) return;
  const preview = previewOf(value);
  const reason = `failed to parse field [@timestamp] of type [date] in document with id '${id}'. Preview of field's value: ${preview}`;
  const caused = { type: 'illegal_argument_exception', reason: `failed to parse date field [${preview}]` };
  throw new EsError(400, 'document_parsing_exception', reason, { caused_by: caused });
}

function checkConditions(operation: Operation, id: string, index: IndexState, found: Found | undefined): void {
  const { ifSequence, ifTerm } = operation;
  if (ifSequence === undefined && ifTerm === undefined) return;
  if (found?.sequence === ifSequence && ifTerm === PRIMARY_TERM) return;
  const current =
    found === undefined
      ? 'but no document was found'
      : `current document has seqNo [${found.sequence}] and primary term [${PRIMARY_TERM}]`;
  const required = `required seqNo [${ifSequence}], primary term [${ifTerm}]`;
  throw conflict(`[${id}]: version conflict, ${required}. ${current}`, index);
}

function remove(transaction: Transaction, id: string, found: Found): Outcome {
  const { sequence, version } = transaction.remove(id, found);
  return outcome(found.index, id, version, sequence, 'deleted', 200);
}

function notFound(id: string, index: IndexState): Outcome {
  return outcome(index, id, 1, index.nextSequence ?? 0, 'not_found', 404);
}

function outcome(
  index: IndexState,
  id: string,
  version: number,
  sequence: number,
  result: Outcome['result'],
  status: number,
): Outcome {
  return {
    _index: index.name,
    _id: id,
    _version: version,
    result,
    _shards: SHARDS,
    _seq_no: sequence,
    _primary_term: PRIMARY_TERM,
    status,
  };
}

function conflict(reason: string, index: IndexState): EsError {
  return new EsError(409, 'version_conflict_engine_exception', reason, placeDetails(index));
}

function placeDetails(index: IndexState) {
  return { index_uuid: index.uuid, shard: '0', index: index.name };
}
