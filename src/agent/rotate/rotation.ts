import type { Logger } from 'pino';
import type { RotateConfig } from '../../config/rotate-schema.ts';
import type { InputConfig } from '../../config/schema.ts';
import type { Clock } from '../../model/clock.ts';
import { parseBytes } from '../../model/units.ts';
import type { Telemetry } from '../../telemetry.ts';
import type { Agent } from '../agent.ts';
import { asksForGz, discover, isWanted, patternsOf } from '../discover.ts';
import { stemOf } from '../identity.ts';
import { reopening } from './reopen.ts';
import { createRotator, type Rotator } from './rotator.ts';
import { RotationState } from './state.ts';

/** How often it is looked whether a file is due, ms; where many files make a look long, so many times what it took. */
const INTERVAL = 10_000;
const TIMES_TOOK = 300;
/** A writer that was told to reopen its file may yet finish what it had begun, ms. */
const QUIET = 5000;

export type RotationOptions = {
  readonly inputs: readonly InputConfig[];
  readonly agent: Pick<Agent, 'isAcknowledged'>;
  /** Keeps when each file is due, and rotations under way. */
  readonly stateFolder: string;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  /** When a cron expression is due next, ms since the epoch. */
  readonly nextDue: (cron: string) => number;
  /** ms; default 5000. */
  readonly quiet?: number;
};

/** Rotates the files of all inputs that ask for it. */
export class Rotation {
  readonly #options: RotationOptions;
  readonly #state: RotationState;
  readonly #rotators = new Map<string, Rotator>();
  readonly #failing = new Map<string, string>();
  readonly #missing = new Set<string>();
  #checking: Promise<void> = Promise.resolve();
  #cancel = () => {};
  readonly #stopping = new AbortController();

  constructor(options: RotationOptions) {
    this.#options = options;
    this.#state = new RotationState(options.stateFolder, options.nextDue);
  }

  /** Checks now and then until `stop`. */
  start(): void {
    const again = async () => {
      const began = performance.now();
      await this.check();
      if (this.#stopped) return;
      const took = performance.now() - began;
      this.#cancel = this.#options.clock.after(Math.max(INTERVAL, TIMES_TOOK * took), () => void again());
    };
    this.#cancel = this.#options.clock.after(INTERVAL, () => void again());
  }

  /** Takes no further step; resolves when the one under way is done, or, where it takes long, broken off. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancel();
    await this.#checking;
  }

  /** Looks at every file once. Never rejects: what fails is said and tried again at the next look. */
  check(): Promise<void> {
    this.#checking = this.#checking.then(() => this.#check());
    return this.#checking;
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #check(): Promise<void> {
    for (const input of this.#options.inputs) {
      if (input.rotate === undefined || this.#stopped) continue;
      try {
        await this.#checkInput(input, input.rotate);
      } catch (error) {
        this.#say(input.name, input.name, error as Error);
      }
    }
    await this.#state.save().catch((error: Error) => this.#say('state', 'state', error));
  }

  async #checkInput(input: InputConfig, rotate: RotateConfig): Promise<void> {
    const { found } = await discover(input.files ?? [], input.exclude ?? []);
    const live = found.filter(({ path, isLink }) => !isLink && stemOf(path) === path).map(({ path }) => path);
    this.#noteMissing(input, live.length === 0 && !rotate.missingok);
    const unfinished = this.#state
      .unfinished()
      .filter((file) => isWanted(file, input.files ?? [], input.exclude ?? []));
    for (const file of new Set([...unfinished, ...live])) {
      if (this.#stopped) return;
      await this.#checkFile(file, input, rotate);
    }
  }

  async #checkFile(file: string, input: InputConfig, rotate: RotateConfig): Promise<void> {
    const { clock, telemetry, log } = this.#options;
    const rotator = this.#rotators.get(file) ?? this.#rotatorOf(file, input, rotate);
    this.#rotators.set(file, rotator);
    const isDue = rotate.every !== undefined && this.#state.isDue(file, rotate.every, clock.now());
    try {
      const done = await rotator.check(isDue);
      if (isDue && rotate.every !== undefined) this.#state.wasDue(file, rotate.every);
      for (const [result, count] of Object.entries(done)) {
        if (count > 0) telemetry.rotations.inc({ input: input.name, result }, count);
      }
      if (done.rotated > 0) log.info({ file, input: input.name }, 'rotated');
      this.#failing.delete(file);
    } catch (error) {
      if (this.#stopped) return;
      telemetry.rotations.inc({ input: input.name, result: 'failed' });
      this.#say(file, input.name, error as Error);
    }
  }

  #rotatorOf(file: string, input: InputConfig, rotate: RotateConfig): Rotator {
    const { agent, clock, quiet = QUIET } = this.#options;
    const { size, max_total: maxTotal, keep, compress, delaycompress, notifempty, mode, owner, dateext } = rotate;
    const reopen = reopening(rotate);
    return createRotator({
      file,
      size: size === undefined ? undefined : parseBytes(size),
      keep,
      maxTotal: maxTotal === undefined ? undefined : parseBytes(maxTotal),
      compress,
      delaycompress,
      rotateEmpty: !notifempty,
      dateext,
      mode,
      owner,
      way: rotate.way ?? (reopen === undefined ? 'copytruncate' : 'create'),
      reopen,
      isAcknowledged: (rotated) => isShipped(rotated, input, agent),
      steps: this.#state.steps(file),
      quiet,
      clock,
      signal: this.#stopping.signal,
    });
  }

  #say(what: string, input: string, error: Error): void {
    if (this.#failing.get(what) === error.message) return;
    this.#failing.set(what, error.message);
    this.#options.log.warn({ file: what, input, reason: error.message }, 'rotating fails; it is tried again');
  }

  #noteMissing({ name, files }: InputConfig, isMissing: boolean): void {
    if (isMissing && !this.#missing.has(name)) this.#options.log.warn({ input: name, files }, 'no file to rotate');
    if (isMissing) this.#missing.add(name);
    else this.#missing.delete(name);
  }
}

/** Whether a rotated file may go: the store has all of it, or no input reads it (compressed ones are read where asked for by name). */
function isShipped(file: string, input: InputConfig, agent: Pick<Agent, 'isAcknowledged'>): boolean {
  const all = patternsOf(input);
  const patterns = file.endsWith('.gz') ? all.filter(asksForGz) : all;
  return !isWanted(file, patterns, input.exclude ?? []) || agent.isAcknowledged(file);
}
