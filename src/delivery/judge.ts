import { errors } from '@elastic/elasticsearch';
import { Rejected } from '../model/rejected.ts';

/** One item of a bulk answer, as far as it is asked for. */
export type ItemAnswer = {
  readonly status: number;
  readonly error?: {
    readonly type?: string;
    readonly reason?: string;
    readonly caused_by?: { readonly reason?: string };
  };
};

/** Why items or whole requests are sent again; values of the label `reason` of the retries counter. */
export type RetryReason =
  | 'overloaded'
  | 'unavailable'
  | 'server_error'
  | 'blocked'
  | 'forbidden'
  | 'no_index'
  | 'shard_limit'
  | 'dead_letter_refused'
  | 'unauthorized'
  | 'no_connection'
  | 'timeout'
  | 'unreadable_answer';

/** What an item's answer means. */
export type Verdict =
  | { readonly kind: 'indexed' }
  | { readonly kind: 'already_there' }
  | { readonly kind: 'retry'; readonly reason: RetryReason; readonly detail: string }
  | { readonly kind: 'dead_letter'; readonly rejected: Rejected };

/**
 * What a request without item answers means. `unknown`: the store may have taken some of the items before the answer
 * was lost, so they are looked up before they are sent again.
 */
export type Fault =
  | { readonly kind: 'wait'; readonly reason: RetryReason; readonly detail: string; readonly unknown: boolean }
  | { readonly kind: 'too_large'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };

export type Wait = Extract<Fault, { kind: 'wait' }>;

const INDEXED: Verdict = { kind: 'indexed' };
const ALREADY_THERE: Verdict = { kind: 'already_there' };

/** 400s that are the index's state and not the document's fault. */
const PASSING_400: readonly (readonly [RegExp, RetryReason])[] = [
  [/maximum (normal |frozen )?shards open|maximum number of shards/, 'shard_limit'],
  [/index_closed_exception/, 'blocked'],
];

/** 400s that are about a field of the document; the group is its name. Most specific first. */
const FIELD_PATTERNS: readonly RegExp[] = [
  /dynamic introduction of \[([^\]]+)\] within/,
  /failed to parse field \[([^\]]+)\]/,
  /object mapping for \[([^\]]+)\]/,
  /dynamically add mapping for field \[([^\]]+)\]/,
  /immense term in field="([^"]+)"/,
  /data stream timestamp field \[([^\]]+)\]/,
  /mapper \[([^\]]+)\] cannot be changed/,
  /field(?: name)? \[([^\]]+)\]/,
];
const MAPPING_TYPES = new Set([
  'document_parsing_exception',
  'mapper_parsing_exception',
  'strict_dynamic_mapping_exception',
]);
const MAPPING_REASON = /mapper|mapping|field|immense term|document/i;

/** Judges one item: one row a status. Pure. */
export function judgeItem(answer: ItemAnswer): Verdict {
  const { status } = answer;
  if (status === 201 || status === 200) return INDEXED;
  if (status === 409) return ALREADY_THERE;
  const detail = describe(answer);
  if (status === 429) return retry(/cluster_block/.test(detail) ? 'blocked' : 'overloaded', detail);
  if (status === 502 || status === 503 || status === 504) return retry('unavailable', detail);
  // A full disk and a failing node answer 500 too: nothing is given up for it.
  if (status >= 500) return retry('server_error', detail);
  if (status === 403 && /cluster_block/.test(detail)) return retry('blocked', detail);
  if (status === 401 || status === 403) return retry('forbidden', detail);
  // Only where indices are not created automatically: a fault of the set-up, not of the document.
  if (status === 404) return retry('no_index', detail);
  if (status === 413) return { kind: 'dead_letter', rejected: new Rejected('too_large', detail) };
  if (status === 400) return judgeBadItem(answer, detail);
  return { kind: 'dead_letter', rejected: new Rejected('refused', detail) };
}

function judgeBadItem(answer: ItemAnswer, detail: string): Verdict {
  for (const [pattern, reason] of PASSING_400) if (pattern.test(detail)) return retry(reason, detail);
  const type = answer.error?.type ?? '';
  const mapping =
    MAPPING_TYPES.has(type) ||
    (type === 'illegal_argument_exception' && MAPPING_REASON.test(answer.error?.reason ?? ''));
  if (!mapping) return { kind: 'dead_letter', rejected: new Rejected('refused', detail) };
  return { kind: 'dead_letter', rejected: new Rejected('mapping', detail, fieldOf(detail)) };
}

/** Judges an answer whose status says that the request as a whole was not taken. */
export function judgeStatus(status: number, text: string): Fault {
  const detail = summarise(status, text);
  if (status === 413) return { kind: 'too_large', detail };
  if (status === 401 || status === 403) return { kind: 'wait', reason: 'unauthorized', detail, unknown: false };
  if (status === 429) return { kind: 'wait', reason: 'overloaded', detail, unknown: false };
  if (status === 408) return { kind: 'wait', reason: 'timeout', detail, unknown: true };
  if (status === 500) return { kind: 'wait', reason: 'server_error', detail, unknown: true };
  if (status > 500) return { kind: 'wait', reason: 'unavailable', detail, unknown: true };
  if (status === 400 && isOfContent(text)) return { kind: 'refused', detail };
  // 3xx, 404, 405, a 400 in other words: whatever answers there is not the store; waiting loses nothing.
  return { kind: 'wait', reason: 'unavailable', detail, unknown: true };
}

/**
 * Judges a request that failed before its answer was read, whatever the failure: the network, a proxy and the client have
 * more ways to fail than can be listed, and to send again what may be there already is always right.
 */
export function judgeFailure(error: unknown): Wait {
  if (error instanceof errors.TimeoutError) {
    return { kind: 'wait', reason: 'timeout', detail: 'does not answer in time', unknown: true };
  }
  if (error instanceof errors.ProductNotSupportedError) {
    return { kind: 'wait', reason: 'unavailable', detail: 'does not answer as Elasticsearch', unknown: true };
  }
  if (error instanceof errors.ElasticsearchClientError) {
    // No connection was made, so nothing of the request can have arrived.
    const unsent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|CERT_|certificate/.test(error.message);
    return { kind: 'wait', reason: 'no_connection', detail: `cannot be reached (${error.message})`, unknown: !unsent };
  }
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const detail = `broke off its answer (${code ?? message ?? 'for no reason'})`;
  return { kind: 'wait', reason: 'no_connection', detail, unknown: true };
}

function retry(reason: RetryReason, detail: string): Verdict {
  return { kind: 'retry', reason, detail };
}

function describe({ status, error }: ItemAnswer): string {
  const cause = error?.caused_by?.reason;
  const reason = error?.reason ?? `status ${status}`;
  const text = cause === undefined || reason.includes(cause) ? reason : `${reason}: ${cause}`;
  return error?.type === undefined ? text : `${error.type}: ${text}`;
}

function fieldOf(detail: string): string | undefined {
  for (const pattern of FIELD_PATTERNS) {
    const name = pattern.exec(detail)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Whether a 400 is Elasticsearch's own and about what was sent, not about the way in which the client speaks. */
function isOfContent(text: string): boolean {
  const error = errorOf(text);
  return error !== undefined && error.type !== 'media_type_header_exception';
}

/** The error of an Elasticsearch answer; undefined for any other text. */
function errorOf(text: string): { readonly type: string; readonly reason?: string } | undefined {
  try {
    const body = JSON.parse(text) as { error?: { type?: unknown; reason?: string } | string | null } | null;
    const error = body?.error;
    return typeof error === 'object' && typeof error?.type === 'string' ? { ...error, type: error.type } : undefined;
  } catch {
    // Proxies answer HTML or nothing.
    return undefined;
  }
}

/** `answers 401 (security_exception: …)`; of a body that is no error of Elasticsearch only its beginning. */
function summarise(status: number, text: string): string {
  const error = errorOf(text);
  const reason =
    error === undefined
      ? text.slice(0, 120).replaceAll(/\s+/g, ' ').trim()
      : `${error.type}: ${error.reason}`.slice(0, 300);
  return reason === '' ? `answers ${status}` : `answers ${status} (${reason})`;
}
