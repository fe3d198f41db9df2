import type { Client } from '@elastic/elasticsearch';
import type { Clock } from '../model/clock.ts';
import { Rejected } from '../model/rejected.ts';
import type { Telemetry } from '../telemetry.ts';
import { type Batch, BatchBuilder, pick, stampIngested } from './batch.ts';
import { sendBulk } from './bulk.ts';
import type { createDeadLetters, DeadLetterItem } from './dead-letters.ts';
import { type Fault, type ItemAnswer, judgeItem, type RetryReason, type Wait } from './judge.ts';
import type { createRecovery } from './recovery.ts';
import type { Settlement } from './settle.ts';

/** What became of a batch: what is left of it to send, and whether the store took requests at all. */
export type Shipped = { readonly again: readonly Batch[]; readonly wait: Wait | undefined };

export type ShipContext = {
  readonly client: Client;
  readonly clock: Clock;
  readonly backoff: (attempt: number) => number;
  readonly telemetry: Telemetry;
  readonly letters: ReturnType<typeof createDeadLetters>;
  readonly recovery: ReturnType<typeof createRecovery>;
  /** Largest body, bytes; made smaller when the store says 413. */
  readonly limit: { bytes: number };
  /** Counts a line that the store refused. */
  countRejected(settlement: Settlement, rejected: Rejected): void;
};

const SMALLEST_LIMIT = 64 * 1024;
const NONE: ReadonlySet<number> = new Set();

/** Makes the function that takes one batch to the store and settles what the store answers for. */
export function createShipper(context: ShipContext): (batch: Batch, signal: AbortSignal) => Promise<Shipped> {
  const { client, clock, telemetry, recovery } = context;
  const results = {
    all_indexed: telemetry.bulks.labels('all_indexed'),
    items: telemetry.bulks.labels('some_not_indexed'),
    fault: telemetry.bulks.labels('not_taken'),
  };

  return async (given, signal) => {
    let batch = given;
    const hits = recovery.hits();
    const suspects = recovery.suspects(batch);
    if (suspects.length > 0) {
      const lookUp = await recovery.lookUp(batch, suspects, signal);
      if (lookUp.kind === 'fault') return { again: [batch], wait: lookUp.fault };
      batch = settleFound(context, batch, lookUp.positions);
      if (batch.ends.length === 0) return { again: [], wait: undefined };
    }
    const started = clock.now();
    stampIngested(batch, new Date(started).toISOString());
    const answer = await sendBulk(client, batch.bytes, batch.ends.length, signal);
    telemetry.bulkSeconds.observe((clock.now() - started) / 1000);
    results[answer.kind].inc();
    if (answer.kind === 'fault') return judgeWhole(context, batch, answer.fault);
    const left = answer.kind === 'items' ? settleItems(context, batch, answer.items) : settleAll(batch);
    if (suspects.length > 0 && recovery.hits() === hits) recovery.passed(batch, left.putOff);
    return { again: left.again, wait: undefined };
  };
}

function settleAll(batch: Batch) {
  for (let position = 0; position < batch.ends.length; position++) settle(batch, position, 'indexed');
  return { again: [], putOff: NONE };
}

/** A dead letter counts as such whether it is new or was there before. */
function settle(batch: Batch, position: number, outcome: 'indexed' | 'already_there'): void {
  batch.settlements[position]!.settle(batch.lines[position]!, batch.letters.has(position) ? 'dead_lettered' : outcome);
}

/** Settles what was found; returns the batch of the rest. */
function settleFound({ recovery }: ShipContext, batch: Batch, found: ReadonlySet<number>): Batch {
  if (found.size === 0) return batch;
  for (const position of found) {
    recovery.hit(batch, position);
    settle(batch, position, 'already_there');
  }
  return pick(
    batch,
    [...batch.ends.keys()].filter((position) => !found.has(position)),
  );
}

/** Settles document by document; what is put off or became a dead letter comes back as batches. */
function settleItems(context: ShipContext, batch: Batch, answers: readonly ItemAnswer[]) {
  const letters: DeadLetterItem[] = [];
  const groups = new Map<RetryReason, { readonly detail: string; readonly positions: number[] }>();
  const putOff = (position: number, reason: RetryReason, detail: string): void => {
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, { detail, positions: [position] });
    else group.positions.push(position);
  };
  for (let position = 0; position < batch.ends.length; position++) {
    const verdict = judgeItem(answers[position]!);
    if (verdict.kind === 'indexed') {
      settle(batch, position, 'indexed');
    } else if (verdict.kind === 'already_there') {
      context.recovery.hit(batch, position);
      settle(batch, position, 'already_there');
    } else if (verdict.kind === 'retry') {
      putOff(position, verdict.reason, verdict.detail);
    } else {
      const letter = refuse(context, batch, position, verdict.rejected);
      if (letter === undefined) putOff(position, 'dead_letter_refused', verdict.rejected.detail);
      else letters.push(letter);
    }
  }
  const again = [...batchOfLetters(letters)];
  for (const [reason, { detail, positions }] of groups) {
    again.push(putOffBatch(context, pick(batch, positions), reason, detail));
  }
  return { again, putOff: new Set([...groups.values()].flatMap(({ positions }) => positions)) };
}

function putOffBatch({ telemetry, clock, backoff }: ShipContext, batch: Batch, reason: RetryReason, detail: string) {
  telemetry.retries.labels(reason).inc(batch.ends.length);
  const due = clock.now() + backoff(batch.attempt);
  return { ...batch, attempt: batch.attempt + 1, held: { reason, detail }, due, unknown: false };
}

function batchOfLetters(letters: readonly DeadLetterItem[]): Batch[] {
  if (letters.length === 0) return [];
  const builder = new BatchBuilder(Number.POSITIVE_INFINITY, 0);
  for (const { outgoing, settlement, letter } of letters) builder.add(outgoing, settlement, letter);
  return [builder.finish()];
}

/** The dead letter that takes the document's place, or undefined where it is one that stays as it is. */
function refuse({ letters, countRejected }: ShipContext, batch: Batch, position: number, rejected: Rejected) {
  if (!batch.letters.has(position)) countRejected(batch.settlements[position]!, rejected);
  return letters.ofRefused(batch, position, rejected);
}

function judgeWhole(context: ShipContext, batch: Batch, fault: Fault): Shipped {
  const { telemetry, limit } = context;
  if (fault.kind === 'wait') {
    telemetry.retries.labels(fault.reason).inc(batch.ends.length);
    return { again: [{ ...batch, unknown: batch.unknown || fault.unknown }], wait: fault };
  }
  if (batch.ends.length > 1) {
    if (fault.kind === 'too_large') {
      limit.bytes = Math.max(SMALLEST_LIMIT, Math.min(limit.bytes, Math.floor(batch.bytes.length / 2)));
    }
    // A store that reads a body as it comes may have taken what stood before the fault.
    const unknown = batch.unknown || fault.kind === 'refused';
    const positions = [...batch.ends.keys()];
    const half = positions.length >> 1;
    const halves = [positions.slice(0, half), positions.slice(half)];
    return { again: halves.map((part) => ({ ...pick(batch, part), unknown })), wait: undefined };
  }
  const rejected = new Rejected(fault.kind === 'too_large' ? 'too_large' : 'refused', fault.detail);
  const letter = refuse(context, batch, 0, rejected);
  if (letter !== undefined) return { again: batchOfLetters([letter]), wait: undefined };
  return { again: [putOffBatch(context, batch, 'dead_letter_refused', fault.detail)], wait: undefined };
}
