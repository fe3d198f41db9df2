import { LogmillError } from '../../errors.ts';
import type { Chunk, Processed, Source } from '../../model/line.ts';
import { Rejected } from '../../model/rejected.ts';
import type { Notice } from '../stage.ts';
import type { Job, JobResult, WorkerData } from './job.ts';
import { Slot } from './slot.ts';

/** Chunks that a worker may have before no more is read: one under way and some to go on with. */
const MOST_JOBS = 3;
/** A chunk that has ended so many workers is not tried again. */
const MOST_CRASHES = 2;

export type PoolParts = {
  readonly workers: number;
  readonly data: WorkerData;
  readonly now: () => number;
  /** Told of a stage that failed, and of a worker that crashed. */
  readonly onFault: (fault: LogmillError, source: Source) => void;
  /** Told what stages say of the stream; of a change of it by every worker. */
  readonly onNotice?: (notice: Notice) => void;
  /** Takes what came out, in the order in which it went in; resolves when there is room for more. */
  readonly emit: (processed: Processed) => Promise<void>;
};

type Pending = { readonly chunk: Chunk; crashes: number; result: Omit<Processed, 'chunk'> | undefined };

/**
 * A pipeline in several threads. What comes out comes out in the order in which it went in, whichever worker is first. The
 * chunks of a source go to any worker, until a stage asks which source it has: then it remembers something of it, and from
 * there on all chunks of a source go to one.
 */
export class WorkerPool {
  readonly #parts: PoolParts;
  readonly #slots: readonly Slot[];
  readonly #pending = new Map<number, Pending>();
  readonly #slotOf = new WeakMap<Source, Slot>();
  #nextId = 0;
  #nextOut = 0;
  #remembersSources: boolean | undefined;
  #emitting: Promise<void> = Promise.resolve();
  #moved = Promise.withResolvers<void>();
  #failure: Error | undefined;

  constructor(parts: PoolParts) {
    this.#parts = parts;
    const owner = {
      result: (_slot: Slot, result: JobResult) => this.#done(result),
      crashed: (slot: Slot, jobs: readonly Job[], error: Error) => this.#crashed(slot, jobs, error),
      failed: (error: Error) => {
        this.#failure ??= error;
        this.#move();
      },
    };
    this.#slots = Array.from({ length: parts.workers }, () => new Slot(parts.data, owner));
  }

  /** The threads, for tests that end one. */
  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /** Takes a chunk in. Resolves when there is room for another; rejects when no worker can be started. */
  async push(chunk: Chunk): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.#nextId++;
    this.#pending.set(id, { chunk, crashes: 0, result: undefined });
    this.#give(id, chunk, this.#slotFor(chunk.source));
    while (this.#pending.size >= MOST_JOBS * this.#slots.length) await this.#wait();
    await this.#emitting;
  }

  /** Resolves when everything that was taken in has been handed on. */
  async close(): Promise<void> {
    try {
      while (this.#pending.size > 0) await this.#wait();
      await this.#emitting;
    } finally {
      await Promise.all(this.#slots.map((slot) => slot.close()));
    }
  }

  async #wait(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await this.#moved.promise;
  }

  #move(): void {
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }

  #slotFor(source: Source): Slot {
    const known = this.#slotOf.get(source);
    // Until the first answer nobody knows whether something is remembered.
    if (known !== undefined && this.#remembersSources !== false) return known;
    const idlest = this.#slots.reduce((best, slot) => (slot.load < best.load ? slot : best));
    this.#slotOf.set(source, idlest);
    return idlest;
  }

  #give(id: number, { source, lines }: Chunk, slot: Slot): void {
    const { path, input, modifiedAt } = source;
    const head = slot.isNew(source.id) ? source.head?.() : undefined;
    slot.give({
      id,
      source: { id: source.id, input, path, modifiedAt, ...(head === undefined ? {} : { head }) },
      lines: lines.map(({ after: _after, ...line }) => line),
      time: this.#parts.now(),
    });
  }

  #done({ id, documents, rejected, dropped, faults, notices, remembersSources }: JobResult): void {
    this.#remembersSources = remembersSources || this.#remembersSources === true;
    const pending = this.#pending.get(id)!;
    for (const detail of faults) this.#fault(detail, pending.chunk);
    for (const notice of notices) this.#parts.onNotice?.(notice);
    const verdicts = rejected.map(({ line, reason, detail, field }) => ({
      line,
      rejected: new Rejected(reason, detail, field),
    }));
    pending.result = { documents, rejected: verdicts, dropped };
    this.#handOn();
  }

  #crashed(slot: Slot, jobs: readonly Job[], error: Error): void {
    for (const [at, { id }] of jobs.entries()) {
      const pending = this.#pending.get(id)!;
      // The first one was under way.
      if (at === 0) pending.crashes++;
      if (at === 0) this.#fault(`a worker ended: ${error.message}`, pending.chunk);
      if (pending.crashes < MOST_CRASHES) this.#give(id, pending.chunk, slot);
      else pending.result = rejectedWhole(pending.chunk, `it ended ${MOST_CRASHES} workers: ${error.message}`);
    }
    this.#handOn();
  }

  #fault(detail: string, { source, start }: Chunk): void {
    const { pipeline } = this.#parts.data;
    const fault = new LogmillError('PIPELINE_FAULT', { stage: 'worker', pipeline, offset: start, detail });
    this.#parts.onFault(fault, source);
  }

  #handOn(): void {
    for (;;) {
      const next = this.#pending.get(this.#nextOut);
      if (next?.result === undefined) break;
      this.#pending.delete(this.#nextOut++);
      const processed = { chunk: next.chunk, ...next.result };
      this.#emitting = this.#emitting.then(() => this.#parts.emit(processed));
    }
    // Whoever pushes or closes hears of it.
    this.#emitting.catch(() => {});
    this.#move();
  }
}

function rejectedWhole({ lines }: Chunk, detail: string): Omit<Processed, 'chunk'> {
  const rejected = new Rejected('fault', detail.slice(0, 500));
  return { documents: [], rejected: lines.map((_, line) => ({ line, rejected })), dropped: [] };
}
