import { addTally, emptyTally, type LedgerEntry } from '../model/ledger.ts';
import type { Mark } from './account.ts';
import {
  type CheckpointContent,
  type FileRecord,
  type ForgottenRecord,
  forgottenEntryOf,
  ledgerEntryOf,
} from './checkpoint.ts';
import type { Found } from './discover.ts';
import type { Generation } from './generation.ts';
import { recordId } from './records.ts';

/** Lives of files that are over, and files of earlier runs not seen again, kept to know their copies by. */
const KEPT = 1000;
/** Of these, lives of one inode: a file that is rewritten all the time must not push out everything else. */
const LIVES = 8;

/** What is known of files that are not being read: those of earlier runs until they are found, and those that have ended. */
export class Books {
  readonly #earlier = new Set<FileRecord>();
  readonly #byId = new Map<string, FileRecord[]>();
  #retired: Generation[] = [];
  /** Records of files that are there as they were left. */
  #asleep = new Set<FileRecord>();
  /** What became of the lines of lives that are not kept, by input. */
  readonly #forgotten = new Map<string, ForgottenRecord>();

  /** Takes over the checkpoint of the run before. */
  resume({ files, forgotten = [] }: CheckpointContent): void {
    this.load(files);
    for (const record of forgotten) this.#forgotten.set(record.input, record);
  }

  /** Adds records of earlier runs, the newest last. */
  load(records: readonly FileRecord[]): void {
    for (const record of records) {
      this.#earlier.add(record);
      const id = recordId(record);
      this.#byId.set(id, [record, ...(this.#byId.get(id) ?? [])]);
    }
  }

  /** Records of earlier runs not claimed yet; the newest last. */
  get earlier(): ReadonlySet<FileRecord> {
    return this.#earlier;
  }

  /** Lives of files that ended in this run. */
  get retired(): readonly Generation[] {
    return this.#retired;
  }

  /** Records of earlier runs about this inode, the newest first. */
  earlierOf(id: string): readonly FileRecord[] {
    return this.#byId.get(id) ?? [];
  }

  /** How far the latest life known of this inode is acknowledged; a file that has the inode by now may be another. */
  lastMarkOf(id: string): Mark | undefined {
    return this.#retired.findLast((life) => life.id === id)?.account.prefix.mark ?? this.earlierOf(id)[0];
  }

  /** A file was recognised: its books go on in the account of its reader. */
  claim(record: FileRecord): void {
    this.#earlier.delete(record);
    const id = recordId(record);
    this.#byId.set(
      id,
      this.earlierOf(id).filter((other) => other !== record),
    );
  }

  /** The files of these records are in their places with nothing new in them: they need not be opened. */
  sleep(records: Set<FileRecord>): void {
    this.#asleep = records;
  }

  /** The file has changed. */
  wake(id: string): void {
    for (const record of this.earlierOf(id)) this.#asleep.delete(record);
  }

  isAsleep(record: FileRecord): boolean {
    return this.#asleep.has(record);
  }

  /** Puts a record in the place of another. */
  replace(record: FileRecord, by: FileRecord): void {
    this.claim(record);
    this.load([by]);
  }

  /**
   * Whether this compressed file was read to its end before. Its inode and size alone may be those of another one by now;
   * records of older versions know no more.
   */
  knowsPacked({ id, size, modifiedAt }: Pick<Found, 'id' | 'size' | 'modifiedAt'>): boolean {
    const isIt = (record: Pick<FileRecord, 'packed' | 'modifiedAt'>) =>
      record.packed === size && (record.modifiedAt ?? modifiedAt) === modifiedAt;
    return this.earlierOf(id).some(isIt) || this.#retired.some((life) => life.id === id && isIt(life.record()));
  }

  /** The books of a life that is over; they stay open until all its chunks are acknowledged. */
  retire(generation: Generation): void {
    this.#retired.push(generation);
    if (generation.isPresent) return;
    const settledLives = this.#retired.filter(({ isSettled, isPresent }) => isSettled && !isPresent);
    const beyond = new Set([
      ...settledLives.filter(({ id }) => id === generation.id).slice(0, -LIVES),
      ...settledLives.slice(0, Math.max(0, settledLives.length - KEPT)),
    ]);
    if (beyond.size === 0) return;
    for (const life of beyond) this.#forget(life.entry());
    this.#retired = this.#retired.filter((life) => !beyond.has(life));
  }

  /** Forgets the oldest files of earlier runs beyond what is kept. */
  trim(): void {
    const beyond = new Set([...this.#byId.values()].flatMap((lives) => lives.slice(LIVES)));
    const gone = [...this.#earlier].filter((record) => !this.#asleep.has(record));
    for (const record of gone.slice(0, -KEPT)) beyond.add(record);
    for (const record of beyond) {
      this.claim(record);
      this.#forget(ledgerEntryOf(record));
    }
  }

  /** Its lines stay in the sums, so that no total ever falls. */
  #forget({ input, tally, gaps }: ForgottenRecord): void {
    const sum = this.#forgotten.get(input) ?? { input, tally: emptyTally(), gaps: 0 };
    const total = structuredClone(sum.tally);
    addTally(total, tally);
    this.#forgotten.set(input, { input, tally: total, gaps: sum.gaps + gaps });
  }

  /** The sums of what is not kept. */
  forgotten(): ForgottenRecord[] {
    return [...this.#forgotten.values()];
  }

  records(): FileRecord[] {
    return [...this.#earlier, ...this.#retired.map((generation) => generation.record())];
  }

  entries(): LedgerEntry[] {
    return [
      ...this.forgotten().map(forgottenEntryOf),
      ...[...this.#earlier].map(ledgerEntryOf),
      ...this.#retired.map((generation) => generation.entry()),
    ];
  }
}
