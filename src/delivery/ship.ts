import type { Clock } from '../model/clock.ts';
import { Rejected } from '../model/rejected.ts';
import type { Telemetry } from '../telemetry.ts';
import type { RetryReason } from './answers.ts';
import { addressOf, type Batch, BatchBuilder, documentAt, pick, stampIngested } from './batch.ts';
import type { BufferPool } from './buffer-pool.ts';
import { type BulkAnswer, type BulkOptions, hasLivingNode, sendBulk } from './bulk.ts';
import type { createDeadLetters, DeadLetterItem } from './dead-letters.ts';
import type { Flow } from './flow.ts';
import { type Fault, type ItemAnswer, judgeItem, type Wait } from './judge.ts';
import { REFUSED_LETTERS } from './lanes.ts';
import { quarantine } from './quarantine.ts';
import { type createRecovery, type LookUp, mayBeShorter } from './recovery.ts';
import type { Settlement } from './settle.ts';

/** What became of a batch. */
export type Shipped = {
  /** What is left of it to send. */
  readonly again: readonly Batch[];
  /** The store as a whole took no request. */
  readonly wait: Wait | undefined;
  /** Only the node asked failed: another one is asked at once. */
  readonly elsewhere: boolean;
  /** The documents were answered one by one; else nothing is known of their indices. */
  readonly judged: boolean;
};

export type ShipContext = BulkOptions & {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly letters: ReturnType<typeof createDeadLetters>;
  readonly recovery: ReturnType<typeof createRecovery>;
  readonly flow: Flow;
  /** Where a bulk's buffer goes once the store has taken all of it. */
  readonly buffers: BufferPool;
  /**
   * Sends the events that the records of a line beyond the first `records` are by themselves, and calls `done` when they are
   * settled: false where there are none.
   */
  sendRest(settlement: Settlement, line: number, records: number, done: () => void): boolean;
  /** Counts a line that the store refused. */
  countRejected(settlement: Settlement, rejected: Rejected): void;
};

const NONE: ReadonlySet<number> = new Set();
/** Faults that say that the store has too much to do. */
const OVERLOAD: ReadonlySet<RetryReason> = new Set(['overloaded', 'timeout', 'unavailable']);

/** Makes the function that takes one batch to the store and settles what the store answers for. */
export function createShipper(context: ShipContext): (batch: Batch, signal: AbortSignal) => Promise<Shipped> {
  const { clock, telemetry, recovery, flow } = context;
  const results = {
    all_indexed: telemetry.bulks.labels('all_indexed'),
    items: telemetry.bulks.labels('some_not_indexed'),
    fault: telemetry.bulks.labels('not_taken'),
  };

  return async (given, signal) => {
    let batch = given;
    const hits = recovery.hits();
    const suspects = recovery.suspects(batch);
    let waiting: readonly Batch[] = [];
    if (suspects.length > 0) {
      const left = await leaveOutStored(context, batch, suspects, signal);
      if ('wait' in left) return left;
      ({ batch, waiting } = left);
      if (batch.ends.length === 0) return answered(waiting);
    }
    const started = clock.steady();
    const ticket = flow.begin();
    stampIngested(batch, new Date(clock.now()).toISOString());
    const answer = await sendBulk(context, batch.bytes, batch.ends.length, signal);
    const took = clock.steady() - started;
    telemetry.bulkSeconds.observe(took / 1000);
    results[answer.kind].inc();
    learn(flow, ticket, answer, batch, took);
    telemetry.bulkConcurrency.set(flow.concurrency());
    telemetry.batchBytes.set(flow.bytes());
    if (answer.kind === 'fault') {
      const whole = judgeWhole(context, batch, answer.fault, answer.elsewhere === true);
      return { ...whole, again: [...waiting, ...whole.again] };
    }
    const left = answer.kind === 'items' ? settleItems(context, batch, answer.items) : settleAll(context, batch);
    if (suspects.length > 0 && recovery.hits() === hits) recovery.passed(batch, left.putOff);
    return answered([...waiting, ...left.again]);
  };
}

/**
 * Looks up what may be stored already. What is found is settled; what is for an index that cannot be searched waits for
 * it, for only a look-up tells whether it may be sent.
 */
async function leaveOutStored(
  context: ShipContext,
  batch: Batch,
  suspects: readonly number[],
  signal: AbortSignal,
): Promise<Shipped | { readonly batch: Batch; readonly waiting: readonly Batch[] }> {
  const lookUp = await context.recovery.lookUp(batch, suspects, signal);
  if (lookUp.kind === 'fault') return notTaken([batch], lookUp.fault, hasLivingNode(context.client.connectionPool));
  const unsearched = new PutOff();
  for (const [index, { positions, ...why }] of lookUp.closed) {
    for (const position of positions) unsearched.add(index, position, why);
  }
  const waiting = [...unsearched.batches(context, batch)];
  return { batch: settleFound(context, batch, lookUp, unsearched.positions), waiting };
}

function answered(again: readonly Batch[]): Shipped {
  return { again, wait: undefined, elsewhere: false, judged: true };
}

function notTaken(again: readonly Batch[], fault: Wait, elsewhere: boolean): Shipped {
  return { again, wait: elsewhere ? undefined : fault, elsewhere, judged: false };
}

/** What the answer says of how much the store can take. */
function learn(flow: Flow, ticket: number, answer: BulkAnswer, { bytes: body, ends }: Batch, ms: number): void {
  const bytes = body.length;
  if (answer.kind === 'fault') {
    // One document that is too large says nothing of how many are.
    if (answer.fault.kind === 'too_large' && ends.length > 1) flow.learn(ticket, { kind: 'too_large', bytes });
    else if (answer.fault.kind === 'wait' && OVERLOAD.has(answer.fault.reason))
      flow.learn(ticket, { kind: 'overloaded' });
    return;
  }
  const pressed = answer.kind === 'items' && answer.items.some((item) => item.status === 429 && !isBlocked(item));
  flow.learn(ticket, pressed ? { kind: 'overloaded' } : { kind: 'taken', ms, bytes });
}

function isBlocked(item: ItemAnswer): boolean {
  const verdict = judgeItem(item);
  return verdict.kind === 'retry' && verdict.reason === 'blocked';
}

function settleAll({ buffers }: ShipContext, batch: Batch) {
  for (let position = 0; position < batch.ends.length; position++) settle(batch, position, 'indexed');
  buffers.give(batch.bytes);
  return { again: [], putOff: NONE };
}

/** A dead letter counts as such whether it is new or was there before. */
function settle(batch: Batch, position: number, outcome: 'indexed' | 'already_there'): void {
  batch.settlements[position]!.settle(batch.lines[position]!, batch.letters.has(position) ? 'dead_lettered' : outcome);
}

/** Settles what was found; returns the batch of the rest, without what is not to be sent now. */
function settleFound(
  { recovery, sendRest }: ShipContext,
  batch: Batch,
  { positions: found, shorter }: Extract<LookUp, { kind: 'found' }>,
  notNow: ReadonlySet<number>,
): Batch {
  if (found.size === 0 && notNow.size === 0) return batch;
  for (const position of found) {
    recovery.hit(batch, position);
    const records = shorter.get(position);
    const done = () => settle(batch, position, 'already_there');
    const isWhole =
      records === undefined || !sendRest(batch.settlements[position]!, batch.lines[position]!, records, done);
    if (isWhole) done();
  }
  return pick(
    batch,
    [...batch.ends.keys()].filter((position) => !found.has(position) && !notNow.has(position)),
  );
}

/** Settles document by document; what is put off, was changed or became a dead letter comes back as batches. */
function settleItems(context: ShipContext, batch: Batch, answers: readonly ItemAnswer[]) {
  const moved: Made[] = [];
  const letters: Made[] = [];
  const unsure: number[] = [];
  const putOff = new PutOff();
  for (let position = 0; position < batch.ends.length; position++) {
    const verdict = judgeItem(answers[position]!);
    if (verdict.kind === 'indexed') {
      settle(batch, position, 'indexed');
    } else if (verdict.kind === 'already_there') {
      context.recovery.hit(batch, position);
      // Looked up in vain it is one that cannot be searched any more.
      if (!batch.unknown && mayBeShorter(batch, position)) unsure.push(position);
      else settle(batch, position, 'already_there');
    } else if (verdict.kind === 'retry') {
      putOff.add(addressOf(batch, position).index, position, verdict);
    } else {
      const { rejected } = verdict;
      const without = moveAside(context, batch, position, rejected);
      const letter = without ?? refuse(context, batch, position, rejected);
      if (without !== undefined) moved.push(without);
      else if (letter !== undefined) letters.push(letter);
      else putOff.add(REFUSED_LETTERS, position, { reason: 'dead_letter_refused', detail: rejected.detail });
    }
  }
  return {
    again: [
      ...batchOf(moved),
      ...batchOf(letters),
      ...(unsure.length === 0 ? [] : [{ ...pick(batch, unsure), unknown: true }]),
      ...putOff.batches(context, batch),
    ],
    putOff: putOff.positions,
  };
}

type Why = { readonly reason: RetryReason; readonly detail: string; readonly unknown?: boolean };

/** Documents that are put off, by what holds them. */
class PutOff {
  readonly positions = new Set<number>();
  readonly #groups = new Map<string, Why & { readonly lane: string; readonly positions: number[] }>();

  add(lane: string, position: number, why: Why): void {
    this.positions.add(position);
    const key = `${lane} ${why.reason} ${why.unknown}`;
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { ...why, lane, positions: [position] });
    else group.positions.push(position);
  }

  *batches(context: ShipContext, batch: Batch): Generator<Batch> {
    for (const { lane, positions, reason, detail, unknown = false } of this.#groups.values()) {
      const held = pick(batch, positions);
      countRetries(context, held, reason);
      // A closed index is searched in vain: what was to be looked up there still is.
      yield { ...held, held: { lane, reason, detail }, unknown: unknown || batch.unknown };
    }
  }
}

function countRetries({ telemetry }: ShipContext, batch: Batch, reason: RetryReason): void {
  const inputs = new Map<string, number>();
  for (const { source } of batch.settlements) inputs.set(source.input, (inputs.get(source.input) ?? 0) + 1);
  for (const [input, count] of inputs) telemetry.retries.labels(reason, input).inc(count);
}

/** What takes a document's place. */
type Made = Pick<DeadLetterItem, 'outgoing' | 'settlement'> & { readonly letter: DeadLetterItem['letter'] | undefined };

function batchOf(made: readonly Made[]): Batch[] {
  if (made.length === 0) return [];
  const builder = new BatchBuilder(Number.POSITIVE_INFINITY, 0);
  for (const { outgoing, settlement, letter } of made) builder.add(outgoing, settlement, letter);
  return [builder.finish()];
}

/** The document without the field that the store refused; undefined where that is no way out. */
function moveAside({ telemetry }: ShipContext, batch: Batch, position: number, rejected: Rejected): Made | undefined {
  if (batch.letters.has(position)) return undefined;
  const moved = quarantine(documentAt(batch, position), rejected);
  if (moved === undefined) return undefined;
  const settlement = batch.settlements[position]!;
  if (moved.before === 0) telemetry.quarantined.labels(settlement.source.pipeline).inc();
  const outgoing = { ...addressOf(batch, position), document: moved.document, line: batch.lines[position]! };
  return { outgoing, settlement, letter: undefined };
}

/** The dead letter that takes the document's place, or undefined where it is one that stays as it is. */
function refuse({ letters, countRejected }: ShipContext, batch: Batch, position: number, rejected: Rejected) {
  if (!batch.letters.has(position)) countRejected(batch.settlements[position]!, rejected);
  return letters.ofRefused(batch, position, rejected);
}

function judgeWhole(context: ShipContext, batch: Batch, fault: Fault, elsewhere: boolean): Shipped {
  if (fault.kind === 'wait') {
    countRetries(context, batch, fault.reason);
    return notTaken([{ ...batch, unknown: batch.unknown || fault.unknown }], fault, elsewhere);
  }
  if (batch.ends.length > 1) {
    // A store that reads a body as it comes may have taken what stood before the fault.
    const unknown = batch.unknown || fault.kind === 'refused';
    const positions = [...batch.ends.keys()];
    const half = positions.length >> 1;
    const halves = [positions.slice(0, half), positions.slice(half)];
    const again = halves.map((part) => ({ ...pick(batch, part), unknown }));
    return { again, wait: undefined, elsewhere: false, judged: false };
  }
  const rejected = new Rejected(fault.kind === 'too_large' ? 'too_large' : 'refused', fault.detail);
  const letter = refuse(context, batch, 0, rejected);
  if (letter !== undefined) return answered(batchOf([letter]));
  const putOff = new PutOff();
  putOff.add(REFUSED_LETTERS, 0, { reason: 'dead_letter_refused', detail: fault.detail });
  return answered([...putOff.batches(context, batch)]);
}
