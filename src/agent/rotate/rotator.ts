import { lstatSync, renameSync, type Stats, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Clock } from '../../model/clock.ts';
import { systemClock } from '../../model/clock.ts';
import { compressInPlace } from './compress.ts';
import { copyAside, isCopyOf, topUpAndCut } from './copy-truncate.ts';
import { createNew, type NewFile } from './new-file.ts';
import { makeRoom, type Rotated, rotatedFiles } from './rotated-files.ts';

/** A rotation that has begun: what is left to do should the process end amid it. */
export type Step =
  | { readonly way: 'create'; readonly old: Pick<Stats, 'mode' | 'uid' | 'gid'> }
  | { readonly way: 'copytruncate'; readonly copy: string };

/** Keeps the step under way over a crash. */
export type StepKeeper = { get(): Step | undefined; set(step: Step | undefined): Promise<void> };

export type RotatorOptions = NewFile & {
  readonly file: string;
  /** Bytes; undefined: only when it is due. */
  readonly size: number | undefined;
  /** Rotated files kept. */
  readonly keep: number;
  /** Bytes that rotated files may have together. */
  readonly maxTotal?: number | undefined;
  readonly compress: boolean;
  readonly delaycompress?: boolean;
  readonly rotateEmpty?: boolean;
  readonly dateext?: boolean;
  /** `open`: the writer makes the new file when it is told, as logmill's own log does. */
  readonly way?: 'open' | 'create' | 'copytruncate';
  /** Makes the writer open the file's name again; called after the rename. */
  readonly reopen?: ((file: string) => Promise<void> | void) | undefined;
  /** Whether the store has everything a file holds, or nobody reads it: only then may it go. */
  readonly isAcknowledged: (file: string) => boolean;
  readonly steps?: StepKeeper;
  /** The newest file rotated by `create` is left alone until nothing has been written to it for so long, ms. */
  readonly quiet?: number;
  readonly clock?: Clock;
  /** Breaks off what takes long. */
  readonly signal?: AbortSignal;
};

export type Rotator = {
  /**
   * Finishes what a crash left, rotates if the file is large enough or `due`, then compresses and deletes what may be.
   * Calls do not overlap. Resolves to what was done; rejects with what hindered it, and the next call goes on.
   */
  check(due?: boolean): Promise<RotatorDone>;
};

export type RotatorDone = { rotated: number; compressed: number; deleted: number };

/**
 * Rotates one file. Nothing is compressed or deleted before it is acknowledged, so while the store is away more files than
 * `keep` may stand.
 */
export function createRotator(options: RotatorOptions): Rotator {
  let running: Promise<unknown> = Promise.resolve();
  const rotation = new FileRotation(options);
  return {
    check(due = false) {
      const run = () => rotation.check(due);
      const done = running.then(run, run);
      running = done;
      return done;
    },
  };
}

/** After which a writer is believed to have opened its file again, though it wrote nothing to it, ms. */
const LONG = 3_600_000;

class FileRotation {
  readonly #options: RotatorOptions;

  constructor(options: RotatorOptions) {
    this.#options = options;
  }

  async check(due: boolean): Promise<RotatorDone> {
    const done: RotatorDone = { rotated: 0, compressed: 0, deleted: 0 };
    await this.#finish();
    const { file, size = Number.POSITIVE_INFINITY, rotateEmpty = false } = this.#options;
    const stats = lstatSync(file, { throwIfNoEntry: false });
    // What a link leads to is not ours to move.
    const isLarge = stats?.isFile() === true && (stats.size >= size || (due && (rotateEmpty || stats.size > 0)));
    if (isLarge && (await this.#rotate(stats))) done.rotated++;
    await this.#tidy(done);
    return done;
  }

  /** What a crash, or a writer that could not be told, left undone. Rejects where it still cannot be done. */
  async #finish(): Promise<void> {
    const step = this.#options.steps?.get();
    if (step === undefined) return;
    const { file } = this.#options;
    if (step.way === 'create') {
      createNew(file, step.old, this.#options);
      await this.#options.reopen?.(file);
    } else if (isThere(file) && isThere(step.copy) && (await isCopyOf(file, step.copy))) {
      await topUpAndCut(file, step.copy);
    }
    await this.#options.steps?.set(undefined);
  }

  async #rotate(old: Stats): Promise<boolean> {
    const { file, way = 'open', reopen, steps, dateext = false, clock = systemClock } = this.#options;
    const room = () => makeRoom(file, dateext, new Date(clock.now()));
    if (way === 'copytruncate') {
      const copy = await copyAside(file, async () => {
        const name = room();
        if (name !== undefined) await steps?.set({ way, copy: name });
        return name;
      });
      if (copy === undefined) return false;
      await topUpAndCut(file, copy);
    } else {
      const { mode, uid, gid } = old;
      if (way === 'create') await steps?.set({ way, old: { mode, uid, gid } });
      const target = room();
      if (target === undefined) return false;
      renameSync(file, target);
      if (way === 'create') createNew(file, old, this.#options);
      await reopen?.(file);
    }
    await steps?.set(undefined);
    return true;
  }

  async #tidy(done: RotatorDone): Promise<void> {
    const { file, keep, maxTotal = Number.POSITIVE_INFINITY, dateext = false, isAcknowledged } = this.#options;
    const ranks: string[] = [];
    let total = 0;
    for (const rotated of rotatedFiles(file, dateext)) {
      if (ranks.at(-1) !== rotated.suffix) ranks.push(rotated.suffix);
      const stats = statSync(rotated.file, { throwIfNoEntry: false });
      if (stats === undefined) continue;
      total += stats.size;
      const rank = ranks.length;
      const what =
        rank > keep || total > maxTotal ? 'deleted' : this.#compresses(rotated, rank) ? 'compressed' : undefined;
      if (what === undefined || (rank === 1 && !this.#isLeft(stats)) || !isAcknowledged(rotated.file)) continue;
      if (what === 'deleted') await rm(rotated.file, { force: true });
      else await compressInPlace(rotated.file, () => isAcknowledged(rotated.file), this.#options.signal);
      done[what]++;
    }
  }

  #compresses({ compressed }: Rotated, rank: number): boolean {
    const { compress, delaycompress = false } = this.#options;
    return compress && !compressed && !(delaycompress && rank === 1);
  }

  /**
   * Whether the writer has left the file: it writes to the new one, and nothing more has come here for a while. One that
   * has nothing to write is believed to have left after long.
   */
  #isLeft({ mtimeMs }: Stats): boolean {
    const { file, way = 'open', quiet = 0, clock = systemClock } = this.#options;
    if (way !== 'create') return true;
    const hasReopened = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
    return clock.now() - mtimeMs >= (hasReopened ? quiet : LONG);
  }
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
