import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';
import { addressOf, type Batch } from './batch.ts';
import type { Flow } from './flow.ts';
import type { Lanes, Probe } from './lanes.ts';
import type { createStoreGate } from './retry.ts';
import type { Shipped } from './ship.ts';

export type QueueStatus = {
  /** Batches ready to go, waiting in the lanes of their indices, and under way. */
  readonly batches: { readonly ready: number; readonly later: number; readonly underWay: number };
};

/**
 * Sends batches, as many at once as the flow and the store's gate allow. What comes back of a batch goes to the front, or
 * into the lane of the index that put it off; while it waits there others pass.
 */
export function createQueue(options: {
  /** Batches that may wait while others are under way. */
  readonly depth: number;
  readonly clock: Clock;
  readonly gate: ReturnType<typeof createStoreGate>;
  readonly flow: Flow;
  readonly lanes: () => Lanes;
  readonly log: Logger;
  readonly ship: (batch: Batch, signal: AbortSignal) => Promise<Shipped>;
}) {
  const { depth, clock, gate, flow, log, ship } = options;
  const ready: Batch[] = [];
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

  const hasRoom = (): boolean => !closed && underWay.size < gate.allowed(flow.concurrency());

  /** Sends what may be sent now, and sets the alarm for what may be later. */
  function pump(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const now = clock.steady();
    while (hasRoom() && gate.until() <= now) {
      const probe = options.lanes().nextProbe(now);
      const batch = probe?.batch ?? ready.shift();
      if (batch === undefined) break;
      const run = send(batch, probe).finally(() => {
        underWay.delete(run);
        if (!closed) pump();
        wake();
      });
      underWay.add(run);
    }
    if (hasRoom()) setAlarm(now);
  }

  function setAlarm(now: number): void {
    const next = ready.length > 0 ? 0 : options.lanes().nextDue();
    const at = Math.max(next, gate.until());
    if (at !== Number.POSITIVE_INFINITY) cancelTimer = clock.after(Math.max(0, at - now), pump);
  }

  async function send(batch: Batch, probe: Probe | undefined): Promise<void> {
    const era = gate.era();
    try {
      const shipped = await ship(batch, abort.signal);
      if (closed) return;
      if (shipped.wait !== undefined) gate.fault(shipped.wait, era);
      else if (!shipped.elsewhere) gate.answered();
      requeue(shipped, probe);
    } catch (error) {
      broken = error;
      closed = true;
      failure.reject(error);
      log.fatal({ err: error }, 'delivery stopped by a fault of its own');
    }
  }

  function requeue({ again, judged }: Shipped, probe: Probe | undefined): void {
    if (!judged && probe !== undefined) {
      probe.unsettled(again);
      return;
    }
    const lanes = options.lanes();
    let putOff = 0;
    const free: Batch[] = [];
    for (const batch of again) {
      const held = batch.held ?? heldLetters(batch);
      if (held === undefined) {
        free.push(batch);
        continue;
      }
      lanes.hold({ ...batch, held });
      if (held.lane === probe?.lane) putOff += batch.ends.length;
    }
    ready.unshift(...free);
    probe?.judged(putOff);
  }

  /** Letters just made of refused documents, while their own stream is closed. */
  function heldLetters(batch: Batch): Batch['held'] {
    if (batch.letters.size < batch.ends.length) return undefined;
    const { index } = addressOf(batch, 0);
    return options.lanes().whyClosed(index);
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
    /** Puts batches before those that are ready. */
    release: (batches: readonly Batch[]): void => void ready.unshift(...batches),
    pump,
    until,
    wake,
    /** Rejects with the fault of the program that ends sending; never resolves. */
    failure: failure.promise,
    /** Resolves when another batch may be added. */
    room: (): Promise<boolean> => until(() => ready.length < depth),
    status: (): QueueStatus => ({
      batches: { ready: ready.length, later: options.lanes().size, underWay: underWay.size },
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
