import type { RejectionReason } from '../model/rejected.ts';

/** Why items or whole requests are sent again; values of the label `reason` of the retries counter. */
export type RetryReason =
  | 'overloaded'
  | 'unavailable'
  | 'server_error'
  | 'blocked'
  | 'forbidden'
  | 'no_index'
  | 'shard_limit'
  | 'conflict'
  | 'dead_letter_refused'
  | 'dead_letters_full'
  | 'unauthorized'
  | 'no_connection'
  | 'timeout'
  | 'unreadable_answer';

/** What the store may have done with a request that is sent again: nothing, or nobody knows and it is looked up first. */
export type Done = 'not_taken' | 'unknown';

/** What is done about one document of a bulk that answered 200. */
export type ItemMeaning =
  | { readonly means: 'indexed' | 'already_there' }
  | { readonly means: 'again'; readonly why: RetryReason; readonly done: Done }
  | { readonly means: 'dead_letter'; readonly why: RejectionReason };

/** What is done about a whole request: `split` finds the one document that is at fault, or too large a body. */
export type RequestMeaning =
  | { readonly means: 'again'; readonly why: RetryReason; readonly done: Done }
  | { readonly means: 'split'; readonly why: 'too_large' | 'refused' }
  | { readonly means: 'items' };

/** One kind of answer. `says` is looked for in its error's type and reason; a row without `status` fits every status. */
export type Row<Name extends string, Meaning> = {
  readonly answer: Name;
  readonly status?: number | readonly [from: number, to: number];
  readonly says?: RegExp;
} & Meaning;

const MAPPER =
  /^(document_parsing|mapper_parsing|strict_dynamic_mapping)_exception|^illegal_argument_exception: .*(mapper|mapping|field|immense term|document)/i;

/**
 * EVERYTHING ELASTICSEARCH CAN ANSWER, AND WHAT IS DONE ABOUT IT. In each list the first row that fits decides, and the
 * last one fits always. `test/delivery/answers.test.ts` has a test for each row, and fails where one has none.
 */

/** Of one document in a 200: item by item, for one failure says nothing of its neighbours. */
export const ITEM_ANSWERS = [
  { answer: '201 created', status: 201, means: 'indexed' },
  { answer: '200 updated', status: 200, means: 'indexed' },
  // The id holds host, file, offset and checksum of the line, so a document under it is that line, sent before. Another's
  // would need the same checksum at the same offset of a file with the same name and head on the same host: what
  // docs/contracts.md calls one line. It cannot be told from ours, and the look-up of recovery trusts the same id.
  { answer: '409 own', status: 409, says: /document already exists/, means: 'already_there' },
  // Any other conflict (an index being made, deleted or snapshotted, a version that somebody changes) says nothing of our
  // document being there: nothing is counted as stored that has not been found under its id.
  { answer: '409 foreign', status: 409, means: 'again', why: 'conflict', done: 'unknown' },
  { answer: '429 flood stage', status: 429, says: /cluster_block/, means: 'again', why: 'blocked', done: 'not_taken' },
  { answer: '429 overloaded', status: 429, means: 'again', why: 'overloaded', done: 'not_taken' },
  { answer: '403 read-only', status: 403, says: /cluster_block/, means: 'again', why: 'blocked', done: 'not_taken' },
  { answer: '401 no right', status: 401, means: 'again', why: 'forbidden', done: 'not_taken' },
  { answer: '403 no right', status: 403, means: 'again', why: 'forbidden', done: 'not_taken' },
  // Only where indices are not created automatically: a fault of the set-up, not of the document.
  { answer: '404 no index', status: 404, means: 'again', why: 'no_index', done: 'not_taken' },
  { answer: '400 closed index', status: 400, says: /index_closed/, means: 'again', why: 'blocked', done: 'not_taken' },
  {
    answer: '400 no shards left',
    status: 400,
    says: /maximum (normal |frozen )?shards open|maximum number of shards/,
    means: 'again',
    why: 'shard_limit',
    done: 'not_taken',
  },
  // The field is moved aside first, see quarantine.ts.
  { answer: '400 mapper', status: 400, says: MAPPER, means: 'dead_letter', why: 'mapping' },
  { answer: '400 other', status: 400, means: 'dead_letter', why: 'refused' },
  { answer: '413 document', status: 413, means: 'dead_letter', why: 'too_large' },
  // The copies may have it: a shard that times out on a replica has written its primary.
  { answer: '502 item', status: 502, means: 'again', why: 'unavailable', done: 'unknown' },
  { answer: '503 no shard', status: 503, means: 'again', why: 'unavailable', done: 'unknown' },
  { answer: '504 item', status: 504, means: 'again', why: 'unavailable', done: 'unknown' },
  // A full disk and a failing node answer 500 too: nothing is given up for it.
  { answer: '500 item', status: [500, 599], means: 'again', why: 'server_error', done: 'unknown' },
  { answer: 'any other item', means: 'dead_letter', why: 'refused' },
] as const satisfies readonly Row<string, ItemMeaning>[];

/** Of a whole request, by its status. */
export const REQUEST_ANSWERS = [
  // All indexed, or mixed: then each item is judged by the list above.
  { answer: '200', status: 200, means: 'items' },
  {
    answer: '400 protocol',
    status: 400,
    says: /media_type_header/,
    means: 'again',
    why: 'unavailable',
    done: 'unknown',
  },
  { answer: '400 content', status: 400, says: /^\w+/, means: 'split', why: 'refused' },
  // Not Elasticsearch's words: a proxy, or another server.
  { answer: '400 of a stranger', status: 400, means: 'again', why: 'unavailable', done: 'unknown' },
  { answer: '401', status: 401, means: 'again', why: 'unauthorized', done: 'not_taken' },
  { answer: '403 block', status: 403, says: /cluster_block/, means: 'again', why: 'blocked', done: 'not_taken' },
  { answer: '403', status: 403, means: 'again', why: 'unauthorized', done: 'not_taken' },
  { answer: '404', status: 404, means: 'again', why: 'unavailable', done: 'unknown' },
  { answer: '405', status: 405, means: 'again', why: 'unavailable', done: 'unknown' },
  { answer: '408', status: 408, means: 'again', why: 'timeout', done: 'unknown' },
  { answer: '413', status: 413, means: 'split', why: 'too_large' },
  { answer: '429 block', status: 429, says: /cluster_block/, means: 'again', why: 'blocked', done: 'not_taken' },
  { answer: '429', status: 429, means: 'again', why: 'overloaded', done: 'not_taken' },
  { answer: '500', status: 500, means: 'again', why: 'server_error', done: 'unknown' },
  { answer: '502', status: 502, means: 'again', why: 'unavailable', done: 'unknown' },
  { answer: '503', status: 503, means: 'again', why: 'unavailable', done: 'unknown' },
  { answer: '504', status: 504, means: 'again', why: 'unavailable', done: 'unknown' },
  // 3xx, other 4xx: whatever answers there is not the store; waiting loses nothing.
  { answer: 'any other status', means: 'again', why: 'unavailable', done: 'unknown' },
] as const satisfies readonly Row<string, RequestMeaning>[];

/**
 * Of a request without an answer, by what the client calls it: `says` is looked for in `NAME: CODE MESSAGE`. The network,
 * a proxy and the client have more ways to fail than can be listed, and to look up and send again is always right.
 */
export const FAILURES = [
  { answer: 'timeout', says: /^TimeoutError/, means: 'again', why: 'timeout', done: 'unknown' },
  { answer: 'slow drip', says: /^AnswerTooSlow/, means: 'again', why: 'timeout', done: 'unknown' },
  { answer: 'product check', says: /^ProductNotSupported/, means: 'again', why: 'unavailable', done: 'unknown' },
  {
    answer: 'TLS failure',
    says: /certificate|CERT_|altnames|EPROTO|SSL|TLS/,
    means: 'again',
    why: 'no_connection',
    done: 'unknown',
  },
  {
    answer: 'never connected',
    // A connection that stands may meet a route that is gone as well, with the request on its way.
    says: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|connect (ENETUNREACH|EHOSTUNREACH)|UND_ERR_CONNECT_TIMEOUT/,
    means: 'again',
    why: 'no_connection',
    done: 'not_taken',
  },
  { answer: 'invalid JSON', says: /^NotJson/, means: 'again', why: 'unreadable_answer', done: 'unknown' },
  { answer: 'other items', says: /^OtherItems/, means: 'again', why: 'unreadable_answer', done: 'unknown' },
  // Before or after the work was done: nobody here can tell.
  { answer: 'cut connection', means: 'again', why: 'no_connection', done: 'unknown' },
] as const satisfies readonly Row<string, RequestMeaning>[];

/** The first row that fits. @param text `TYPE: REASON` of the answer's error, or of the failure. */
export function rowOf<Meaning>(rows: readonly Row<string, Meaning>[], status: number, text: string) {
  const row = rows.find(({ status: of, says }) => fits(of, status) && (says === undefined || says.test(text)));
  if (row === undefined) throw new Error('BUG: the table of answers has no last row');
  return row;
}

function fits(of: number | readonly [number, number] | undefined, status: number): boolean {
  if (of === undefined) return true;
  return typeof of === 'number' ? of === status : status >= of[0] && status <= of[1];
}
