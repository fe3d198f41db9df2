import type { Client } from '@elastic/elasticsearch';
import { type Fault, type ItemAnswer, judgeFailure, judgeStatus } from './judge.ts';

/** What came back: all items indexed, an answer per item in order, or nothing usable. */
export type BulkAnswer =
  | { readonly kind: 'all_indexed' }
  | { readonly kind: 'items'; readonly items: readonly ItemAnswer[] }
  | { readonly kind: 'fault'; readonly fault: Fault };

const PARAMS = {
  method: 'POST',
  path: '/_bulk',
  querystring: {
    filter_path: 'error,errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason',
  },
};
/** How far into an answer `errors` may stand: first with filter_path, after `took` where that is not honoured. */
const HEAD_BYTES = 80;
const NO_ERRORS = '"errors":false';
const BRACE = 0x7d;

/**
 * Sends one body of `count` creates, once: the client neither parses nor repeats, retrying is decided by the caller.
 * Never rejects.
 */
export async function sendBulk(client: Client, body: Buffer, count: number, signal: AbortSignal): Promise<BulkAnswer> {
  let status: number;
  let answer: Buffer;
  try {
    const response = await client.transport.request(
      { ...PARAMS, bulkBody: body as never },
      // As a stream, so that the answer comes as it was sent: parsing thousands of items that all say 201 costs more than sending them.
      { maxRetries: 0, asStream: true, meta: true, signal, headers: { 'accept-encoding': 'identity' } },
    );
    status = response.statusCode ?? 0;
    answer = await readAll(response.body as AsyncIterable<Buffer | string>);
  } catch (error) {
    return { kind: 'fault', fault: judgeFailure(error) };
  }
  if (status !== 200) return { kind: 'fault', fault: judgeStatus(status, answer.toString()) };
  return readAnswer(answer, count);
}

/** Reads a 200's body. An answer that is cut off, or that has not `count` items, is one whose outcome is unknown. */
export function readAnswer(answer: Buffer, count: number): BulkAnswer {
  // Fast path: nothing failed, and the answer is whole.
  if (answer.at(-1) === BRACE && answer.subarray(0, HEAD_BYTES).includes(NO_ERRORS)) return { kind: 'all_indexed' };
  let parsed: { errors?: boolean; items?: Record<string, ItemAnswer>[] };
  try {
    parsed = JSON.parse(answer.toString());
  } catch {
    return unreadable('answers with something that is not JSON');
  }
  if (parsed.errors === false) return { kind: 'all_indexed' };
  const items = parsed.items?.map((item) => item['create']);
  if (items?.length !== count || !items.every((item) => typeof item?.status === 'number')) {
    return unreadable('answers with other items than were sent');
  }
  return { kind: 'items', items: items as ItemAnswer[] };
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

function unreadable(detail: string): BulkAnswer {
  return { kind: 'fault', fault: { kind: 'wait', reason: 'unreadable_answer', detail, unknown: true } };
}
