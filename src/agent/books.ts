import type { LedgerEntry } from '../model/ledger.ts';
import type { Mark } from './account.ts';
import { type FileRecord, ledgerEntryOf } from './checkpoint.ts';
import type { Generation } from './generation.ts';
import { recordId } from './records.ts';

/** Lives of files that are over, and files of earlier runs not seen again, kept to know their copies by. */
const KEPT = 1000;

/** What is known of files that are not being read: those of earlier runs until they are found, and those that have ended. */
export class Books {
  readonly #earlier = new Set<FileRecord>();
  readonly #byId = new Map<string, FileRecord[]>();
  #retired: Generation[] = [];

  /** Takes over the checkpoint of the run before. */
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

  /** Puts a record in the place of another. */
  replace(record: FileRecord, by: FileRecord): void {
    this.claim(record);
    this.load([by]);
  }

  /** Whether a compressed file of this size was read to its end before. */
  knowsPacked(id: string, size: number): boolean {
    return (
      this.earlierOf(id).some(({ packed }) => packed === size) ||
      this.#retired.some((generation) => generation.id === id && generation.progress.packed === size)
    );
  }

  /** The books of a life that is over; they stay open until all its chunks are acknowledged. */
  retire(generation: Generation): void {
    this.#retired.push(generation);
    if (this.#retired.length <= KEPT) return;
    const oldest = this.#retired.findIndex(({ isSettled }) => isSettled);
    if (oldest !== -1) this.#retired.splice(oldest, 1);
  }

  /** Forgets the oldest files of earlier runs beyond what is kept. */
  trim(): void {
    for (const record of [...this.#earlier].slice(0, -KEPT)) this.claim(record);
  }

  records(): FileRecord[] {
    return [...this.#earlier, ...this.#retired.map((generation) => generation.record())];
  }

  entries(): LedgerEntry[] {
    return [...[...this.#earlier].map(ledgerEntryOf), ...this.#retired.map((generation) => generation.entry())];
  }
}
