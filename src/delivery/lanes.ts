import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';
import type { HeldBack } from '../model/held-back.ts';
import type { RetryReason } from './answers.ts';
import type { Batch } from './batch.ts';
import type { createBatcher } from './batcher.ts';
import type { Settlement } from './settle.ts';

/** How an index that does not take documents stands. */
export type LaneStatus = {
  /** Index or stream; of dead letters that the store refuses, `REFUSED_LETTERS`. */
  readonly index: string;
  readonly reason: RetryReason;
  readonly detail: string;
  /** ms since the epoch. */
  readonly since: number;
  readonly documents: number;
};

/** The lane of dead letters that are refused for what they are, not for where they go: it closes for no other. */
export const REFUSED_LETTERS = 'refused dead letters';

type Lane = {
  readonly index: string;
  reason: RetryReason;
  detail: string;
  readonly since: number;
  /** The same by the steady clock. */
  readonly began: number;
  /** Probes that failed. */
  attempt: number;
  /** Time of the next probe, by the steady clock. */
  due: number;
  probing: boolean;
  /** Closed by ourselves: not to be tried until we open it. */
  parked: boolean;
  documents: number;
  /** What waits, in the order of its turns. */
  batches: Batch[];
  readonly settlements: Set<Settlement>;
  /** Gathers what comes while it is closed. */
  readonly batcher: ReturnType<typeof createBatcher>;
};

/** A batch of a lane on its way, and who is told how it went. */
export type Probe = {
  readonly lane: string;
  readonly batch: Batch;
  /** The request failed as a whole, which says nothing of the index: this is still to be tried. */
  unsettled(left: readonly Batch[]): void;
  /** The index answered, and put off so many of the documents, which are held again. */
  judged(putOff: number): void;
};

export type Lanes = ReturnType<typeof createLanes>;

/**
 * A breaker for each index. One that puts documents off (read-only, closed, over its shard limit, overloaded …) gets a
 * lane of its own, where its documents wait while those of others pass. After a growing wait one batch of it is tried;
 * when the index takes all of that, everything goes on. Says once when an index closes and when it opens.
 */
export function createLanes(options: {
  readonly clock: Clock;
  readonly backoff: (attempt: number) => number;
  readonly heldBack: HeldBack;
  readonly log: Logger;
  readonly batcher: (seal: (batch: Batch) => void) => ReturnType<typeof createBatcher>;
  /** Documents that wait, by index and reason. */
  readonly gauge: { set(labels: { index: string; reason: string }, value: number): void; reset(): void };
  /** A lane was closed or opened. */
  onChange(): void;
  /** Batches of a lane that opened, in order. */
  release(batches: readonly Batch[]): void;
}) {
  const { clock, backoff, heldBack, log } = options;
  const lanes = new Map<string, Lane>();
  /** In how many lanes a chunk waits: it is held back once. */
  const waiting = new Map<Settlement, number>();

  function close(index: string, reason: RetryReason, detail: string): Lane {
    const now = clock.steady();
    const lane: Lane = {
      index,
      reason,
      detail,
      since: clock.now(),
      began: now,
      attempt: 0,
      due: now + backoff(0),
      probing: false,
      parked: false,
      documents: 0,
      batches: [],
      settlements: new Set(),
      batcher: options.batcher((batch) => void lane.batches.push(batch)),
    };
    lanes.set(index, lane);
    log.warn({ index, reason, detail }, 'the store puts documents off: sending them again');
    return lane;
  }

  function open(lane: Lane): void {
    lanes.delete(lane.index);
    lane.batcher.flush();
    lane.batcher.close();
    for (const settlement of lane.settlements) leave(settlement);
    const { index, reason } = lane;
    const waited_ms = Math.round(clock.steady() - lane.began);
    log.info({ index, reason, waited_ms }, 'the store has taken the documents it put off');
    // What they meet from now on is judged anew: a store that goes away meanwhile says nothing of this index.
    options.release(lane.batches.map((batch) => ({ ...batch, held: undefined })));
    measure();
    options.onChange();
  }

  function measure(): void {
    options.gauge.reset();
    for (const { index, reason, documents } of lanes.values()) options.gauge.set({ index, reason }, documents);
  }

  function join(lane: Lane, settlement: Settlement): void {
    if (lane.settlements.has(settlement)) return;
    lane.settlements.add(settlement);
    const before = waiting.get(settlement) ?? 0;
    waiting.set(settlement, before + 1);
    if (before === 0) heldBack.add(settlement.source, settlement.end - settlement.start);
  }

  function leave(settlement: Settlement): void {
    const left = (waiting.get(settlement) ?? 0) - 1;
    if (left > 0) waiting.set(settlement, left);
    else forget(settlement);
  }

  function forget(settlement: Settlement): void {
    if (waiting.delete(settlement)) heldBack.remove(settlement.source, settlement.end - settlement.start);
  }

  /** Puts what was just put off into the lane of its index. */
  function hold(batch: Batch): void {
    const { lane: index, reason, detail } = batch.held!;
    const known = lanes.get(index);
    const lane = known ?? close(index, reason, detail);
    Object.assign(lane, { reason, detail });
    lane.documents += batch.ends.length;
    lane.batches.push(batch);
    for (const settlement of batch.settlements) join(lane, settlement);
    measure();
    if (known === undefined) options.onChange();
  }

  function isWaiting({ probing, parked, batches }: Lane): boolean {
    return !probing && !parked && batches.length > 0;
  }

  return {
    hold,
    /** Closes an index for reasons of our own, until `unpark`. */
    park(index: string, reason: RetryReason, detail: string): void {
      const lane = lanes.get(index) ?? close(index, reason, detail);
      lane.parked = true;
      options.onChange();
    },
    unpark(index: string): void {
      const lane = lanes.get(index);
      if (lane === undefined) return;
      lane.parked = false;
      lane.due = clock.steady();
      if (lane.batches.length === 0 && !lane.probing) open(lane);
    },
    /** No lane is closed: nothing has to be looked at document by document. */
    get isEmpty(): boolean {
      return lanes.size === 0;
    },
    isClosed: (index: string): boolean => lanes.has(index),
    /** What puts documents of an index off; undefined while nothing does. */
    whyClosed(index: string): Batch['held'] {
      const lane = lanes.get(index);
      return lane && { lane: index, reason: lane.reason, detail: lane.detail };
    },
    /** Lets `count` documents of an index that is closed be added to its batcher. */
    add(index: string, settlement: Settlement, count: number, put: (batcher: Lane['batcher']) => void): void {
      const lane = lanes.get(index)!;
      lane.documents += count;
      join(lane, settlement);
      measure();
      put(lane.batcher);
    },
    /** The batch to try next, of a lane whose wait is over. */
    nextProbe(now: number): Probe | undefined {
      const lane = [...lanes.values()].find((each) => isWaiting(each) && each.due <= now);
      const batch = lane?.batches.shift();
      if (lane === undefined || batch === undefined) return undefined;
      lane.probing = true;
      return {
        lane: lane.index,
        batch: { ...batch, held: undefined },
        unsettled(left) {
          lane.probing = false;
          lane.batches.unshift(...left);
        },
        judged(putOff) {
          lane.probing = false;
          lane.documents -= batch.ends.length;
          if (putOff === 0) {
            if (!lane.parked) open(lane);
            return;
          }
          // An index that took some of it is on its way back.
          if (putOff === batch.ends.length) lane.attempt++;
          lane.due = clock.steady() + backoff(lane.attempt);
        },
      };
    },
    /** A chunk is settled, though its lane may still be closed. */
    settled(settlement: Settlement): void {
      if (waiting.size === 0 || !waiting.has(settlement)) return;
      for (const lane of lanes.values()) lane.settlements.delete(settlement);
      forget(settlement);
    },
    /** Time of the next probe. */
    nextDue(): number {
      let at = Number.POSITIVE_INFINITY;
      for (const lane of lanes.values()) if (isWaiting(lane)) at = Math.min(at, lane.due);
      return at;
    },
    get size(): number {
      return [...lanes.values()].reduce((sum, { batches }) => sum + batches.length, 0);
    },
    status: (): LaneStatus[] =>
      [...lanes.values()].map(({ index, reason, detail, since, documents }) => ({
        index,
        reason,
        detail,
        since,
        documents,
      })),
    stop(): void {
      for (const lane of lanes.values()) lane.batcher.close();
    },
  };
}
