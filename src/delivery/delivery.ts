import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import { HeldBack } from '../model/held-back.ts';
import type { Chunk, Processed } from '../model/line.ts';
import type { Rejected } from '../model/rejected.ts';
import { parseBytes, parseDuration } from '../model/units.ts';
import { outcomeCounters, type Telemetry } from '../telemetry.ts';
import type { Batch } from './batch.ts';
import { createBatcher } from './batcher.ts';
import { BufferPool } from './buffer-pool.ts';
import { createDeadLetters, deadLetterIndex, type Host } from './dead-letters.ts';
import { createFlow } from './flow.ts';
import { createLanes, type LaneStatus } from './lanes.ts';
import { createLetterRoom, type LetterRoomStatus } from './letter-room.ts';
import { createQueue, type QueueStatus } from './queue.ts';
import { createRecovery } from './recovery.ts';
import { createBackoff, createStoreGate, type StoreStatus } from './retry.ts';
import { countOutcomes, Settlement } from './settle.ts';
import { createShipper } from './ship.ts';

export type DeliveryOptions = {
  readonly client: Client;
  /** Where the store is, for people: `Elasticsearch at http://…`, without credentials. */
  readonly place?: string;
  readonly settings: Pick<Config['delivery'], 'in_flight' | 'batch' | 'concurrency' | 'linger'>;
  /** Of bulk bodies; none when left out. */
  readonly compression?: 'none' | 'gzip';
  /** After which the client gives a request up, ms; an answer that drips in may take twice as long. */
  readonly requestTimeout?: number;
  /** Room for dead letters, bytes; unbounded when left out. */
  readonly maxLetterBytes?: number;
  /** Told which sources wait for a single index. */
  readonly heldBack?: HeldBack;
  /** Namespace of the dead-letter stream. */
  readonly namespace: string;
  readonly host: Host;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  /**
   * Runs the pipeline of the chunk's source, for events of which the store has only the first records. Without it those are
   * taken for whole.
   */
  readonly process?: (chunk: Chunk) => Processed;
  /** Called at every change of `status().store`, and when an index closes or opens. */
  readonly onState?: (status: DeliveryStatus) => void;
  readonly clock?: Clock;
  /** Values in [0, 1). */
  readonly random?: () => number;
};

export type DeliveryStatus = QueueStatus & {
  readonly store: StoreStatus;
  /** Indices that do not take documents for now, while others do. */
  readonly lanes: readonly LaneStatus[];
  readonly deadLetters: LetterRoomStatus;
  /** Bulks that may be under way at once and the size of one, bytes, as the store takes them now. */
  readonly flow: { readonly concurrency: number; readonly batchBytes: number };
  /** Chunks acknowledged since the start. */
  readonly acknowledged: number;
  /** Chunks and input bytes accepted but not acknowledged. */
  readonly inFlight: { readonly chunks: number; readonly bytes: number };
};

export type Delivery = {
  /**
   * Takes a processed chunk over; its `acknowledge` is called once, when every line is settled. Resolves when there is
   * room for another one: whoever awaits it is held back by the store. After `close` it takes nothing, and the chunk stays unacknowledged.
   */
  accept(processed: Processed): Promise<void>;
  /** Sends what lingers. Resolves with true when everything accepted is settled, with false when closed before. */
  drain(): Promise<boolean>;
  /** Rejects as soon as a fault of the program ends delivery, also while nobody accepts or drains; never resolves. */
  readonly failure: Promise<never>;
  status(): DeliveryStatus;
  /** Stops sending and breaks off what is under way; what is not settled stays unacknowledged and is read again at the next start. */
  close(): Promise<void>;
};

const SMALLEST_BATCH = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** Starts the way out: batch, send, judge, retry, settle. Nothing is sent before the first `accept`. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { client, settings, telemetry, log, clock = systemClock, random = Math.random } = options;
  const batchBytes = parseBytes(settings.batch);
  const flow = createFlow({
    concurrency: settings.concurrency,
    bytes: batchBytes,
    smallestBytes: Math.min(SMALLEST_BATCH, batchBytes),
  });
  const backoff = createBackoff(random);
  const letterRoom = createLetterRoom({
    client,
    index: deadLetterIndex(options.namespace),
    maxBytes: options.maxLetterBytes ?? Number.POSITIVE_INFINITY,
    clock,
    log,
    gauge: telemetry.deadLetterBytes,
    onFull: (full, detail) => {
      const index = deadLetterIndex(options.namespace);
      if (full) lanes.park(index, 'dead_letters_full', detail);
      else lanes.unpark(index);
      queue.pump();
    },
  });
  const letters = createDeadLetters({
    namespace: options.namespace,
    host: options.host,
    now: () => clock.now(),
    ...(options.maxLetterBytes === undefined ? {} : { made: letterRoom.note }),
  });
  const counters = createCounters(telemetry);
  const announce = (): void => options.onState?.(status());
  const gate = createStoreGate({ place: options.place ?? 'the store', clock, backoff, log, onChange: announce });
  // As many as may be ready and under way at once.
  const buffers = new BufferPool(2 * settings.concurrency);
  const recovery = createRecovery(client, parseBytes(settings.in_flight));
  const countRejected = (settlement: Settlement, rejected: Rejected): void =>
    counters.rejected(settlement.source.pipeline, rejected.reason);
  const ship = createShipper({
    client,
    compression: options.compression ?? 'none',
    answerWithin: 2 * (options.requestTimeout ?? REQUEST_TIMEOUT_MS),
    clock,
    telemetry,
    letters,
    recovery,
    flow,
    buffers,
    sendRest,
    countRejected,
  });
  const queue = createQueue({ depth: settings.concurrency, clock, gate, flow, lanes: () => lanes, log, ship });
  const startBatcher = (seal: (batch: Batch) => void) =>
    createBatcher({ linger: parseDuration(settings.linger), clock, limit: flow.bytes, buffers }, seal);
  const batcher = startBatcher((batch) => queue.push(batch));
  const lanes = createLanes({
    clock,
    backoff,
    heldBack: options.heldBack ?? new HeldBack(Number.POSITIVE_INFINITY),
    log,
    batcher: startBatcher,
    gauge: telemetry.heldDocuments,
    onChange: announce,
    release: queue.release,
  });
  const inFlight = { chunks: 0, bytes: 0 };
  let acknowledged = 0;
  let closed = false;

  function status(): DeliveryStatus {
    return {
      ...queue.status(),
      store: gate.status(),
      lanes: lanes.status(),
      deadLetters: letterRoom.status(),
      flow: { concurrency: flow.concurrency(), batchBytes: flow.bytes() },
      acknowledged,
      inFlight: { ...inFlight },
    };
  }

  function take(processed: Processed): void {
    const { chunk } = processed;
    inFlight.chunks++;
    inFlight.bytes += chunk.end - chunk.start;
    const settlement: Settlement = new Settlement(processed, ({ source, start, end }, tally) => {
      lanes.settled(settlement);
      acknowledged++;
      inFlight.chunks--;
      inFlight.bytes -= end - start;
      countOutcomes(counters.outcomes(source.input), tally);
      if (inFlight.chunks === 0) queue.wake();
    });
    if (lanes.isEmpty) batcher.addAll(processed.documents, settlement);
    else addByIndex(processed.documents, settlement);
    for (const { line, rejected } of processed.rejected) {
      counters.rejected(chunk.source.pipeline, rejected.reason);
      const { outgoing, letter } = letters.ofLine(settlement, line, rejected);
      const put = (into: typeof batcher): void => into.addLetter(outgoing, settlement, letter);
      if (lanes.isClosed(outgoing.index)) lanes.add(outgoing.index, settlement, 1, put);
      else put(batcher);
    }
    for (const { line, rule } of processed.dropped) {
      counters.dropped(chunk.source.pipeline, rule);
      settlement.settle(line, 'dropped');
    }
    settlement.settleEmpty();
  }

  function sendRest(settlement: Settlement, line: number, records: number, done: () => void): boolean {
    const lines = settlement.afterOf(line)?.(records) ?? [];
    if (options.process === undefined || lines.length === 0) return false;
    const { source, start } = settlement;
    const bytes = lines.reduce((sum, each) => sum + each.bytes, 0);
    const merged = sumOfMerged(lines);
    take(
      options.process({
        // They may have been sent as well, so they are looked up.
        source: { ...source, repeats: true },
        start,
        end: start + bytes,
        lines,
        skipped: { lines: 0, bytes: 0 },
        ...(merged.lines > 0 ? { merged } : {}),
        acknowledge: done,
      }),
    );
    return true;
  }

  /** Documents of a closed index go into its lane, those of the others on their way. */
  function addByIndex(documents: Processed['documents'], settlement: Settlement): void {
    const groups = Map.groupBy(documents, ({ index }) => (lanes.isClosed(index) ? index : undefined));
    for (const [index, group] of groups) {
      if (index === undefined) batcher.addAll(group, settlement);
      else lanes.add(index, settlement, group.length, (lane) => lane.addAll(group, settlement));
    }
  }

  return {
    async accept(processed) {
      if (closed) return;
      take(processed);
      await queue.room();
    },
    async drain() {
      batcher.flush();
      return await queue.until(() => inFlight.chunks === 0);
    },
    failure: queue.failure,
    status,
    async close() {
      closed = true;
      batcher.close();
      letterRoom.close();
      lanes.stop();
      await queue.close();
    },
  };
}

function sumOfMerged(lines: Chunk['lines']): NonNullable<Chunk['merged']> {
  const sum = { lines: 0, bytes: 0 };
  for (const { merged } of lines) {
    sum.lines += merged?.lines ?? 0;
    sum.bytes += merged?.bytes ?? 0;
  }
  return sum;
}

/** The counters' children, each looked up once. */
function createCounters(telemetry: Telemetry) {
  const outcomes = new Map<string, ReturnType<typeof outcomeCounters>>();
  const children = new Map<string, { inc(): void }>();
  const count = (key: string, make: () => { inc(): void }): void => {
    const known = children.get(key);
    const child = known ?? make();
    if (known === undefined) children.set(key, child);
    child.inc();
  };
  return {
    outcomes(input: string): ReturnType<typeof outcomeCounters> {
      const counters = outcomes.get(input) ?? outcomeCounters(telemetry, input);
      outcomes.set(input, counters);
      return counters;
    },
    rejected(pipeline: string, reason: string): void {
      count(`rejected ${pipeline} ${reason}`, () => telemetry.rejected.labels(pipeline, reason));
    },
    dropped(pipeline: string, rule: string): void {
      count(`dropped ${pipeline} ${rule}`, () => telemetry.dropped.labels(pipeline, rule));
    },
  };
}
