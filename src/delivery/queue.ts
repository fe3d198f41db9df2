import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';
import type { Batch } from './batch.ts';
import type { createHeld, createStoreGate } from './retry.ts';
import type { Shipped } from './ship.ts';

export type QueueStatus = {
  /** Batches ready to go, put off for later, and under way. */
  readonly batches: { readonly ready: number; readonly later: number; readonly underWay: number };
};

/**
 * Sends batches, at most `concurrency` at once, as the store's gate allows. What comes back of a batch goes to the front,
 * or waits for its time; while it waits others pass.
 */
export function createQueue(options: {
  readonly concurrency: number;
  readonly clock: Clock;
  readonly gate: ReturnType<typeof createStoreGate>;
  readonly held: ReturnType<typeof createHeld>;
  readonly log: Logger;
  readonly ship: (batch: Batch, signal: AbortSignal) => Promise<Shipped>;
}) {
  const { concurrency, clock, gate, held, log, ship } = options;
  const ready: Batch[] = [];
  const later: Batch[] = [];
  const underWay = new Set<Promise<void>>();
  const abort = new AbortController();
  let watchers: { holds(): boolean; done: PromiseWithResolvers<boolean> }[] = [];
  let cancelTimer: (() => void) | undefined;
  let closed = false;
  /** A fault of the program: nothing is sent any more, and everybody who waits is told. */
  let broken: unknown;
  const failure = Promise.withResolvers<never>();
  // Whoever does not wait for it hears of it when it accepts or drains.
  failure.promise.catch(() => {});

  function nextBatch(now: number): Batch | undefined {
    const index = later.findIndex(({ due }) => due <= now);
    return index === -1 ? ready.shift() : later.splice(index, 1)[0];
  }

  /** Sends what may be sent now, and sets the alarm for what may be later. */
  function pump(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const now = clock.now();
    while (!closed && underWay.size < gate.allowed(concurrency) && gate.until() <= now) {
      const batch = nextBatch(now);
      if (batch === undefined) break;
      const run = send(batch).finally(() => {
        underWay.delete(run);
        if (!closed) pump();
        wake();
      });
      underWay.add(run);
    }
    if (!closed && underWay.size < gate.allowed(concurrency)) setAlarm(now);
  }

  function setAlarm(now: number): void {
    let at = Number.POSITIVE_INFINITY;
    if (ready.length > 0) at = gate.until();
    for (const { due } of later) at = Math.min(at, Math.max(due, gate.until()));
    if (at !== Number.POSITIVE_INFINITY) cancelTimer = clock.after(Math.max(0, at - now), pump);
  }

  async function send(batch: Batch): Promise<void> {
    const era = gate.era();
    try {
      const { again, wait } = await ship(batch, abort.signal);
      if (closed) return;
      if (wait === undefined) gate.answered();
      else gate.fault(wait, era);
      requeue(batch, again);
    } catch (error) {
      broken = error;
      closed = true;
      failure.reject(error);
      log.fatal({ err: error }, 'delivery stopped by a fault of its own');
    }
  }

  function requeue(batch: Batch, again: readonly Batch[]): void {
    for (const next of again) {
      if (next.held !== undefined) held.add(next.held.reason, next.ends.length, next.held.detail);
    }
    if (batch.held !== undefined) held.remove(batch.held.reason, batch.ends.length);
    const now = clock.now();
    ready.unshift(...again.filter(({ due }) => due <= now));
    later.push(...again.filter(({ due }) => due > now));
  }

  /** Looks again at what is waited for. */
  function wake(): void {
    const waiting = watchers;
    watchers = [];
    for (const watcher of waiting) {
      if (broken !== undefined) watcher.done.reject(broken);
      else if (watcher.holds()) watcher.done.resolve(true);
      else if (closed) watcher.done.resolve(false);
      else watchers.push(watcher);
    }
  }

  /** True as soon as the condition holds, false when the queue is closed before. Rejects with a fault of the program. */
  async function until(holds: () => boolean): Promise<boolean> {
    const done = Promise.withResolvers<boolean>();
    watchers.push({ holds, done });
    wake();
    return await done.promise;
  }

  return {
    push(batch: Batch): void {
      if (closed) return;
      ready.push(batch);
      pump();
    },
    until,
    wake,
    /** Rejects with the fault of the program that ends sending; never resolves. */
    failure: failure.promise,
    /** Resolves when another batch may be added. */
    room: (): Promise<boolean> => until(() => ready.length < concurrency),
    status: (): QueueStatus => ({
      batches: { ready: ready.length, later: later.length, underWay: underWay.size },
    }),
    async close(): Promise<void> {
      closed = true;
      cancelTimer?.();
      abort.abort();
      await Promise.all(underWay);
      wake();
    },
  };
}
