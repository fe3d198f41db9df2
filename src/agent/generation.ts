import type { LedgerEntry } from '../model/ledger.ts';
import type { Source } from '../model/line.ts';
import type { Account } from './account.ts';
import type { FileRecord } from './checkpoint.ts';
import type { EventHold } from './framing/event-hold.ts';
import type { Identity } from './identity.ts';

/** A stretch of a file that was never read. */
export type Gap = { readonly input: string; readonly path: string; readonly from: number; readonly to: number };

/** What the books need to know of a reader: a file's bytes as far as they are read. */
export type Progress = {
  readonly identity: Identity;
  /** Byte after the last finished line, uncompressed. */
  readonly position: number;
  /** Largest size seen, uncompressed. */
  readonly size: number;
  /** Size on disk of a compressed file that was read to its end; undefined until then, and for plain files. */
  readonly packed?: number | undefined;
};

/**
 * One life of a file: from its creation, or a truncation, to the next. A rename does not end it. It outlives its file
 * until all its chunks are acknowledged, and longer as a record by which copies of it are known.
 */
export class Generation {
  /** `dev:inode`. */
  readonly id: string;
  readonly account: Account;
  readonly progress: Progress;
  /** Made when the first line is known, because the pipeline may be chosen by it. */
  source: Source | undefined;
  /** The file has ended, or what it still held is booked as lost: nothing of it is left to read. */
  over = false;
  /** The file is there still, though its reading has ended: a single run is over. */
  isPresent = false;
  /** Modification time as last seen; of a compressed file as it was opened. */
  modifiedAt: number | undefined;
  /** Waits with the last event, where lines are joined. */
  hold: EventHold | undefined;

  constructor(id: string, account: Account, progress: Progress) {
    this.id = id;
    this.account = account;
    this.progress = progress;
  }

  get stem(): string {
    return this.progress.identity.stem;
  }

  /** All lines are acknowledged and nothing is under way. */
  get isSettled(): boolean {
    return this.account.inFlight.bytes === 0;
  }

  /** Something of it is neither acknowledged nor known to be lost, and a file that begins with `head` may be its copy. */
  isOpenCopyOf(stem: string, head: Buffer): boolean {
    const { identity } = this.progress;
    if (this.stem !== stem || (this.isSettled && this.unread === 0)) return false;
    return identity.known > 0 && identity.fits(head);
  }

  /** Bytes that the file holds beyond the lines read. */
  get unread(): number {
    return this.over ? 0 : Math.max(0, this.progress.size - this.progress.position);
  }

  record(): FileRecord {
    const { mark, tally } = this.account.prefix;
    const { rest } = this.account;
    const [dev = '', inode = ''] = this.id.split(':');
    return {
      ...this.account.facts,
      stem: this.stem,
      dev,
      inode,
      size: this.over ? this.progress.position : this.progress.size,
      // Read to its end is not enough: what is not acknowledged must be unpacked again.
      ...(this.progress.packed === undefined || !this.isSettled ? {} : { packed: this.progress.packed }),
      key: this.progress.identity.keyAt(mark.offset),
      offset: mark.offset,
      proof: mark.proof,
      ...this.#head(mark.offset),
      tally,
      ...(rest === undefined ? {} : { rest }),
      gaps: this.account.gaps,
      ...this.#cuts(mark.offset),
      pipeline: this.account.pipeline,
      ...(this.progress.identity.begunUnder === undefined ? {} : { host: this.progress.identity.begunUnder }),
      ...(this.modifiedAt === undefined ? {} : { modifiedAt: this.modifiedAt }),
    };
  }

  #head(offset: number): Pick<FileRecord, 'head'> {
    const { identity } = this.progress;
    if (identity.known <= offset) return {};
    return { head: { bytes: identity.known, key: identity.keyAt(identity.known) } };
  }

  #cuts(offset: number): Pick<FileRecord, 'cuts'> {
    this.hold?.forget(offset);
    const cuts = this.hold?.recorded ?? [];
    return cuts.length === 0 ? {} : { cuts };
  }

  entry(): LedgerEntry {
    return this.account.entry(this.progress.identity.keyAt(this.account.prefix.mark.offset), this.unread);
  }
}
