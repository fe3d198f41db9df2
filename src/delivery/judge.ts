import { errors } from '@elastic/elasticsearch';
import { Rejected } from '../model/rejected.ts';
import {
  type Done,
  FAILURES,
  ITEM_ANSWERS,
  type ItemMeaning,
  REQUEST_ANSWERS,
  type RequestMeaning,
  type RetryReason,
  rowOf,
} from './answers.ts';

/** One item of a bulk answer, as far as it is asked for. */
export type ItemAnswer = {
  readonly status: number;
  readonly error?: {
    readonly type?: string;
    readonly reason?: string;
    readonly caused_by?: { readonly reason?: string };
  };
};

/** What an item's answer means. */
export type Verdict =
  | { readonly kind: 'indexed' }
  | { readonly kind: 'already_there' }
  | { readonly kind: 'retry'; readonly reason: RetryReason; readonly detail: string; readonly unknown: boolean }
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

/** Judges one item by the table of answers. Pure. */
export function judgeItem(answer: ItemAnswer): Verdict {
  const { status } = answer;
  if (status === 201) return INDEXED;
  const detail = describe(answer);
  const row = rowOf<ItemMeaning>(ITEM_ANSWERS, status, detail);
  switch (row.means) {
    case 'indexed':
      return INDEXED;
    case 'already_there':
      return ALREADY_THERE;
    case 'again':
      return { kind: 'retry', reason: row.why, detail, unknown: isUnknown(row.done) };
    case 'dead_letter':
      return {
        kind: 'dead_letter',
        rejected: new Rejected(row.why, detail, row.why === 'mapping' ? fieldOf(detail) : undefined),
      };
  }
}

/** Judges an answer whose status says that the request as a whole was not taken. */
export function judgeStatus(status: number, text: string): Fault {
  const detail = summarise(status, text);
  const error = errorOf(text);
  const row = rowOf<RequestMeaning>(
    REQUEST_ANSWERS,
    status,
    error === undefined ? '' : `${error.type}: ${error.reason}`,
  );
  if (row.means === 'split') return { kind: row.why, detail };
  if (row.means === 'items')
    return judgeFailure(new UnreadableAnswer('NotJson', 'answers with something else than a bulk'));
  return { kind: 'wait', reason: row.why, detail, unknown: isUnknown(row.done) };
}

/** An answer that came, but not as one of a bulk, or not in time. */
export class UnreadableAnswer extends Error {
  constructor(name: 'NotJson' | 'OtherItems' | 'AnswerTooSlow', message: string) {
    super(message);
    this.name = name;
  }
}

/** Judges a request that failed before its answer was read, whatever the failure. */
export function judgeFailure(error: unknown): Wait {
  const { name = '', code = '', message = '' } = (error ?? {}) as { name?: string; code?: unknown; message?: string };
  const row = rowOf<RequestMeaning>(FAILURES, 0, `${name}: ${String(code)} ${message}`);
  if (row.means !== 'again') throw new Error(`BUG: a failure cannot mean ${row.means}`);
  return { kind: 'wait', reason: row.why, detail: sayFailure(error), unknown: isUnknown(row.done) };
}

function sayFailure(error: unknown): string {
  if (error instanceof UnreadableAnswer) return error.message;
  if (error instanceof errors.TimeoutError) return 'does not answer in time';
  if (error instanceof errors.ProductNotSupportedError) return 'does not answer as Elasticsearch';
  if (error instanceof errors.ElasticsearchClientError) return `cannot be reached (${error.message})`;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return `broke off its answer (${code ?? message ?? 'for no reason'})`;
}

function isUnknown(done: Done): boolean {
  return done === 'unknown';
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
