import { Worker } from 'node:worker_threads';
import type { FromWorker, Job, JobResult, WorkerData } from './job.ts';

/** The program of a worker, in the checkout and in the published form, where this code lies elsewhere. */
const PROGRAM = import.meta.filename.endsWith('.ts')
  ? new URL('./thread.ts', import.meta.url)
  : new URL('../pipeline/workers/thread.js', import.meta.url);

/** Whoever a slot answers to. */
export type SlotOwner = {
  result(slot: Slot, result: JobResult): void;
  /** A worker has ended with these jobs undone, in their order; another one has taken its place. */
  crashed(slot: Slot, jobs: readonly Job[], error: Error): void;
  /** It could not even start: there is no use in trying again. */
  failed(error: Error): void;
};

/** A worker thread, and the one that takes its place after a crash. */
export class Slot {
  readonly #data: WorkerData;
  readonly #owner: SlotOwner;
  readonly #jobs = new Map<number, Job>();
  readonly #heads = new Set<string>();
  #worker: Worker;
  #isReady = false;
  #isClosed = false;

  constructor(data: WorkerData, owner: SlotOwner) {
    this.#data = data;
    this.#owner = owner;
    this.#worker = this.#start();
  }

  /** Jobs not done. */
  get load(): number {
    return this.#jobs.size;
  }

  /** Whether this worker has not had anything of the source. */
  isNew(source: string): boolean {
    return !this.#heads.has(source);
  }

  give(job: Job): void {
    this.#heads.add(job.source.id);
    this.#jobs.set(job.id, job);
    this.#worker.postMessage(job);
  }

  /** The worker has compiled its pipeline. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** For what ends the worker at once, as a crash would. */
  get thread(): Pick<Worker, 'terminate'> {
    return this.#worker;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, { workerData: this.#data });
    let error: Error | undefined;
    worker.on('message', (message: FromWorker) => {
      if ('ready' in message) this.#isReady = true;
      else if (this.#jobs.delete(message.id)) this.#owner.result(this, message);
    });
    worker.on('error', (thrown) => {
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
    });
    worker.on('exit', (code) => this.#ended(error ?? new Error(`it ended with code ${code}`)));
    return worker;
  }

  #ended(error: Error): void {
    if (this.#isClosed) return;
    if (!this.#isReady) {
      this.#owner.failed(error);
      return;
    }
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    this.#heads.clear();
    this.#isReady = false;
    this.#worker = this.#start();
    this.#owner.crashed(this, jobs, error);
  }
}
