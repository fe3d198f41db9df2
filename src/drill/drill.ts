import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DrillStore, elasticsearchStore, embeddedStore } from './drill-store.ts';
import type { Schedule } from './schedule.ts';
import { runSeed, type SeedResult } from './seed-run.ts';
import { shrink } from './shrink.ts';

export type DrillOptions = {
  readonly schedules: readonly Schedule[];
  /** Address of an Elasticsearch, credentials included; undefined starts an embedded store. */
  readonly store: string | undefined;
  /** Seeds under way at once. */
  readonly jobs: number;
  /** Whether the folders of seeds that passed are kept as well. */
  readonly keep: boolean;
  /** Whether steps are dropped from a schedule that failed for as long as it goes on failing. */
  readonly shrink: boolean;
  readonly signal: AbortSignal;
  /** @param failure where it failed */
  onResult(result: SeedResult, failure: Failure | undefined): void;
};

export type Failure = {
  readonly result: SeedResult;
  /** The schedule as a file, to be replayed; beside it are logs, state and configuration as the seed left them. */
  readonly file: string;
};

export type DrillReport = {
  readonly results: readonly SeedResult[];
  readonly failures: readonly Failure[];
  /** Folder of what is kept; undefined where nothing is. */
  readonly folder: string | undefined;
};

/** Carries out schedules against one store, some at a time. */
export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-drill-'));
  const drill = new Drill(options, folder);
  try {
    await drill.run();
  } finally {
    await drill.close();
  }
  const { results, failures } = drill;
  const isKept = options.keep || failures.length > 0;
  if (!isKept) rmSync(folder, { recursive: true, force: true });
  return { results, failures, folder: isKept ? folder : undefined };
}

class Drill {
  readonly results: SeedResult[] = [];
  readonly failures: Failure[] = [];
  readonly #options: DrillOptions;
  readonly #folder: string;
  #store: DrillStore | undefined;
  #runs = 0;

  constructor(options: DrillOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  async run(): Promise<void> {
    const { store, schedules, jobs, signal } = this.#options;
    this.#store =
      store === undefined
        ? await embeddedStore(path.join(this.#folder, 'store'), this.#cache)
        : elasticsearchStore(store);
    const waiting = schedules.values();
    const work = async () => {
      for (const schedule of waiting) {
        if (signal.aborted) return;
        await this.#one(schedule);
      }
    };
    await Promise.all(Array.from({ length: jobs }, work));
  }

  async close(): Promise<void> {
    await this.#store?.close();
    if (!this.#options.keep) rmSync(path.join(this.#folder, 'store'), { recursive: true, force: true });
    rmSync(this.#cache, { recursive: true, force: true });
  }

  get #cache(): string {
    return path.join(this.#folder, 'cache');
  }

  async #one(schedule: Schedule): Promise<void> {
    const { keep, onResult } = this.#options;
    const first = await this.#try(schedule);
    const isFailed = first.result.problems.length > 0;
    const { result, folder } = isFailed && this.#options.shrink ? await this.#shrunk(first) : first;
    this.results.push(result);
    const failure = isFailed ? this.#fail(result, folder) : undefined;
    if (!isFailed && !keep) rmSync(folder, { recursive: true, force: true });
    onResult(result, failure);
  }

  async #try(schedule: Schedule): Promise<{ result: SeedResult; folder: string }> {
    const run = ++this.#runs;
    const folder = path.join(this.#folder, `seed-${schedule.seed}-${run}`);
    mkdirSync(folder, { recursive: true });
    // The process keeps namespaces of drills beside each other on one store apart.
    const namespace = `drill_${process.pid}_${run}`;
    const result = await runSeed({ schedule, store: this.#store!, folder, cache: this.#cache, namespace });
    return { result, folder };
  }

  async #shrunk(first: { result: SeedResult; folder: string }) {
    let smallest = first;
    await shrink(first.result.schedule, async (schedule) => {
      if (this.#options.signal.aborted) return false;
      const tried = await this.#try(schedule);
      const isFailed = tried.result.problems.length > 0;
      const { folder } = isFailed ? smallest : tried;
      if (isFailed) smallest = tried;
      rmSync(folder, { recursive: true, force: true });
      return isFailed;
    });
    return smallest;
  }

  #fail(result: SeedResult, folder: string): Failure {
    const file = path.join(folder, 'schedule.json');
    writeFileSync(file, `${JSON.stringify(result.schedule)}\n`);
    const failure = { result, file };
    this.failures.push(failure);
    return failure;
  }
}
