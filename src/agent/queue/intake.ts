import type { Logger } from 'pino';
import type { Clock } from '../../model/clock.ts';
import type { Telemetry } from '../../telemetry.ts';
import { keyOf } from '../identity.ts';
import type { DiskQueue } from './disk-queue.ts';
import type { ReceivedLine } from './received.ts';
import { type Entry, sizeOf } from './record.ts';
import type { Verdict, Waiting } from './waiting.ts';

/** Lines that one sender hands over together. */
export type Parcel = {
  readonly pipeline: string;
  readonly lines: readonly ReceivedLine[];
  /** Address of the sender. */
  readonly sender?: string;
  /** Name that the sender gave the parcel: sent again under it, its lines keep their ids. */
  readonly batch?: string;
  /** Longest wait for the store, ms. */
  readonly wait: number;
};

/**
 * What became of a parcel: every line settled; or only kept on disk, because the store took too long; or not taken,
 * because the queue is full or its disk fails.
 */
export type Receipt =
  | { readonly state: 'settled'; readonly verdicts: readonly Verdict[] }
  | { readonly state: 'queued' }
  | { readonly state: 'full' }
  | { readonly state: 'failed'; readonly detail: string };

export type IntakeOptions = {
  readonly input: string;
  readonly hostId: string;
  readonly queue: DiskQueue;
  readonly waiting: Waiting;
  /** Has what is acknowledged deleted soon: somebody needs the room. */
  readonly makeRoom: () => void;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log: Logger;
};

/** Names of parcels remembered, and how long an earlier process may have taken one that comes again, ms. */
const NAMES_KEPT = 10_000;
const REPEATED_WITHIN = 3_600_000;
/** Bytes of datagrams that may wait for the disk. */
const MOST_PENDING = 8 * 1024 * 1024;
/** Lines of a connection that are taken together where there is no room for all it brought. */
const LINES_TOGETHER = 64;
/** How often somebody who is held back looks for room, ms. */
const LOOK_AGAIN = 100;
/** Pause before a failing disk is tried again, ms. */
const RETRY = 1000;

/** How long a stop leaves the store to answer for what is on its way, ms. */
const LAST_ANSWERS = 2000;

/** Where senders hand lines over: to the queue, and no further than it has room. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #names = new Set<string>();
  readonly #opened: number;
  /** What ends the waiting of those who are not answered yet. */
  readonly #givingUp = new Set<() => void>();
  readonly #closing = Promise.withResolvers<void>();
  #answering = true;
  #closed = false;
  #trouble: string | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#opened = options.clock.steady();
  }

  /** Takes a parcel whole or not at all, and waits for the store. Never rejects. */
  async submit(parcel: Parcel): Promise<Receipt> {
    const { queue, waiting } = this.#options;
    const entries = this.#entriesOf(parcel);
    if (entries.length === 0) return { state: 'settled', verdicts: [] };
    if (!this.#answering || !queue.fits(entries)) {
      this.refuse(this.#answering ? 'queue_full' : 'stopping', entries.length);
      this.#options.makeRoom();
      return { state: 'full' };
    }
    let wait: ReturnType<Waiting['add']> | undefined;
    const numbers = parcel.lines.map(({ number }) => number);
    try {
      await queue.append(entries, (first) => {
        wait = waiting.add(first, numbers);
      });
    } catch (error) {
      wait?.giveUp();
      const detail = (error as Error).message;
      this.#sayTrouble(detail);
      this.refuse('disk', entries.length);
      return { state: 'failed', detail };
    }
    this.#count(entries);
    const verdicts = wait === undefined ? undefined : await this.#within(wait, parcel.wait);
    return verdicts === undefined ? { state: 'queued' } : { state: 'settled', verdicts };
  }

  /**
   * Takes lines as soon as there is room, however long that is. False where the intake was closed before: what was not
   * taken is lost, counted, and a gap in the ledger.
   */
  async take(entries: readonly Entry[]): Promise<boolean> {
    for (let left = entries; left.length > 0; ) {
      const some = this.#options.queue.hasRoomFor(left) ? left : left.slice(0, LINES_TOGETHER);
      if (!(await this.#takeSome(some))) {
        this.lose('stopping', bytesOf(left), left.length);
        return false;
      }
      left = left.slice(some.length);
    }
    return true;
  }

  async #takeSome(entries: readonly Entry[]): Promise<boolean> {
    const { queue } = this.#options;
    while (!this.#closed) {
      if (!queue.fits(entries)) {
        this.#sayTrouble('the queue is full; senders are held back');
        this.#options.makeRoom();
        await Promise.race([queue.room(), this.#pause(LOOK_AGAIN)]);
        continue;
      }
      try {
        await queue.append(entries);
        this.#count(entries);
        return true;
      } catch (error) {
        this.#sayTrouble((error as Error).message);
        await this.#pause(RETRY);
      }
    }
    return false;
  }

  /** Takes the lines that there is room for now; the others are lost, said, counted, and a gap in the ledger. */
  offer(entries: readonly Entry[]): void {
    if (this.#closed) return;
    const { queue } = this.#options;
    if (queue.hasRoomFor(entries) && queue.pendingBytes <= MOST_PENDING) {
      this.#append(entries);
      return;
    }
    for (const entry of entries) {
      const one = [entry];
      if (!queue.fits(one)) this.#drop(one, 'queue_full', 'the queue is full; datagrams are lost');
      else if (queue.pendingBytes > MOST_PENDING)
        this.#drop(one, 'disk_slow', 'the disk is too slow; datagrams are lost');
      else this.#append(one);
    }
  }

  #append(entries: readonly Entry[]): void {
    this.#options.queue.append(entries).then(
      () => this.#count(entries),
      (error: Error) => this.#drop(entries, 'disk', error.message),
    );
  }

  /** Counts lines that were not taken. @param reason as in the metric */
  refuse(reason: string, lines = 1): void {
    this.#options.telemetry.refused.inc({ input: this.#options.input, reason }, lines);
  }

  /** Bytes that came in, cannot be taken, and will not come again: a gap in the ledger. */
  lose(reason: string, bytes: number, lines = 1): void {
    this.refuse(reason, lines);
    this.#options.queue.leaveOut(lines, bytes);
  }

  /** Takes no more parcels; whoever still waits after a moment is told that the lines are on disk. */
  stopAnswering(): void {
    if (this.#answering === false) return;
    this.#answering = false;
    this.#options.clock.after(LAST_ANSWERS, () => {
      for (const giveUp of [...this.#givingUp]) giveUp();
    });
  }

  /** Takes nothing any more. */
  close(): void {
    this.stopAnswering();
    this.#closed = true;
    this.#closing.resolve();
  }

  async #pause(ms: number): Promise<void> {
    const over = new Promise<void>((resolve) => this.#options.clock.after(ms, resolve));
    await Promise.race([over, this.#closing.promise]);
  }

  #drop(entries: readonly Entry[], reason: string, detail: string): void {
    this.#sayTrouble(detail);
    this.refuse(reason, entries.length);
    this.#options.makeRoom();
    this.#options.queue.leaveOut(entries.length, bytesOf(entries));
  }

  #entriesOf({ pipeline, lines, sender, batch }: Parcel): Entry[] {
    const facts = { pipeline, ...(sender === undefined ? {} : { sender }) };
    if (batch === undefined) {
      return lines.map(({ payload, overlong }) => ({
        payload,
        facts: overlong === undefined ? facts : { ...facts, overlong },
      }));
    }
    const { hostId, input } = this.#options;
    const key = keyOf(hostId, `${input} ${pipeline}`, batch);
    const again = this.#mayBeThere(key);
    return lines.map(({ payload, overlong, number }) => ({
      payload,
      facts: { ...facts, batch: { key, number, again }, ...(overlong === undefined ? {} : { overlong }) },
    }));
  }

  /** Whether an earlier attempt may have got through: one seen by this process, or by one that ended not long ago. */
  #mayBeThere(key: string): boolean {
    const again = this.#names.has(key) || this.#options.clock.steady() - this.#opened < REPEATED_WITHIN;
    this.#names.delete(key);
    this.#names.add(key);
    for (const oldest of this.#names) {
      if (this.#names.size <= NAMES_KEPT) break;
      this.#names.delete(oldest);
    }
    return again;
  }

  async #within(wait: ReturnType<Waiting['add']>, ms: number): Promise<readonly Verdict[] | undefined> {
    const cancel = this.#options.clock.after(ms, wait.giveUp);
    this.#givingUp.add(wait.giveUp);
    const verdicts = await wait.done;
    cancel();
    this.#givingUp.delete(wait.giveUp);
    return verdicts;
  }

  #count(entries: readonly Entry[]): void {
    const { telemetry, input, log, queue } = this.#options;
    telemetry.received.inc({ input }, entries.length);
    telemetry.queueBytes.set({ input }, queue.bytes);
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    log.info({ input }, 'lines of senders are taken again');
  }

  /** Says each trouble once, until lines are taken again. */
  #sayTrouble(detail: string): void {
    if (this.#trouble === detail) return;
    this.#trouble = detail;
    this.#options.log.warn({ input: this.#options.input, detail }, 'lines of senders cannot be taken for now');
  }
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
}
