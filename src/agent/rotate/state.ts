import { cronOf } from '../../config/rotate-schema.ts';
import { openStateFile } from '../../state-file.ts';
import type { Step, StepKeeper } from './rotator.ts';

const NAME = 'rotation';
const VERSION = 1;

type Content = {
  /** When a file is due, ms since the epoch, and by which expression that was reckoned. */
  readonly due: Readonly<Record<string, { readonly cron: string; readonly at: number }>>;
  /** Rotations under way. */
  readonly steps: Readonly<Record<string, Step>>;
};

/** What outlives the process: when files are due, so that one missed while logmill was down is made up for, and steps begun. */
export class RotationState {
  readonly #file;
  readonly #nextDue: (cron: string) => number;
  readonly #due: Map<string, { cron: string; at: number }>;
  readonly #steps: Map<string, Step>;
  #changed = false;

  constructor(folder: string, nextDue: (cron: string) => number) {
    this.#file = openStateFile<Content>(folder, NAME, VERSION);
    this.#nextDue = nextDue;
    const { due = {}, steps = {} } = this.#file.load() ?? {};
    this.#due = new Map(Object.entries(due));
    this.#steps = new Map(Object.entries(steps));
  }

  /** Files whose rotation was begun and not finished. */
  unfinished(): string[] {
    return [...this.#steps.keys()];
  }

  /** A file seen for the first time, or under another expression, is due at the next moment of that. */
  isDue(file: string, every: string, now: number): boolean {
    const known = this.#due.get(file);
    if (known?.cron === cronOf(every)) return now >= known.at;
    this.wasDue(file, every);
    return false;
  }

  wasDue(file: string, every: string): void {
    const cron = cronOf(every);
    this.#due.set(file, { cron, at: this.#nextDue(cron) });
    this.#changed = true;
  }

  /** The steps of one file; each is on the disk before it is taken. */
  steps(file: string): StepKeeper {
    return {
      get: () => this.#steps.get(file),
      set: async (step) => {
        if (step === undefined) this.#steps.delete(file);
        else this.#steps.set(file, step);
        await this.#write();
      },
    };
  }

  /** Writes what is not written yet. Rejects with the file system's error. */
  async save(): Promise<void> {
    if (this.#changed) await this.#write();
  }

  async #write(): Promise<void> {
    await this.#file.save({ due: Object.fromEntries(this.#due), steps: Object.fromEntries(this.#steps) });
    this.#changed = false;
  }
}
