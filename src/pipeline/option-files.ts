import { readFileSync, type Stats, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readSecret } from '../config/secret.ts';
import { LogmillError } from '../errors.ts';
import { type OptionFile, type OptionFiles, optionFault } from './stage.ts';

/** How often the files that options name are looked at, ms. */
const LOOK_MS = 1000;

/** Told that a changed file cannot be used. What was read before stays in use. */
export type OnFileFault = (fault: LogmillError) => void;

/** One file in use, read again when it has changed. */
class Watched<Value> implements OptionFile<Value> {
  value: Value;
  onFault: OnFileFault;
  readonly #path: string;
  readonly #read: (content: Buffer) => Value;
  #taken: string;
  #seen: string;

  constructor(file: string, read: (content: Buffer) => Value, onFault: OnFileFault) {
    this.#path = file;
    this.#read = read;
    this.onFault = onFault;
    this.#taken = markOf(statSync(file));
    this.#seen = this.#taken;
    this.value = read(readFileSync(file));
  }

  /** A change counts once it is as it was at the last look: a file that is being written is left alone. */
  async look(): Promise<void> {
    let seen: string;
    try {
      seen = markOf(await stat(this.#path));
    } catch {
      // It is being replaced, or is gone; what was read stays.
      return;
    }
    const isSettled = seen === this.#seen;
    this.#seen = seen;
    if (!isSettled || seen === this.#taken) return;
    this.#taken = seen;
    try {
      this.value = this.#read(await readFile(this.#path));
    } catch (error) {
      this.onFault(new LogmillError('STAGE_FILE', { path: this.#path, detail: detailOf(error) }, {}, error));
    }
  }
}

function markOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs} ${size} ${ino}`;
}

function detailOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : (code ?? message);
}

/**
 * The files that options of stages name, each read once for all inputs that use it. They are looked at by the clock, never
 * because of an event, for as long as a stage has them.
 */
export class FileShelf {
  readonly #watched = new Map<string, WeakRef<Watched<unknown>>>();
  #timer: NodeJS.Timeout | undefined;

  /** @param content says what is made of a file; the same text for the same thing. */
  open<Value>(
    file: string,
    content: string,
    read: (content: Buffer) => Value,
    onFault: OnFileFault,
  ): OptionFile<Value> {
    const key = `${file}\0${content}`;
    const known = this.#watched.get(key)?.deref() as Watched<Value> | undefined;
    if (known !== undefined) {
      known.onFault = onFault;
      return known;
    }
    const watched = new Watched(file, read, onFault);
    this.#watched.set(key, new WeakRef<Watched<unknown>>(watched));
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
    return watched;
  }

  async look(): Promise<void> {
    for (const [key, reference] of this.#watched) {
      const watched = reference.deref();
      if (watched === undefined) this.#watched.delete(key);
      else await watched.look();
    }
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function secretOf(option: string, file: string): string {
  try {
    return readSecret({ file });
  } catch (error) {
    throw optionFault(option, `is missing: ${(error as Error).message}`);
  }
}

const shelf = new FileShelf();

/** What stages of a pipeline reach outside by their options: paths count from its file. */
export function optionFiles(pipelineFile: string, onFault: OnFileFault = () => {}): OptionFiles {
  const absolute = (name: string) => path.resolve(path.dirname(pipelineFile), name);
  return {
    open(option, name, content, read) {
      try {
        return shelf.open(absolute(name), content, read, onFault);
      } catch (error) {
        throw optionFault(option, `cannot be used: ${absolute(name)}: ${detailOf(error)}`);
      }
    },
    secret(option, place) {
      if ('file' in place) return secretOf(option, absolute(place.file));
      const value = process.env[place.env];
      if (value === undefined || value === '') {
        throw optionFault(option, `is missing: the environment variable ${place.env} is not set`);
      }
      return value;
    },
    of: (otherFile) => optionFiles(otherFile, onFault),
  };
}
