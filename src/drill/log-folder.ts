import {
  closeSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Journal } from './journal.ts';
import type { DrillFile } from './schedule.ts';

const KEEP = 6;
const SUFFIXES = ['', '.gz'] as const;

/** The folder of logs as a rotating program treats it; every step tells the journal what bytes went where. */
export class LogFolder {
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #files: readonly DrillFile[];

  constructor(folder: string, files: readonly DrillFile[], journal: Journal) {
    this.#folder = folder;
    this.#files = files;
    this.#journal = journal;
    mkdirSync(path.join(folder, 'logs'), { recursive: true });
    mkdirSync(path.join(folder, 'elsewhere'), { recursive: true });
  }

  log(file: number): string {
    return path.join(this.#folder, 'logs', `app${file}.log`);
  }

  patterns(file: number): string[] {
    const log = this.log(file);
    const { reads } = this.#files[file]!;
    if (reads === 'log') return [log];
    return reads === 'rotated' ? [`${log}*`] : [`${log}*`, `${log}*.gz`];
  }

  rename(file: number): boolean {
    const log = this.log(file);
    if (!existsSync(log)) return false;
    this.#shift(log);
    this.#move(log, `${log}.1`);
    return true;
  }

  copyTruncate(file: number, inside: boolean): boolean {
    const log = this.log(file);
    if (!existsSync(log)) return false;
    if (inside) this.#shift(log);
    const copy = inside ? `${log}.1` : path.join(this.#folder, 'elsewhere', path.basename(`${log}.1`));
    copyFileSync(log, copy);
    const id = idOf(log);
    this.#journal.named(id, copy, idOf(copy));
    truncateSync(log, 0);
    this.#journal.cut(id);
    return true;
  }

  /** Compresses the newest rotated file in two writes, so that half of it can be seen. */
  async gzip(file: number): Promise<boolean> {
    const plain = Array.from({ length: KEEP }, (_, at) => `${this.log(file)}.${at + 1}`).find((name) =>
      existsSync(name),
    );
    if (plain === undefined) return false;
    const packed = gzipSync(readFileSync(plain));
    const handle = openSync(`${plain}.gz`, 'w');
    const half = packed.length >> 1;
    writeSync(handle, packed.subarray(0, half));
    await sleep(5);
    writeSync(handle, packed.subarray(half));
    closeSync(handle);
    this.#journal.named(idOf(plain), `${plain}.gz`, idOf(`${plain}.gz`));
    unlinkSync(plain);
    return true;
  }

  deleteOldest(file: number): boolean {
    for (let number = KEEP + 1; number >= 1; number--) {
      for (const suffix of SUFFIXES) {
        const name = `${this.log(file)}.${number}${suffix}`;
        if (!existsSync(name)) continue;
        unlinkSync(name);
        return true;
      }
    }
    return false;
  }

  deleteLive(file: number): boolean {
    if (!existsSync(this.log(file))) return false;
    unlinkSync(this.log(file));
    return true;
  }

  /** Texts of all whole lines that are in files which are read. */
  reachable(): Set<string> {
    const texts = new Set<string>();
    const names = this.#files.flatMap(({ reads }, file) =>
      globSync(this.patterns(file)).filter((name) => reads === 'compressed' || !name.endsWith('.gz')),
    );
    for (const name of names) {
      for (const line of contentOf(name).split('\n').slice(0, -1)) texts.add(line.replace(/^\0+/, ''));
    }
    return texts;
  }

  #shift(log: string): void {
    for (let number = KEEP; number >= 1; number--) {
      for (const suffix of SUFFIXES) {
        const name = `${log}.${number}${suffix}`;
        if (existsSync(name)) this.#move(name, `${log}.${number + 1}${suffix}`);
      }
    }
  }

  #move(from: string, to: string): void {
    renameSync(from, to);
    this.#journal.named(idOf(to), to);
  }
}

function idOf(file: string): string {
  const { dev, ino } = statSync(file, { bigint: true });
  return `${dev}:${ino}`;
}

function contentOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}
