import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';
import { addTally, type LedgerEntry, settled, type Tally } from '../model/ledger.ts';
import { openStateFile } from '../state-file.ts';
import type { Opening } from './account.ts';

const NAME = 'checkpoint';
const VERSION = 1;
/** How often it is written at most, ms; where many files make it long, so many times what the last save took. */
const INTERVAL = 1000;
const TIMES_TOOK = 30;
/** A disk that hangs once does not put it off for longer, ms. */
const SELDOMEST = 60_000;
/** However long the last one took: whoever waits for it has an event that goes nowhere meanwhile, ms. */
const LONGEST_WAIT = 5000;

/** One file generation: where to go on, and what shows that a file found later is this one (contracts, "Checkpoint"). */
export type FileRecord = {
  readonly input: string;
  readonly path: string;
  readonly stem: string;
  /** Decimal text: inode numbers of some file systems are beyond 2^53. */
  readonly dev: string;
  readonly inode: string;
  /** Largest size seen. */
  readonly size: number;
  /** Size on disk of a compressed file read to its end: it need not be unpacked again. */
  readonly packed?: number;
  /** File key with the head as far as `offset`. */
  readonly key: string;
  /** End of the contiguous acknowledged prefix. */
  readonly offset: number;
  /** Hash of the 64 bytes before `offset`. */
  readonly proof: string;
  /** The file key of more of the head than `offset` says: of a file of which little is acknowledged it is all that tells it. */
  readonly head?: { readonly bytes: number; readonly key: string };
  readonly tally: Tally;
  /** What became of an unfinished last line beyond `offset`; it is read again should the file be seen again. */
  readonly rest?: Tally;
  readonly gaps: number;
  /** Offsets beyond `offset` at which events of several lines end, whatever follows. */
  readonly cuts?: readonly number[];
  /** Of the gaps, what is in them because the file has gone; it is taken back should the file come back. */
  readonly lost?: number;
  readonly pipeline: string;
  /** Host id in the ids of its lines, where it has changed since the file was begun: its ids stay. */
  readonly host?: string;
  /** When the file was last modified, as far as scans saw, ms since the epoch: with its size it tells that nothing has come. */
  readonly modifiedAt?: number;
};

/** An input without files. */
export type StreamRecord = {
  readonly input: string;
  /** How the ledger names it; the input's name where it is left out. */
  readonly path?: string;
  readonly sequence: number;
  readonly cursor: string;
  readonly tally: Tally;
  /** Bytes of the acknowledged prefix that could not be taken, or were lost. */
  readonly gaps?: number;
};

/** Files of an input that are not listed any more: what became of all their lines. */
export type ForgottenRecord = { readonly input: string; readonly tally: Tally; readonly gaps: number };

export type CheckpointContent = {
  /** Host id of the files that name none of their own. */
  readonly host?: string;
  readonly files: readonly FileRecord[];
  readonly streams: readonly StreamRecord[];
  readonly forgotten?: readonly ForgottenRecord[];
};

export type CheckpointOptions = {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What to write, asked at the moment of writing. */
  readonly collect: () => CheckpointContent;
  /** Told what was written, once it is on disk. */
  readonly saved?: (content: CheckpointContent) => Promise<void>;
};

/**
 * The checkpoint on disk. A failing disk never stops the reading: it is said once, tried again, and said when it works
 * again; until then a restart reads again from the last one written, and the ids make that harmless.
 */
export class Checkpoint {
  readonly #options: CheckpointOptions;
  readonly #file;
  #cancel: (() => void) | undefined;
  /** When the save that is planned comes, by the steady clock. */
  #due = 0;
  #fault: string | undefined;
  #took = 0;
  #waiting: (() => void)[] = [];

  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.#file = openStateFile<CheckpointContent>(options.folder, NAME, VERSION);
  }

  /** Why the last save failed; undefined while all is well. */
  get fault(): string | undefined {
    return this.#fault;
  }

  load(): CheckpointContent {
    return this.#file.load() ?? { files: [], streams: [] };
  }

  /** Says that something moved: it is saved within a second, or as soon as suits what a save takes. */
  touch(): void {
    if (this.#cancel === undefined) this.#saveIn(this.#pace);
  }

  /** Resolves when everything as it is now was saved, or could not be. */
  next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    this.#saveIn(Math.min(LONGEST_WAIT, this.#pace));
    return promise;
  }

  get #pace(): number {
    return Math.min(SELDOMEST, Math.max(INTERVAL, TIMES_TOOK * this.#took));
  }

  #saveIn(ms: number): void {
    const { clock } = this.#options;
    const due = clock.steady() + ms;
    if (this.#cancel !== undefined && this.#due <= due) return;
    this.#cancel?.();
    this.#due = due;
    this.#cancel = clock.after(ms, () => {
      this.#cancel = undefined;
      void this.save();
    });
  }

  /** Saves now. Never rejects: see `fault`. */
  async save(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const began = this.#options.clock.steady();
    const waiting = this.#waiting.splice(0);
    try {
      const content = this.#options.collect();
      await this.#file.save(content);
      await this.#options.saved?.(content);
      if (this.#fault !== undefined) this.#options.log.info('checkpoint is written again');
      this.#fault = undefined;
      this.#took = this.#options.clock.steady() - began;
    } catch (error) {
      const detail = (error as Error).message;
      if (this.#fault === undefined) {
        this.#options.log.warn(
          { folder: this.#options.folder, detail },
          'checkpoint cannot be written; reading goes on',
        );
      }
      this.#fault = detail;
      this.touch();
    }
    for (const resolve of waiting) resolve();
  }

  /** The last save. Says so when it fails: the next start then reads some lines again. */
  async close(): Promise<void> {
    await this.save();
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#fault === undefined) return;
    this.#options.log.error(
      { folder: this.#options.folder, detail: this.#fault },
      'stopped without a written checkpoint; the next start reads lines again and finds them already there',
    );
  }
}

const NO_FILE = { stem: '', dev: '', inode: '', key: '', proof: '', gaps: 0, pipeline: '' };

/** The ledger as the checkpoint in `folder` has it: what is acknowledged, nothing in flight. Empty where there is none. */
export function readCheckpointLedger(folder: string): LedgerEntry[] {
  const content = openStateFile<CheckpointContent>(folder, NAME, VERSION).load();
  const streams = (content?.streams ?? []).map(({ input, path = input, sequence, tally, gaps = 0 }) =>
    ledgerEntryOf({ ...NO_FILE, input, path, size: sequence, offset: sequence, tally, gaps }),
  );
  const forgotten = (content?.forgotten ?? []).map(forgottenEntryOf);
  return [...forgotten, ...(content?.files ?? []).map(ledgerEntryOf), ...streams];
}

/** Files of a checkpoint as a process with this host id takes them up: what was begun under another one keeps that. */
export function filesUnder(hostId: string, { host = hostId, files }: CheckpointContent): readonly FileRecord[] {
  return host === hostId ? files : files.map((record) => ({ host, ...record }));
}

/** One entry for all files of an input that are not listed any more. */
export function forgottenEntryOf({ input, tally, gaps }: ForgottenRecord): LedgerEntry {
  const { bytes } = settled(tally);
  return ledgerEntryOf({ ...NO_FILE, input, path: '(forgotten files)', size: bytes, offset: bytes, tally, gaps });
}

/** The books of a file as a record of it has them. */
export function ledgerEntryOf(record: FileRecord): LedgerEntry {
  const { input, path, key, pipeline, gaps, size, offset } = record;
  const tally = structuredClone(record.tally);
  if (record.rest !== undefined) addTally(tally, record.rest);
  return {
    input,
    path,
    fileKey: key,
    pipeline,
    read: settled(tally),
    tally,
    inFlight: { lines: 0, bytes: 0 },
    unread: Math.max(0, size - offset),
    gaps,
    acknowledged: offset,
  };
}

/** How the account of a file goes on from its record. */
export function openingOf({ offset, proof, tally, gaps, cuts, lost = 0, pipeline, host }: FileRecord): Opening {
  return { mark: { offset, proof }, tally, gaps: gaps - lost, pipeline, cuts, host };
}
