import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { isWanted } from './discover.ts';
import { foldersOf, type WatchedFolder } from './folders.ts';

export type WatchedInput = { readonly patterns: readonly string[]; readonly exclude: readonly string[] };

export type WatchEvents = {
  /** A file that is wanted was written to. */
  changed(file: string): void;
  /** Something came or went: look again at everything. */
  moved(): void;
};

export type Watching = {
  /** Watches folders that have come, and no longer those that have gone. `links`: wanted names that are symbolic links. */
  refresh(links: readonly string[]): Promise<void>;
  /** The system tells of all changes; false where it would not take a watch. */
  readonly isComplete: boolean;
  close(): void;
};

/** Watches one folder, not what is below it: `fs.watch`, or what stands for it in tests. Throws the system's error. */
export type WatchOne = (folder: string, heard: (event: string, name: string | null) => void) => FSWatcher;

/** Changes are told at once after a pause, and else gathered for so long, ms: a busy writer makes thousands of events a second. */
const GATHER = 50;

type Watched = { readonly id: string; readonly watcher: FSWatcher; deeper: boolean };

/**
 * Watches the folders of all patterns, one watch for each folder however many files it holds. Events are only hints that
 * make reading prompt; scans find whatever the system does not tell (network file systems, exhausted watches, an overflow).
 */
export class FolderWatching implements Watching {
  readonly #inputs: readonly WatchedInput[];
  readonly #events: WatchEvents;
  readonly #log: Logger;
  readonly #watchOne: WatchOne;
  readonly #watched = new Map<string, Watched>();
  /** Names of links by the path of the file they lead to. */
  #links: ReadonlyMap<string, string> = new Map();
  /** Verdicts on names heard of. */
  #wanted = new Map<string, boolean>();
  readonly #changed = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;
  #toldAt = 0;
  #closed = false;
  isComplete = true;

  constructor(inputs: readonly WatchedInput[], events: WatchEvents, log: Logger, watchOne: WatchOne = watchFolder) {
    this.#inputs = inputs;
    this.#events = events;
    this.#log = log;
    this.#watchOne = watchOne;
  }

  async refresh(links: readonly string[]): Promise<void> {
    const targets = await Promise.all(
      links.map(async (link): Promise<[string, string]> => [await realpath(link).catch(() => link), link]),
    );
    const folders = new Map<string, boolean>();
    const wanted = await Promise.all(this.#inputs.flatMap(({ patterns }) => patterns.map(foldersOf)));
    for (const { folder, deeper } of wanted.flat()) folders.set(folder, deeper || (folders.get(folder) ?? false));
    for (const [target] of targets) {
      const folder = path.dirname(target);
      if (!folders.has(folder)) folders.set(folder, false);
    }
    this.#links = new Map(targets);
    this.#wanted = new Map();
    await this.#adjust(folders);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#gathering);
    for (const folder of this.#watched.keys()) this.#forget(folder);
  }

  async #adjust(folders: ReadonlyMap<string, boolean>): Promise<void> {
    for (const folder of this.#watched.keys()) if (!folders.has(folder)) this.#forget(folder);
    let fault: { folder: string; detail: string } | undefined;
    for (const [folder, deeper] of folders) {
      const detail = await this.#watch({ folder, deeper });
      if (detail !== undefined) fault ??= { folder, detail };
    }
    if (fault !== undefined && this.isComplete) {
      this.#log.warn(fault, 'changes are not told of here; files are looked at every second instead');
    }
    if (fault === undefined && !this.isComplete) this.#log.info('changes are told of again');
    this.isComplete = fault === undefined;
  }

  /** Resolves to why the folder cannot be watched; one that has gone meanwhile is no fault. */
  async #watch({ folder, deeper }: WatchedFolder): Promise<string | undefined> {
    const stats = await stat(folder, { bigint: true }).catch(() => undefined);
    const id = stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
    const known = this.#watched.get(folder);
    if (known !== undefined && known.id === id) known.deeper = deeper;
    if (known?.id === id || this.#closed) return undefined;
    this.#forget(folder);
    if (id === undefined) return undefined;
    try {
      const watcher = this.#watchOne(folder, (event, name) => this.#heard(folder, event, name));
      // It ends with its folder; the next refresh sees what became of that.
      watcher.on('error', () => this.#forget(folder));
      this.#watched.set(folder, { id, watcher, deeper });
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #forget(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }

  #heard(folder: string, event: string, name: string | null): void {
    if (this.#closed) return;
    if (name === null) {
      this.#events.moved();
      return;
    }
    const heard = path.join(folder, name);
    const file = this.#links.get(heard) ?? heard;
    if (event === 'change') {
      this.#changed.add(file);
      this.#gathering ??= setTimeout(() => this.#tell(), Math.max(0, this.#toldAt + GATHER - performance.now()));
    } else if (this.#watched.get(folder)?.deeper === true || this.#isWanted(file)) {
      this.#events.moved();
    }
  }

  #tell(): void {
    this.#gathering = undefined;
    this.#toldAt = performance.now();
    const files = [...this.#changed];
    this.#changed.clear();
    for (const file of files) if (this.#isWanted(file)) this.#events.changed(file);
  }

  #isWanted(file: string): boolean {
    const known = this.#wanted.get(file);
    if (known !== undefined) return known;
    const wanted = this.#inputs.some(({ patterns, exclude }) => isWanted(file, patterns, exclude));
    this.#wanted.set(file, wanted);
    return wanted;
  }
}
