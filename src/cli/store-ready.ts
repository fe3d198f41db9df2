import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, errors } from '@elastic/elasticsearch';
import { LogmillError } from '../errors.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Waits until the store answers `_cluster/health` (the Elasticsearch core answers `GET /` with 405, so no `info`).
 * @param waitMs how long at most; Infinity waits for ever.
 * @param say called once with the reason when the first try fails.
 * @param prepare what the store is needed for at once. It may go away between two requests: then it is waited for again,
 *   and all is done again.
 * @throws LogmillError STORE_UNREACHABLE when the time is over; the signal's reason when aborted; what `prepare` was refused.
 */
export async function storeReady(
  client: Client,
  place: string,
  waitMs: number,
  say: (reason: string) => void,
  signal?: AbortSignal,
  prepare: () => Promise<void> = async () => {},
): Promise<void> {
  // Not the clock on the wall, which may be set meanwhile.
  const deadline = performance.now() + waitMs;
  for (let pause = FIRST_PAUSE_MS, tries = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS), tries++) {
    let isThere = false;
    try {
      await client.cluster.health(
        {},
        { requestTimeout: 5000, maxRetries: 0, ...(signal === undefined ? {} : { signal }) },
      );
      isThere = true;
      await prepare();
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (isThere && !isAway(error)) throw error;
      const detail = reasonOf(error, isThere);
      if (performance.now() + pause > deadline)
        throw new LogmillError('STORE_UNREACHABLE', { place, detail }, {}, error);
      if (tries === 1) say(detail);
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** Answers of what stands before a store, of one that has no time, and of one whose credentials are being changed. */
const AWAY = new Set([401, 404, 405, 408, 429]);

/** Whether the store is not there, or has no time, rather than refusing what it was asked. */
function isAway(error: unknown): boolean {
  if (!(error instanceof errors.ElasticsearchClientError)) return false;
  const status = error instanceof errors.ResponseError ? error.statusCode : undefined;
  return status === undefined || AWAY.has(status) || status >= 500;
}

function reasonOf(error: unknown, isThere: boolean): string {
  const { statusCode, message } = error as { statusCode?: number; message: string };
  if (statusCode === 401) return 'it refuses the credentials (401)';
  if (statusCode === 403 && !isThere) return 'the credentials lack the right to ask for its health (403)';
  const [reason = ''] = message.split('\n', 1);
  if (statusCode === undefined) return reason === '' ? 'no reason given' : reason;
  return `it answers ${statusCode}${reason === '' ? '' : ` (${reason})`}${isThere ? ' to its index templates' : ''}`;
}
