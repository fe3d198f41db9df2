import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import type { IdRanges } from './id-ranges.ts';
import { EsError } from './route.ts';
import { Transaction } from './transaction.ts';

/** Bytes of requests that go into one transaction. */
const GROUP_BYTES = 16 * 1024 * 1024;
/** Bytes of requests that may wait; more are answered with 429. */
const WAITING_BYTES = 64 * 1024 * 1024;

/** When nothing has been written for so long, the write-ahead log is merged into the file … */
const QUIET_MS = 10_000;
/** … if so many bytes of requests went into it. */
const WORTH_MERGING_BYTES = 1024 * 1024;

/** Faults of the disk, which the sender may wait out; anything else is a fault of the program. */
const NO_ROOM = /no space left|file too large|quota exceeded/i;
const STORE_FAULT = /IO Error|FATAL|Out of Memory|failed to commit|could not (write|read|open)/i;

type Work = {
  readonly bytes: number;
  run(transaction: Transaction): Promise<void>;
  done(): void;
  fail(error: unknown): void;
};

/**
 * All changes to the store, one transaction at a time. Requests that wait while one is being committed go into the next
 * together: one fsync acknowledges them all.
 */
export class Writer {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #now: () => number;
  readonly #ranges = new Map<string, IdRanges>();
  #waiting: Work[] = [];
  #waitingBytes = 0;
  #unmergedBytes = 0;
  #quiet: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  /** After a failed transaction: memory may be ahead of the database … */
  #stale = false;
  /** … and the database may have to be opened anew. */
  #broken = false;

  constructor(database: Database, catalog: Catalog, now: () => number = Date.now) {
    this.#database = database;
    this.#catalog = catalog;
    this.#now = now;
  }

  /**
   * Runs `work` in a transaction and resolves with its result once that is committed and on disk.
   * An EsError that `work` throws refuses this request alone, so it must come before any change; any other error rolls back
   * everything in the same transaction. `bytes` is what the request weighs.
   */
  async write<T>(bytes: number, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) throw new EsError(503, 'node_closed_exception', 'the store is closing');
    if (this.#waitingBytes > WAITING_BYTES) {
      throw new EsError(429, 'es_rejected_execution_exception', 'too many bytes are waiting to be written');
    }
    this.#waitingBytes += bytes;
    return await new Promise<T>((resolve, reject) => {
      let result: T;
      this.#waiting.push({
        bytes,
        run: async (transaction) => {
          result = await work(transaction);
        },
        done: () => resolve(result),
        fail: reject,
      });
      this.#running ??= this.#drain();
    });
  }

  /** Finishes what waits and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#quiet);
    await this.#running;
  }

  async #drain(): Promise<void> {
    clearTimeout(this.#quiet);
    while (this.#waiting.length > 0) await this.#runGroup(this.#takeGroup());
    this.#running = undefined;
    if (this.#unmergedBytes < WORTH_MERGING_BYTES || this.#closed) return;
    this.#quiet = setTimeout(() => {
      this.#running ??= this.#merge();
    }, QUIET_MS).unref();
  }

  /** A restart is then quick, and the memory free. Failing costs only that: the log stays and is merged another time. */
  async #merge(): Promise<void> {
    await this.#database.checkpoint().catch(() => {});
    this.#unmergedBytes = 0;
    await this.#drain();
  }

  #takeGroup(): Work[] {
    let bytes = 0;
    let count = 0;
    for (const work of this.#waiting) {
      if (count > 0 && bytes + work.bytes > GROUP_BYTES) break;
      bytes += work.bytes;
      count++;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#waitingBytes -= bytes;
    this.#unmergedBytes += bytes;
    return group;
  }

  /** Never rejects: each request learns its own outcome. */
  async #runGroup(group: readonly Work[]): Promise<void> {
    const transaction = new Transaction(this.#database, this.#catalog, this.#ranges, this.#now());
    const accepted: Work[] = [];
    try {
      if (this.#stale) await this.#restore();
      await this.#database.begin();
      for (const work of group) {
        try {
          await work.run(transaction);
          accepted.push(work);
        } catch (error) {
          if (!(error instanceof EsError)) throw error;
          work.fail(error);
        }
      }
      await transaction.flush();
      await this.#database.commit();
      transaction.publish();
    } catch (error) {
      transaction.end();
      const failure = await this.#recover(error);
      for (const work of group) work.fail(failure);
      return;
    }
    for (const work of accepted) work.done();
  }

  /** Brings database and memory back to the last commit, now or before the next group; what to tell the failed one. */
  async #recover(error: unknown): Promise<unknown> {
    this.#stale = true;
    this.#broken ||= this.#database.isBroken(error);
    const detail = error instanceof Error ? error.message : String(error);
    await this.#restore().catch(() => {});
    if (NO_ROOM.test(detail)) return new EsError(429, 'cluster_block_exception', `no room to write: ${detail}`);
    if (STORE_FAULT.test(detail)) {
      return new EsError(503, 'unavailable_shards_exception', detail);
    }
    return error;
  }

  async #restore(): Promise<void> {
    if (this.#broken) await this.#database.reopen();
    else await this.#database.rollback();
    this.#broken = false;
    await this.#catalog.load();
    this.#stale = false;
  }
}
