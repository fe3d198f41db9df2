import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import split from 'split2';
import { childEnvironment, MAIN, moduleOfDrill } from './child.ts';

/** How patient the one is who stops the agent. */
const STOP_MS = 1000;
/** For all that a seed can have left to do, on the slowest machine. */
const ONCE_MS = 180_000;
const LOST = 'bytes were lost before they were read';
const BACK = 'bytes that were counted as lost are there again';
const SAID_KEPT = 200;

/** A stretch of a file that the agent reported as lost. */
export type ReportedGap = { readonly file: string; readonly from: number; readonly to: number };

export type Ended = { readonly code: number | null; readonly output: string };

/** The agent, as often as it is started: a real process that is killed and started again, and what it said in all its lives. */
export class AgentProcess {
  readonly gaps: ReportedGap[] = [];
  /** Ends with a code that is neither 0 nor of our own doing. */
  readonly failures: string[] = [];
  starts = 0;
  #child: ChildProcess | undefined;
  #ended: Promise<Ended> = Promise.resolve({ code: 0, output: '' });
  readonly #config: string;
  readonly #log: string;
  readonly #cache: string;

  /** @param log takes what the agent says */
  constructor(config: string, log: string, cache: string) {
    this.#config = config;
    this.#log = log;
    this.#cache = cache;
  }

  get isUp(): boolean {
    return this.#child !== undefined;
  }

  /** @param jumpMs how far the clock jumps once it runs */
  start(jumpMs: number, args: readonly string[] = []): void {
    if (this.isUp) return;
    this.starts++;
    const hook = jumpMs === 0 ? [] : ['--import', pathToFileURL(moduleOfDrill('clock-jump')).href];
    const child = spawn(process.execPath, [...hook, MAIN, 'agent', '--config', this.#config, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: childEnvironment(this.#cache, { LOGMILL_DRILL_JUMP_MS: String(jumpMs) }),
    });
    this.#child = child;
    this.#ended = this.#watch(child);
  }

  /** Reads everything there is and ends; one that does not is killed, and that is a failure. */
  async once(waitMs: number): Promise<Ended> {
    await this.stop();
    this.start(0, ['--once', '--wait', `${waitMs}ms`]);
    const child = this.#child;
    const timer = setTimeout(() => {
      this.failures.push(`the agent did not end by itself within ${ONCE_MS / 1000} s`);
      child?.kill('SIGKILL');
    }, ONCE_MS);
    const ended = await this.#ended;
    clearTimeout(timer);
    return ended;
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** @returns whether it ended by itself */
  async stop(patienceMs = STOP_MS): Promise<boolean> {
    if (!this.isUp) return true;
    this.#child?.kill('SIGTERM');
    const patience = new AbortController();
    const isImpatient = await Promise.race([
      this.#ended.then(() => false),
      sleep(patienceMs, true, { signal: patience.signal }).catch(() => false),
    ]);
    patience.abort();
    if (isImpatient) await this.kill();
    return !isImpatient;
  }

  async #watch(child: ChildProcess): Promise<Ended> {
    const said: string[] = [];
    const take = (line: string) => {
      this.#note(line);
      appendFileSync(this.#log, `${line}\n`);
      said.push(line);
      said.splice(0, said.length - SAID_KEPT);
    };
    for (const output of [child.stdout!, child.stderr!]) output.pipe(split()).on('data', take);
    child.on('error', (error) => said.push(error.message));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    this.#child = undefined;
    const output = said.join('\n');
    if (code !== 0 && code !== null) this.failures.push(`the agent ended with code ${code}:\n${output}`);
    return { code, output };
  }

  #note(line: string): void {
    if (!line.startsWith('{')) return;
    const { msg, file, from, to } = JSON.parse(line) as ReportedGap & { msg: string };
    if (msg === LOST) this.gaps.push({ file, from, to });
    const at = msg === BACK ? this.gaps.findIndex((gap) => gap.file === file && gap.from === from) : -1;
    if (at >= 0) this.gaps.splice(at, 1);
  }
}
