import type { Client } from '@elastic/elasticsearch';
import { Rejected } from '../model/rejected.ts';
import type { Telemetry } from '../telemetry.ts';
import { type Batch, createEncoder, type Item } from './batch.ts';
import { sendBulk } from './bulk.ts';
import type { Clock } from './clock.ts';
import type { createDeadLetters } from './dead-letters.ts';
import { type Fault, type ItemAnswer, judgeItem, type RetryReason } from './judge.ts';
import type { createRecovery } from './recovery.ts';
import type { Wait } from './retry.ts';

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
  countRejected(item: Item, rejected: Rejected): void;
};

const SMALLEST_LIMIT = 64 * 1024;

/** A batch of items never put off before. */
export function batchOf(items: readonly Item[], unknown = false): Batch {
  return { items, attempt: 0, held: undefined, due: 0, unknown };
}

/** Makes the function that takes one batch to the store and settles what the store answers for. */
export function createShipper(context: ShipContext): (batch: Batch, signal: AbortSignal) => Promise<Shipped> {
  const { client, clock, telemetry, recovery, limit } = context;
  const encode = createEncoder();
  const results = {
    all_indexed: telemetry.bulks.labels('all_indexed'),
    items: telemetry.bulks.labels('some_not_indexed'),
    fault: telemetry.bulks.labels('not_taken'),
  };

  async function send(items: readonly Item[], signal: AbortSignal) {
    const body = encode(items, limit.bytes, new Date(clock.now()).toISOString());
    const started = clock.now();
    const answer = await sendBulk(client, body.bytes, body.count, signal);
    telemetry.bulkSeconds.observe((clock.now() - started) / 1000);
    results[answer.kind].inc();
    return { answer, size: body.bytes.length, count: body.count };
  }

  return async (batch, signal) => {
    let items = batch.items;
    const hits = recovery.hits();
    const suspects = recovery.suspects(items, batch.unknown);
    if (suspects.length > 0) {
      const lookUp = await recovery.lookUp(suspects, signal);
      if (lookUp.kind === 'fault') return { again: [batch], wait: lookUp.fault as Wait };
      items = settleFound(context, items, lookUp.items);
      if (items.length === 0) return { again: [], wait: undefined };
    }
    const { answer, size, count } = await send(items, signal);
    const rest = count < items.length ? [{ ...batch, items: items.slice(count) }] : [];
    if (count < items.length) items = items.slice(0, count);
    if (answer.kind === 'fault') {
      const shipped = judgeWhole(context, { ...batch, items }, answer.fault, size);
      return { ...shipped, again: [...shipped.again, ...rest] };
    }
    const again = answer.kind === 'items' ? settleItems(context, items, answer.items, batch.attempt) : settleAll(items);
    if (suspects.length > 0 && recovery.hits() === hits) {
      const left = new Set(again.flatMap((other) => other.items));
      recovery.passed(suspects.filter((item) => !left.has(item)));
    }
    return { again: [...again, ...rest], wait: undefined };
  };
}

function settleAll(items: readonly Item[]): Batch[] {
  for (const item of items) settle(item, 'indexed');
  return [];
}

/** A dead letter counts as such whether it is new or was there before. */
function settle(item: Item, outcome: 'indexed' | 'already_there'): void {
  item.account.settle(item.outgoing.line, item.letter === undefined ? outcome : 'dead_lettered');
}

function settleFound({ recovery }: ShipContext, items: readonly Item[], found: ReadonlySet<Item>): readonly Item[] {
  if (found.size === 0) return items;
  for (const item of found) {
    recovery.hit(item);
    settle(item, 'already_there');
  }
  return items.filter((item) => !found.has(item));
}

/** Settles item by item; what is put off or became a dead letter comes back as batches. */
function settleItems(
  context: ShipContext,
  items: readonly Item[],
  answers: readonly ItemAnswer[],
  attempt: number,
): Batch[] {
  const letters: Item[] = [];
  const putOff = new Map<RetryReason, { readonly detail: string; readonly items: Item[] }>();
  const putOffNow = (item: Item, reason: RetryReason, detail: string): void => {
    const group = putOff.get(reason);
    if (group === undefined) putOff.set(reason, { detail, items: [item] });
    else group.items.push(item);
  };
  for (const [index, item] of items.entries()) {
    const verdict = judgeItem(answers[index]!);
    if (verdict.kind === 'indexed') {
      settle(item, 'indexed');
    } else if (verdict.kind === 'already_there') {
      context.recovery.hit(item);
      settle(item, 'already_there');
    } else if (verdict.kind === 'retry') {
      putOffNow(item, verdict.reason, verdict.detail);
    } else {
      const letter = refuse(context, item, verdict.rejected);
      if (letter === undefined) putOffNow(item, 'dead_letter_refused', verdict.rejected.detail);
      else letters.push(letter);
    }
  }
  const due = context.clock.now() + context.backoff(attempt);
  const batches: Batch[] = letters.length === 0 ? [] : [batchOf(letters)];
  for (const [reason, group] of putOff) {
    context.telemetry.retries.labels(reason).inc(group.items.length);
    const held = { reason, detail: group.detail };
    batches.push({ items: group.items, attempt: attempt + 1, held, due, unknown: false });
  }
  return batches;
}

/** The dead letter that takes the item's place, or undefined where the item is a dead letter in its last form. */
function refuse({ letters, countRejected }: ShipContext, item: Item, rejected: Rejected): Item | undefined {
  if (item.letter === undefined) countRejected(item, rejected);
  return letters.ofItem(item, rejected);
}

function judgeWhole(context: ShipContext, batch: Batch, fault: Fault, size: number): Shipped {
  if (fault.kind === 'wait') {
    context.telemetry.retries.labels(fault.reason).inc(batch.items.length);
    return { again: [{ ...batch, unknown: batch.unknown || fault.unknown }], wait: fault };
  }
  const { items } = batch;
  if (items.length > 1) {
    if (fault.kind === 'too_large') {
      context.limit.bytes = Math.max(SMALLEST_LIMIT, Math.min(context.limit.bytes, Math.floor(size / 2)));
    }
    // A store that reads a body as it comes may have taken what stood before the fault.
    const unknown = batch.unknown || fault.kind === 'refused';
    const half = items.length >> 1;
    const halves = [items.slice(0, half), items.slice(half)];
    return { again: halves.map((part) => ({ ...batch, items: part, unknown })), wait: undefined };
  }
  const item = items[0]!;
  const rejected = new Rejected(fault.kind === 'too_large' ? 'too_large' : 'refused', fault.detail);
  const letter = refuse(context, item, rejected);
  if (letter !== undefined) return { again: [{ ...batch, items: [letter] }], wait: undefined };
  const due = context.clock.now() + context.backoff(batch.attempt);
  const held = { reason: 'dead_letter_refused', detail: fault.detail } as const;
  const again: Batch = { ...batch, attempt: batch.attempt + 1, held, due };
  return { again: [again], wait: undefined };
}
