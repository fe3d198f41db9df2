import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, rm } from 'node:fs/promises';
import { type Entry, encodeRecords, type Place } from './record.ts';
import { createSegment, endOfSegment, listSegments, type Segment } from './segment.ts';

/** Largest write, so that a long queue of entries is not all encoded at once. */
const GROUP_BYTES = 8 * 1024 * 1024;
const FOLDER_MODE = 0o700;
/** What a record takes on disk besides its payload, about. */
const OVERHEAD = 96;

export type DiskQueueOptions = {
  readonly folder: string;
  /** Bound of what it may take on disk, bytes. */
  readonly maxBytes: number;
  /** Size at which a new file begins, bytes. */
  readonly segmentBytes: number;
  /** Where numbering goes on at least: the end that was known when the checkpoint was written. */
  readonly end: Place;
  /** Called when there is more to read. */
  readonly onReadable: () => void;
};

/** Entries to be written together, or bytes that could not be taken and leave a gap. */
type Job = {
  readonly entries: readonly Entry[];
  readonly bytes: number;
  readonly missing: Place | undefined;
  readonly numbered: (first: number) => void;
  readonly done: PromiseWithResolvers<void>;
};

/**
 * Lines on disk between those who send and the pipelines: append-only files of records, on disk for good before a sender
 * is answered. All who append while a write is under way share the next one. What is acknowledged is deleted file by
 * file; nothing is ever changed. Every start begins a file and a session of its own, so a damaged end stays where it is.
 */
export class DiskQueue {
  readonly session = randomBytes(8).toString('hex');
  /** The oldest first; the last one is being written. */
  readonly segments: Segment[];
  readonly #options: DiskQueueOptions;
  #handle: FileHandle | undefined;
  /** Place after the last record on disk. */
  #end: Place;
  #jobs: Job[] = [];
  #pendingBytes = 0;
  #writing: Promise<void> | undefined;
  #room: (() => void)[] = [];
  #closed = false;

  private constructor(options: DiskQueueOptions, segments: Segment[], end: Place) {
    this.#options = options;
    this.segments = segments;
    this.#end = end;
  }

  /** Opens what is there, whatever its state. Rejects with the file system's error where the folder cannot be used. */
  static async open(options: DiskQueueOptions): Promise<DiskQueue> {
    await mkdir(options.folder, { recursive: true, mode: FOLDER_MODE });
    const segments = await listSegments(options.folder);
    let end = options.end;
    for (const segment of segments.slice(-1)) end = furthest(end, await endOfSegment(segment));
    return new DiskQueue(options, segments, end);
  }

  /** Place after everything that may be read. */
  get end(): Place {
    return this.#end;
  }

  /** Bytes on disk and on their way there. */
  get bytes(): number {
    return this.segments.reduce((sum, { size }) => sum + size, this.#pendingBytes);
  }

  /** Bytes in memory, not yet on disk. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Whether entries may be taken together. What is larger than the whole queue is taken alone: it could never be otherwise. */
  fits(entries: readonly Entry[]): boolean {
    return this.hasRoomFor(entries) || this.bytes === 0;
  }

  /** Whether entries fit into the bound. */
  hasRoomFor(entries: readonly Entry[]): boolean {
    return this.bytes + bytesOf(entries) <= this.#options.maxBytes;
  }

  /** Resolves when something has been deleted, or at the close. */
  room(): Promise<void> {
    return this.#closed ? Promise.resolve() : new Promise((resolve) => this.#room.push(resolve));
  }

  /**
   * Writes entries, one after the other and whole. Resolves once they are on disk for good; rejects with the file system's
   * error, and then none of them will be read.
   * @param numbered told the sequence number of the first one, before any can be read.
   */
  append(entries: readonly Entry[], numbered: (first: number) => void = () => {}): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the queue is closed'));
    return this.#push({
      entries,
      bytes: bytesOf(entries),
      missing: undefined,
      numbered,
      done: Promise.withResolvers(),
    });
  }

  /** Lines that could not be taken: they leave a gap in the numbers, where they would have stood. */
  leaveOut(lines: number, bytes: number): void {
    if (this.#closed) return;
    const missing = { sequence: lines, position: bytes };
    void this.#push({ entries: [], bytes: 0, missing, numbered: () => {}, done: Promise.withResolvers() });
  }

  /** Deletes the files that hold nothing behind a place. Never rejects. */
  async release(upTo: Place): Promise<void> {
    const isDone = (index: number) => {
      const next = this.segments[index + 1]?.first;
      return next !== undefined && next.sequence <= upTo.sequence;
    };
    let done = 0;
    while (done < this.segments.length && isDone(done)) done++;
    // With nothing left to read the file being written goes as well, and the next line begins another one.
    const isEmpty = this.#writing === undefined && upTo.sequence >= this.#end.sequence;
    const handle = isEmpty ? this.#handle : undefined;
    if (isEmpty) this.#handle = undefined;
    const released = this.segments.splice(0, isEmpty ? this.segments.length : done);
    await handle?.close().catch(() => {});
    for (const { file } of released) await rm(file, { force: true }).catch(() => {});
    if (released.length > 0) this.#wakeRoom();
  }

  /** Finishes what is being written, and takes nothing any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#handle?.close();
    this.#handle = undefined;
    this.#wakeRoom();
  }

  #push(job: Job): Promise<void> {
    this.#jobs.push(job);
    this.#pendingBytes += job.bytes;
    this.#writing ??= this.#write();
    return job.done.promise;
  }

  async #write(): Promise<void> {
    // Those who append in the same turn of the event loop share the first write as well.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#jobs.length > 0) {
      const group = this.#nextGroup();
      try {
        await this.#writeGroup(group);
        for (const { done } of group) done.resolve();
      } catch (error) {
        await this.#abandon();
        for (const { done } of group) done.reject(error);
      }
      for (const { bytes } of group) this.#pendingBytes -= bytes;
      this.#options.onReadable();
    }
    // In the same turn as the last look at the jobs, so that none is left behind.
    this.#writing = undefined;
  }

  /** What is written together. What was left out stands alone, so that it stays whatever becomes of the others. */
  #nextGroup(): Job[] {
    let bytes = 0;
    let count = 0;
    for (const { bytes: size, missing } of this.#jobs) {
      if (count > 0 && (missing !== undefined || bytes + size > GROUP_BYTES)) break;
      bytes += size;
      count++;
      if (missing !== undefined) break;
    }
    return this.#jobs.splice(0, count);
  }

  async #writeGroup(group: readonly Job[]): Promise<void> {
    let place = this.#end;
    let count = 0;
    for (const { entries, missing, numbered } of group) {
      if (missing !== undefined) {
        place = { sequence: place.sequence + missing.sequence, position: place.position + missing.position };
      }
      numbered(place.sequence + count);
      count += entries.length;
    }
    if (count > 0) {
      await this.#ensureSegment(place);
      const all = group.length === 1 ? group[0]!.entries : group.flatMap(({ entries }) => entries);
      const { bytes, end } = encodeRecords(all, place, this.session);
      await this.#writeRecords(bytes);
      place = end;
    }
    this.#end = place;
  }

  async #ensureSegment(place: Place): Promise<void> {
    const { folder, segmentBytes } = this.#options;
    const current = this.segments.at(-1);
    if (this.#handle !== undefined && current !== undefined && current.size < segmentBytes) return;
    await this.#handle?.close();
    this.#handle = undefined;
    // Somebody may have deleted the folder.
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    const { segment, handle } = await createSegment(folder, place, this.session);
    this.#handle = handle;
    this.segments.push(segment);
  }

  async #writeRecords(bytes: Buffer): Promise<void> {
    const segment = this.segments.at(-1);
    if (segment === undefined || this.#handle === undefined) throw new Error('BUG: no segment is open');
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written, segment.size + written);
      written += bytesWritten;
    }
    await this.#handle.datasync();
    segment.size += bytes.length;
  }

  /** After a failed write: what it may have left is cut off, and never written behind. */
  async #abandon(): Promise<void> {
    const segment = this.segments.at(-1);
    const handle = this.#handle;
    this.#handle = undefined;
    if (segment === undefined || handle === undefined) return;
    await handle.truncate(segment.size).catch(() => {});
    await handle.close().catch(() => {});
    if (segment.size > 0) return;
    this.segments.pop();
    await rm(segment.file, { force: true }).catch(() => {});
  }

  #wakeRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { payload }) => sum + payload.length + OVERHEAD, 0);
}

/** The later of two places, in either number. */
function furthest(one: Place, other: Place): Place {
  return {
    sequence: Math.max(one.sequence, other.sequence),
    position: Math.max(one.position, other.position),
  };
}
