import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Client } from '@elastic/elasticsearch';
import { type Fault, type ItemAnswer, judgeFailure, judgeStatus, UnreadableAnswer } from './judge.ts';

/** What came back: all items indexed, an answer per item in order, or nothing usable. */
export type BulkAnswer =
  | { readonly kind: 'all_indexed' }
  | { readonly kind: 'items'; readonly items: readonly ItemAnswer[] }
  /** `elsewhere`: only the node asked failed, and another one can be asked at once. */
  | { readonly kind: 'fault'; readonly fault: Fault; readonly elsewhere?: boolean };

export type BulkOptions = {
  readonly client: Client;
  readonly compression: 'none' | 'gzip';
  /** Longest time until the answer is there as a whole, ms: one that drips in keeps every shorter timeout waiting. */
  readonly answerWithin: number;
};

const PARAMS = {
  method: 'POST',
  path: '/_bulk',
  querystring: {
    filter_path: 'error,errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason',
  },
};
const PLAIN = { 'accept-encoding': 'identity' };
const PACKED = { ...PLAIN, 'content-encoding': 'gzip' };
/** The fastest: log lines shrink to a tenth already. */
const LEVEL = 1;
/** How far into an answer `errors` may stand: first with filter_path, after `took` where that is not honoured. */
const HEAD_BYTES = 80;
const NO_ERRORS = '"errors":false,"items":[';
/** An item of a document that was taken, and what stands between two and behind the last. */
const TAKEN = '{"create":{"status":201}}';
const CREATED = 201;
const COMMA = 1;
const ENDING = ']}';
/** Statuses by which a proxy or node says that this way is closed. */
const NODE_GONE = new Set([502, 503, 504]);

const pack = promisify(gzip);

/**
 * Sends one body of `count` creates, once: the client neither parses nor repeats, retrying is decided by the caller.
 * Tells the client's pool of nodes how the one asked did, which it cannot see of a stream. Never rejects.
 */
export async function sendBulk(
  { client, compression, answerWithin }: BulkOptions,
  body: Buffer,
  count: number,
  signal: AbortSignal,
): Promise<BulkAnswer> {
  let node: Node | undefined;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), answerWithin);
  try {
    // Compressed by a thread of the pool.
    const bulkBody = (compression === 'gzip' ? await pack(body, { level: LEVEL }) : body) as never;
    const response = await client.transport.request(
      { ...PARAMS, bulkBody },
      // As a stream, so that the answer comes as it was sent: parsing thousands of items that all say 201 costs more than sending them.
      {
        maxRetries: 0,
        asStream: true,
        meta: true,
        signal: AbortSignal.any([signal, late.signal]),
        headers: compression === 'gzip' ? PACKED : PLAIN,
      },
    );
    node = response.meta.connection ?? undefined;
    const status = response.statusCode ?? 0;
    const text = await readAll(response.body as AsyncIterable<Buffer | string>);
    const answer: BulkAnswer =
      status === 200 ? readAnswer(text, count) : { kind: 'fault', fault: judgeStatus(status, text.toString()) };
    const gone = NODE_GONE.has(status) || (status === 200 && answer.kind === 'fault');
    return gone ? failed(client, node, answer) : alive(client, node, answer);
  } catch (error) {
    const cause = late.signal.aborted ? new UnreadableAnswer('AnswerTooSlow', 'does not answer in time') : error;
    return failed(client, node ?? nodeOf(error), { kind: 'fault', fault: judgeFailure(cause) });
  } finally {
    clearTimeout(timer);
  }
}

const DEAD = 'dead';
type Node = Client['connectionPool']['connections'][number];

function nodeOf(error: unknown): Node | undefined {
  return (error as { meta?: { meta?: { connection?: Node | null } } } | undefined)?.meta?.meta?.connection ?? undefined;
}

function alive({ connectionPool }: Client, node: Node | undefined, answer: BulkAnswer): BulkAnswer {
  if (node !== undefined && node.deadCount > 0) connectionPool.markAlive(node);
  return answer;
}

function failed({ connectionPool }: Client, node: Node | undefined, answer: BulkAnswer): BulkAnswer {
  if (node !== undefined && node.status !== DEAD) connectionPool.markDead(node);
  const elsewhere = hasLivingNode(connectionPool);
  return answer.kind === 'fault' && elsewhere ? { ...answer, elsewhere } : answer;
}

/** Whether, after one of several nodes failed, another can be asked at once. */
export function hasLivingNode({ connections, size }: Client['connectionPool']): boolean {
  return size > 1 && connections.some(({ status }) => status !== DEAD);
}

/** Reads a 200's body. An answer that is cut off, or that has not `count` items, is one whose outcome is unknown. */
export function readAnswer(answer: Buffer, count: number): BulkAnswer {
  // Fast path: nothing failed, and the answer has the length that so many documents taken make.
  const start = answer.subarray(0, HEAD_BYTES).indexOf(NO_ERRORS);
  const length = start + NO_ERRORS.length + count * (TAKEN.length + COMMA) - COMMA + ENDING.length;
  if (start !== -1 && answer.length === length) return { kind: 'all_indexed' };
  let parsed: { errors?: boolean; items?: Record<string, ItemAnswer>[] };
  try {
    parsed = JSON.parse(answer.toString());
  } catch {
    return unreadable('NotJson', 'answers with something that is not JSON');
  }
  // Some that speak for a store do not list what they took.
  if (parsed.errors === false && (parsed.items ?? []).length === 0) return { kind: 'all_indexed' };
  const items = parsed.items?.map((item) => item['create']);
  if (items?.length !== count || !items.every((item) => typeof item?.status === 'number')) {
    return unreadable('OtherItems', 'answers with other items than were sent');
  }
  if (parsed.errors === false && items.every((item) => item?.status === CREATED)) return { kind: 'all_indexed' };
  return { kind: 'items', items: items as ItemAnswer[] };
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

function unreadable(name: 'NotJson' | 'OtherItems', detail: string): BulkAnswer {
  return { kind: 'fault', fault: judgeFailure(new UnreadableAnswer(name, detail)) };
}
