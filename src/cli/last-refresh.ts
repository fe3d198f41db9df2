import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';

const PAUSE_MS = 1000;

/**
 * Lets searches find what was sent, at the end of a run. The lines are acknowledged by then, and the store refreshes by
 * itself sooner or later: one that does not answer this in time is said and is no failure.
 * @param patienceMs how long to go on trying; a try under way is given up then.
 */
export async function lastRefresh(
  client: Client,
  {
    patienceMs,
    signal,
    log,
    pauseMs = PAUSE_MS,
  }: {
    readonly patienceMs: number;
    readonly signal?: AbortSignal;
    readonly log: Logger;
    readonly pauseMs?: number;
  },
): Promise<void> {
  const ends = AbortSignal.any([...(signal === undefined ? [] : [signal]), AbortSignal.timeout(patienceMs)]);
  for (;;) {
    try {
      await client.indices.refresh(
        { index: 'logs-*', ignore_unavailable: true, allow_no_indices: true },
        { maxRetries: 0, signal: ends },
      );
      return;
    } catch (error) {
      await pause(pauseMs, undefined, { signal: ends }).catch(() => {});
      if (!ends.aborted) continue;
      log.warn(
        { detail: (error as Error).message },
        'the store did not refresh: searches find the last lines a little later',
      );
      return;
    }
  }
}
