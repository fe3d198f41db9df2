import path from 'node:path';
import type { Logger } from 'pino';
import type { InputConfig } from '../config/schema.ts';
import type { Clock } from '../model/clock.ts';
import { parseDuration } from '../model/units.ts';
import type { FileRecord } from './checkpoint.ts';
import { discover, type Found, lookAgain, patternsOf } from './discover.ts';
import { EarlierFiles } from './earlier.ts';
import { type AnyFileReader, type LeftOut, type OpenContext, openFile, type StartAt } from './open-file.ts';
import { isStill, recordId } from './records.ts';
import { readingFault, type Unreadable } from './unreadable.ts';

/** What the last scan found besides files to read. */
export type ScanStatus = {
  readonly unreadable: readonly Unreadable[];
  readonly missing: readonly string[];
  /** Files left out, by reason; `older` than the input's ignore_older. */
  readonly leftOut: Readonly<Record<LeftOut | 'older', number>>;
  /** Files that two inputs match; the first input reads them. */
  readonly shared: readonly string[];
  /** Names found that are symbolic links. */
  readonly links: readonly string[];
};

export type ScannerOptions = OpenContext & {
  readonly inputs: readonly InputConfig[];
  /** Folders of logmill's own, never read. */
  readonly ownFolders: readonly string[];
  readonly readers: Map<string, AnyFileReader>;
  readonly clock: Clock;
  readonly log: Logger;
  /** A reader may have something to read, or may have ended. */
  readonly onReady: (reader: AnyFileReader) => void;
  /** A reader was opened. */
  readonly onOpened: (reader: AnyFileReader) => void;
};

type Matched = { readonly found: Found; readonly input: InputConfig };

/** What was found out about a file that is not read; it holds until the file changes. */
type Verdict = { readonly size: number; readonly modifiedAt: number } & (
  | { readonly leftOut: LeftOut }
  | { readonly unreadable: string }
);

/** Finds files: new ones are opened, known ones noted, gone ones counted. Reads nothing but what tells files apart. */
export class Scanner {
  readonly #options: ScannerOptions;
  readonly #earlier: EarlierFiles;
  readonly #verdicts = new Map<string, Verdict>();
  /** Sizes at the first scan of files too old to be read, for inputs that start at the end. */
  readonly #oldSizes = new Map<string, number>();
  readonly #said = new Set<string>();
  /** Files that are as an earlier run left them, by path. */
  #sleeping = new Map<string, Matched>();
  #status: ScanStatus = { unreadable: [], missing: [], leftOut: noneLeftOut(), shared: [], links: [] };
  #scans = 0;
  /** Compressed files that wait for what they were made of. */
  #pending = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.#earlier = new EarlierFiles({ ...options, onResumed: (reader) => this.#take(reader) });
  }

  get status(): ScanStatus {
    return this.#status;
  }

  /** A file turned out to be unreadable: it is tried again once it changes. */
  refuse(file: { id: string; size: number; modifiedAt: number }, reason: string): void {
    this.#verdicts.set(file.id, { size: file.size, modifiedAt: file.modifiedAt, unreadable: reason });
  }

  /** The last scan found a file that has to wait for another one. */
  get isWaiting(): boolean {
    return this.#pending > 0;
  }

  /** Resolves when no look is under way. */
  async atRest(): Promise<void> {
    await this.#running;
  }

  /** Looks at everything once. Calls run one after the other; never rejects for the state of the file system. */
  scan(): Promise<void> {
    return this.#inTurn(() => this.#scan());
  }

  /** A file that was left alone, because nothing was new in it, has changed. False: none is known by this name. */
  wake(file: string): boolean {
    const known = this.#sleeping.get(file);
    if (known === undefined) return false;
    this.#sleeping.delete(file);
    void this.#inTurn(() => this.#wake(known));
    return true;
  }

  async #wake({ found, input }: Matched): Promise<void> {
    const { books, readers } = this.#options;
    const file = await lookAgain(found);
    if (file === undefined || readers.has(file.id)) return;
    books.wake(file.id);
    await this.#open(file, input, new Map(), noneLeftOut());
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(run, run);
    return this.#running;
  }

  async #scan(): Promise<void> {
    const { readers, inputs } = this.#options;
    const found = new Map<string, Matched>();
    const unreadable = new Map<string, Unreadable>();
    const missing = new Set<string>();
    const shared = new Set<string>();
    const leftOut = noneLeftOut();
    this.#pending = 0;
    for (const input of inputs) {
      const discovered = await discover(patternsOf(input), input.exclude ?? []);
      for (const entry of discovered.unreadable) unreadable.set(entry.path, entry);
      for (const entry of discovered.missing) missing.add(entry);
      for (const file of discovered.found) {
        if (this.#options.ownFolders.some((folder) => file.path.startsWith(folder + path.sep))) continue;
        if (found.has(file.id)) shared.add(file.path);
        else if (this.#tooOld(file, input)) leftOut.older++;
        else found.set(file.id, { found: file, input });
      }
    }
    // What has gone is older than what has come: it takes its turn first.
    for (const [id, reader] of readers) {
      if (found.has(id) || (await isUnlisted(reader))) continue;
      reader.missedSince ??= this.#options.clock.steady();
      this.#options.onReady(reader);
    }
    this.#options.reader.moved.forget();
    const asleep = this.#asleep(found.values());
    for (const { found: file, input } of this.#inOrder(found.values())) {
      const reader = readers.get(file.id);
      if (asleep.has(file.id)) continue;
      if (reader === undefined) await this.#open(file, input, unreadable, leftOut);
      else if (await reader.note(file)) this.#options.onReady(reader);
    }
    const links = [...found.values()].filter(({ found: { isLink } }) => isLink).map(({ found: { path } }) => path);
    this.#status = { unreadable: [...unreadable.values()], missing: [...missing], leftOut, shared: [...shared], links };
    this.#say();
    this.#scans++;
    await this.#earlier.settle();
  }

  /**
   * Files that an earlier run has read to the end and that are as it left them: thousands of those cost nothing, because
   * none is opened before it changes.
   */
  #asleep(files: Iterable<Matched>): ReadonlySet<string> {
    const { books, readers } = this.#options;
    const records = new Set<FileRecord>();
    this.#sleeping = new Map();
    for (const matched of files) {
      const { found: file, input } = matched;
      const [record] = readers.has(file.id) ? [] : books.earlierOf(file.id);
      if (record === undefined || !isAsLeft(record, file, input)) continue;
      records.add(record);
      this.#sleeping.set(file.path, matched);
    }
    books.sleep(records);
    return new Set([...records].map(recordId));
  }

  /** Files known by inode first: what is left can then only be a copy, or new. */
  #inOrder(files: Iterable<Matched>): Matched[] {
    const isKnown = ({ found }: Matched) => (this.#options.books.earlierOf(found.id).length > 0 ? 0 : 1);
    return [...files].sort((one, other) => isKnown(one) - isKnown(other));
  }

  #tooOld(file: Found, input: InputConfig): boolean {
    if (input.ignore_older === undefined || this.#options.readers.has(file.id)) return false;
    if (this.#options.clock.now() - file.modifiedAt <= parseDuration(input.ignore_older)) return false;
    // Whatever was begun is finished, however long logmill was away.
    if (this.#options.books.earlierOf(file.id).some(({ offset, size }) => offset < Math.max(size, file.size)))
      return false;
    if (this.#scans === 0) this.#oldSizes.set(file.id, file.size);
    return true;
  }

  async #open(
    file: Found,
    input: InputConfig,
    unreadable: Map<string, Unreadable>,
    leftOut: Record<LeftOut, number>,
  ): Promise<void> {
    const { books } = this.#options;
    const verdict = this.#verdicts.get(file.id);
    if (verdict?.size === file.size && verdict.modifiedAt === file.modifiedAt) {
      if ('leftOut' in verdict) leftOut[verdict.leftOut]++;
      else unreadable.set(file.path, { path: file.path, reason: verdict.unreadable });
      return;
    }
    if (books.knowsPacked(file)) return;
    try {
      const opened = await openFile(file, input, this.#startAt(file, input), this.#options);
      // The next scan sees what became of it.
      if (opened === 'gone') return;
      if (opened === 'pending') {
        this.#pending++;
        return;
      }
      if (typeof opened === 'string') {
        leftOut[opened]++;
        this.#verdicts.set(file.id, { leftOut: opened, size: file.size, modifiedAt: file.modifiedAt });
        return;
      }
      this.#verdicts.delete(file.id);
      this.#take(opened);
    } catch (error) {
      // Gone between look and open: the next scan sees what became of it.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      unreadable.set(file.path, { path: file.path, reason: readingFault(error) });
    }
  }

  #take(reader: AnyFileReader): void {
    this.#options.readers.set(reader.id, reader);
    this.#options.onOpened(reader);
    this.#options.onReady(reader);
  }

  /** `start: end` is about what was there when logmill came; whatever appears later is read from its beginning. */
  #startAt(file: Found, input: InputConfig): StartAt {
    if (input.start === 'beginning') return 'beginning';
    return this.#scans === 0 ? 'end' : (this.#oldSizes.get(file.id) ?? 'beginning');
  }

  /** Says each new trouble once, and again when it has gone and come back. */
  #say(): void {
    const { log } = this.#options;
    const now = new Map<string, () => void>();
    for (const { path: file, reason } of this.#status.unreadable) {
      now.set(`unreadable ${file}`, () => log.warn({ file, reason }, 'cannot read a file or folder'));
    }
    for (const file of this.#status.missing)
      now.set(`missing ${file}`, () => log.info({ file }, 'waiting for it to appear'));
    for (const file of this.#status.shared) {
      now.set(`shared ${file}`, () => log.warn({ file }, 'two inputs match a file; the first one reads it'));
    }
    for (const [what, say] of now) if (!this.#said.has(what)) say();
    this.#said.clear();
    for (const what of now.keys()) this.#said.add(what);
  }
}

/** A folder that could not be listed now says nothing of its files. */
async function isUnlisted({ missedSince, isElsewhere, path: file, id }: AnyFileReader): Promise<boolean> {
  return missedSince === undefined && !isElsewhere && (await isStill(file, id));
}

function isAsLeft(record: FileRecord, file: Found, input: InputConfig): boolean {
  const isRead = record.offset === record.size && record.offset === file.size && record.offset > 0;
  return isRead && record.modifiedAt === file.modifiedAt && record.path === file.path && record.input === input.name;
}

function noneLeftOut(): Record<LeftOut | 'older', number> {
  return { binary: 0, compressed: 0, blank: 0, older: 0 };
}
