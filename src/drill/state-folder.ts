import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { readCheckpointLedger } from '../agent/checkpoint.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Random } from './random.ts';
import type { Step } from './schedule.ts';

type Damage = Extract<Step, { do: 'state' }>['fault'];

/** Room for the state on a file system of its own, which is then filled up. */
const DISK_SIZE = '512k';
const FILLER = 'filler';

/** The agent's state as fate treats it. */
export class StateFolder {
  readonly #folder: string;
  readonly #kept: string;
  readonly #random: Random;
  #isMounted = false;

  /** @param ownDisk whether it gets a file system of its own, where this process may mount one */
  constructor(folder: string, ownDisk: boolean, random: Random) {
    this.#folder = folder;
    this.#kept = `${folder}.kept`;
    this.#random = random;
    mkdirSync(folder, { recursive: true });
    if (ownDisk) this.#mount();
  }

  ledger(): LedgerEntry[] {
    return readCheckpointLedger(this.#folder);
  }

  /** When something was last written, ms since the epoch. */
  writtenAt(): number {
    return Math.max(0, ...this.#files().map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0));
  }

  keep(): void {
    rmSync(this.#kept, { recursive: true, force: true });
    // What a running agent is about to give its name is gone by the time it would be copied.
    const isKept = (file: string) => path.basename(file) !== FILLER && !file.endsWith('.tmp');
    cpSync(this.#folder, this.#kept, { recursive: true, filter: isKept });
  }

  damage(how: Damage): void {
    const files = this.#files();
    if (how === 'deleted' || how === 'older') for (const file of files) rmSync(file);
    if (how === 'older' && existsSync(this.#kept)) cpSync(this.#kept, this.#folder, { recursive: true });
    if (how === 'deleted' || how === 'older') return;
    // One of the two files, or both.
    const hit = this.#random.chance(0.5) ? files : files.slice(0, 1);
    for (const file of hit) {
      const { size } = statSync(file);
      if (how === 'cut') truncateSync(file, this.#random.whole(0, Math.max(0, size - 1)));
      else writeFileSync(file, Buffer.alloc(size));
    }
  }

  /** No byte can be written any more, or again. Where nothing can be mounted the folder refuses instead of the disk. */
  setFull(isFull: boolean): void {
    if (!this.#isMounted) {
      chmodSync(this.#folder, isFull ? 0o500 : 0o700);
      return;
    }
    const filler = path.join(this.#folder, FILLER);
    rmSync(filler, { force: true });
    if (!isFull) return;
    try {
      writeFileSync(filler, Buffer.alloc(1024 * 1024));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  close(): void {
    if (this.#isMounted) execFileSync('umount', ['--lazy', this.#folder]);
    else chmodSync(this.#folder, 0o700);
  }

  #files(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => name !== FILLER)
      .map((name) => path.join(this.#folder, name));
  }

  #mount(): void {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE},mode=0700`, 'tmpfs', this.#folder], {
        stdio: 'ignore',
      });
      this.#isMounted = true;
    } catch {
      // Not permitted here.
    }
  }
}
