import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from './agent-process.ts';
import { childEnvironment } from './child.ts';
import type { DrillStore } from './drill-store.ts';
import { FaultProxy } from './fault-proxy.ts';
import { FileSteps } from './file-steps.ts';
import { Journal } from './journal.ts';
import { LogFolder } from './log-folder.ts';
import { EVENT_START, LogWriter, MAX_LINE_BYTES } from './log-writer.ts';
import { Random } from './random.ts';
import type { Schedule, Step, StoreFault } from './schedule.ts';
import { StateFolder } from './state-folder.ts';
import { readStored } from './stored.ts';
import { blockWrites, removeStreams, rollOver } from './streams.ts';
import { type Counts, type Judged, judgeLedger, judgeStored, NONE } from './verdict.ts';

const HOST_ID = 'drill';
/** How long a step waits for what was written to arrive; going on without it is no failure. */
const SETTLE_MS = 5000;
/** The agent saves its state once a second. */
const SEEN_MS = 3000;
/** How long a start is waited for, where it is. */
const START_MS = 10_000;
/** The longest pause between two tries of delivery is half a minute. */
const FINISH_MS = 60_000;
/** Of a whole seed, on the slowest machine. */
const LONGEST_MS = 600_000;
const POLL_MS = 100;
/** Between two looks at all that is stored. */
const LOOK_MS = 250;
/** Small, so that a seed has many of them. */
const BATCH = '16KB';

export type SeedResult = {
  readonly schedule: Schedule;
  readonly problems: readonly string[];
  readonly counts: Counts;
  /** How often each kind of step was carried out; store faults by their own names. */
  readonly steps: Readonly<Record<string, number>>;
  readonly starts: number;
  readonly conflicts: number;
  readonly ms: number;
};

export type SeedOptions = {
  readonly schedule: Schedule;
  readonly store: DrillStore;
  /** An empty folder for everything of this seed. */
  readonly folder: string;
  /** Where compiled code is kept. */
  readonly cache: string;
  /** Part of the names of streams; not used before. */
  readonly namespace: string;
};

/** Carries out one schedule and judges it. Whatever breaks off the drill itself is a problem too: the rest goes on. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const started = performance.now();
  const { schedule } = options;
  const run = new SeedRun(options);
  const broken = (why: string): Judged => ({ problems: [why], counts: NONE });
  const tooLong = new AbortController();
  const { problems, counts } = await Promise.race([
    run.whole().catch((error: Error) => broken(String(error.stack))),
    sleep(LONGEST_MS, undefined, { signal: tooLong.signal }).then(
      () => broken(`not over after ${LONGEST_MS / 1000} s, at ${run.at}`),
      () => broken('over'),
    ),
  ]);
  tooLong.abort();
  await run.close();
  const { steps, agent, proxy } = run;
  const ms = performance.now() - started;
  return { schedule, problems, counts, steps, starts: agent.starts, conflicts: proxy.conflicts, ms };
}

class SeedRun {
  readonly steps: Record<string, number> = {};
  /** What is under way, for a run that does not end. */
  at = 'its beginning';
  readonly agent: AgentProcess;
  readonly proxy: FaultProxy;
  readonly #options: SeedOptions;
  readonly #journal = new Journal(HOST_ID);
  readonly #logs: LogFolder;
  readonly #writer: LogWriter;
  readonly #state: StateFolder;
  readonly #fileSteps: FileSteps;
  #storeFault: StoreFault = 'none';
  #wasKilled = false;
  #wasDamaged = false;

  constructor(options: SeedOptions) {
    const { schedule, folder, store, cache } = options;
    this.#options = options;
    const random = new Random(schedule.seed ^ 0x5eed);
    const config = path.join(folder, 'agent.yaml');
    this.agent = new AgentProcess(config, path.join(folder, 'agent.log'), cache);
    this.proxy = new FaultProxy({
      upstream: store.url,
      hasBlocks: store.hasBlocks,
      rollOver: () => this.#rollOver(),
    });
    this.#logs = new LogFolder(folder, schedule.files, this.#journal);
    this.#writer = new LogWriter(this.#journal, random, childEnvironment(cache));
    this.#fileSteps = new FileSteps(schedule.files, this.#logs, this.#writer);
    mkdirSync(path.join(folder, 'data'), { recursive: true });
    const needsDisk = schedule.steps.some((step) => step.do === 'disk' && step.full);
    this.#state = new StateFolder(path.join(folder, 'data', 'state'), needsDisk, random);
  }

  async whole(): Promise<Judged> {
    await this.#begin();
    for (const step of this.#options.schedule.steps) await this.#take(step);
    return this.#finish();
  }

  async #begin(): Promise<void> {
    await this.proxy.start();
    const { schedule, folder, namespace } = this.#options;
    const config = {
      data: './data',
      namespace,
      host: { id: HOST_ID },
      store: { elasticsearch: { node: this.proxy.node, timeout: '4s' } },
      delivery: { in_flight: schedule.in_flight, batch: BATCH, linger: '50ms' },
      inputs: schedule.files.map(({ format }, file) => ({
        name: `app${file}`,
        files: this.#logs.patterns(file),
        pipeline: format === 'json' ? 'json' : 'plain-text',
        max_line_bytes: `${MAX_LINE_BYTES}B`,
        ...(format === 'events' ? { multiline: { start: EVENT_START, timeout: '300ms' } } : {}),
      })),
    };
    // JSON is YAML.
    writeFileSync(path.join(folder, 'agent.yaml'), JSON.stringify(config, null, 2));
  }

  async #take(step: Step): Promise<void> {
    this.at = JSON.stringify(step);
    const isDone = await this.#carryOut(step);
    this.#journal.noteKnowledge(this.#state.ledger(), step.do === 'state');
    if (isDone === false) return;
    const name = nameOf(step);
    this.steps[name] = (this.steps[name] ?? 0) + 1;
  }

  /** All faults end, every half line gets its rest, the agent comes to its end, and everything is counted. */
  async #finish(): Promise<Judged> {
    const { schedule, store } = this.#options;
    this.at = 'its end';
    await this.#setStore('none');
    this.#state.setFull(false);
    await this.#fileSteps.finishHalves();
    const problems: string[] = [];
    if (schedule.finish === 'running') {
      this.agent.start(0);
      await this.#settled(FINISH_MS);
      await this.agent.stop(FINISH_MS);
    } else {
      this.#wasKilled ||= !(await this.agent.stop());
      await this.agent.once(FINISH_MS);
    }
    const judged = this.#judge(await readStored(store.client, this.#options.namespace));
    problems.push(...this.agent.failures, ...judged.problems);
    const run = { gaps: this.agent.gaps, wasKilled: this.#wasKilled, wasDamaged: this.#wasDamaged };
    problems.push(...judgeLedger(this.#state.ledger(), judged.counts, run));
    return { problems, counts: judged.counts };
  }

  async close(): Promise<void> {
    await this.agent.kill();
    this.#writer.stop();
    await this.proxy.close();
    this.#state.close();
    const { store, namespace } = this.#options;
    await removeStreams(store.client, namespace).catch(() => {});
  }

  /** @returns false where there was nothing to do */
  async #carryOut(step: Step): Promise<boolean | undefined> {
    if (step.do === 'seen') return this.#seen(this.#logs.log(step.file));
    if ('file' in step) return this.#fileSteps.take(step);
    if (step.do === 'pause') await sleep(step.ms);
    else if (step.do === 'settle') return this.#settled(SETTLE_MS);
    else if (step.do === 'start') await this.#start(step.jump, step.wait);
    else if (step.do === 'kill') return this.#endAgent(() => this.agent.kill().then(() => false));
    else if (step.do === 'stop') return this.#endAgent(() => this.agent.stop());
    else if (step.do === 'keep state') this.#state.keep();
    else if (step.do === 'state') return this.#damage(step.fault);
    else if (step.do === 'disk') this.#fillDisk(step.full);
    else if (step.do === 'store') await this.#setStore(step.fault);
    else if (step.do === 'roll over') await this.#rollOver();
    else if (step.do === 'kill store') await this.#options.store.kill();
    return undefined;
  }

  async #seen(log: string): Promise<boolean> {
    for (const end = performance.now() + SEEN_MS; this.agent.isUp && performance.now() < end; ) {
      this.#journal.noteKnowledge(this.#state.ledger());
      if (this.#journal.isKnown(log)) return true;
      await sleep(POLL_MS);
    }
    return false;
  }

  /** The agent has begun when it has written its state: it does so before it reads. */
  async #start(jump: number, wait: boolean): Promise<void> {
    const before = this.#state.writtenAt();
    this.agent.start(jump);
    if (!wait || this.#storeFault === 'down') return;
    for (const end = performance.now() + START_MS; this.agent.isUp && performance.now() < end; ) {
      if (this.#state.writtenAt() > before) return;
      await sleep(POLL_MS);
    }
  }

  async #endAgent(end: () => Promise<boolean>): Promise<boolean> {
    if (!this.agent.isUp) return false;
    this.#wasKilled = !(await end()) || this.#wasKilled;
    return true;
  }

  #damage(fault: Extract<Step, { do: 'state' }>['fault']): boolean {
    if (this.agent.isUp) return false;
    this.#state.damage(fault);
    this.#wasDamaged = true;
    return true;
  }

  /** A state that cannot be written is an old one after the next kill: as if it were damaged. */
  #fillDisk(isFull: boolean): void {
    this.#state.setFull(isFull);
    this.#wasDamaged = true;
  }

  async #setStore(fault: StoreFault): Promise<void> {
    await this.proxy.set(fault);
    const { store, namespace } = this.#options;
    if (store.hasBlocks && (fault === 'read-only' || this.#storeFault === 'read-only')) {
      await blockWrites(store.client, namespace, fault === 'read-only');
    }
    this.#storeFault = fault;
  }

  #rollOver(): Promise<void> {
    const { store, namespace } = this.#options;
    return rollOver(store.client, namespace);
  }

  /** Whether everything that is in files and whole has come into the store within the time. */
  async #settled(patienceMs: number): Promise<boolean> {
    const { store, namespace } = this.#options;
    for (const end = performance.now() + patienceMs; performance.now() < end; ) {
      const { problems } = this.#judge(await readStored(store.client, namespace));
      if (problems.length === 0) return true;
      await sleep(LOOK_MS);
    }
    return false;
  }

  #judge(stored: Awaited<ReturnType<typeof readStored>>): Judged {
    const reachable = this.#logs.reachable();
    return judgeStored({ journal: this.#journal, stored, gaps: this.agent.gaps, reachable });
  }
}

/** What the verdict calls a step. */
function nameOf(step: Step): string {
  if (step.do === 'store' || step.do === 'state') return `${step.do} ${step.fault}`;
  return step.do === 'start' && step.jump !== 0 ? 'start, and the clock jumps' : step.do;
}
