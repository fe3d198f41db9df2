import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Mark } from './account.ts';
import { AllocatedSpace, endsInNuls, writtenLength } from './allocated.ts';
import type { Framed } from './frame.ts';
import type { FramedEvents, Framer, FramerOptions, Framing, LongLine } from './framing/framer.ts';
import { HEAD_BYTES, type Identity } from './identity.ts';
import { BlockPool, KeptBlock } from './kept-block.ts';

/**
 * Bytes asked for in one read. The lines of a chunk and their documents live until all of them are in a bulk: of a larger
 * block they outlive the young generation, and collecting them costs more than the further reads.
 */
const BLOCK_BYTES = 64 * 1024;
/** Bytes before a position that prove it is still the same place in the same file. */
export const PROOF_BYTES = 64;
const MARK_BYTES = 2;
const NONE = Buffer.alloc(0);

/** Buffers for reading, shared by all files: reads run one after the other and framing copies what it keeps. */
export class Scratch {
  readonly blocks = new BlockPool(BLOCK_BYTES);
  #buffer = Buffer.allocUnsafe(PROOF_BYTES + BLOCK_BYTES);

  ofSize(bytes: number): Buffer {
    if (this.#buffer.length < bytes) this.#buffer = Buffer.allocUnsafe(bytes);
    return this.#buffer.subarray(0, bytes);
  }
}

/**
 * What one read found. `more`: nothing finished yet, read on. `end`: nothing but perhaps an unfinished line is left, or an
 * event that may go on (`holds`). `cut`: the file was truncated or rewritten before the position; start over.
 */
export type ReadResult =
  | {
      readonly kind: 'lines';
      readonly framed: FramedEvents;
      readonly more: boolean;
      readonly kept?: KeptBlock | undefined;
    }
  | { readonly kind: 'more' | 'cut' }
  | ({ readonly kind: 'end' } & Held);

/** An event that may go on. */
export type Held = Pick<FramedEvents, 'holds' | 'isUndecided'>;

export type TailOptions = { readonly maxLineBytes: number; readonly framing: Framing; readonly scratch: Scratch };

/** Where events end, for inputs that join lines; see FramerOptions. */
export type EventEnds = Pick<FramerOptions, 'closes' | 'cuts' | 'keeps'>;

/**
 * Reads one open file forward from a position that begins a line. Each read begins 64 bytes early and compares them with
 * what was there before, so that truncation is noticed however large the file has become since. An unfinished last line
 * is not kept but read again, so a tail at rest holds no memory.
 */
export class Tail {
  readonly identity: Identity;
  /** Byte after the last finished line. */
  position = 0;
  /** Largest size seen. */
  size = 0;
  readonly #options: TailOptions;
  #before: Buffer = NONE;
  #handle: FileHandle | undefined;
  #overlong: LongLine | undefined;
  #framing: Framing;
  #framer: Framer | undefined;
  /** The line at the position is longer than a block: ask for as much as a line may have. */
  #longLine = false;
  #shrunk: { from: number; to: number } | undefined;
  readonly #allocated = new AllocatedSpace();

  constructor(identity: Identity, options: TailOptions) {
    this.identity = identity;
    this.#options = options;
    this.#framing = options.framing;
  }

  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  /** Proof of the position for the checkpoint. */
  get proof(): string {
    return proofOf(this.#before);
  }

  /** Where a restart would have to begin: the start of an overlong line under way, else the position. */
  get lineStart(): number {
    return this.#overlong?.offset ?? this.position;
  }

  /** Takes over an open handle and goes on at `position`, which begins a line. */
  async start(handle: FileHandle, position: number): Promise<void> {
    this.#handle = handle;
    this.#overlong = undefined;
    this.#longLine = false;
    this.position = position;
    const head = await readAt(handle, 0, HEAD_BYTES);
    this.identity.learn(head, 0);
    this.#framer = position > 0 || head.length >= MARK_BYTES ? this.#framing.of(head) : undefined;
    this.#before = await bytesBefore(handle, position);
  }

  /** Takes a handle of the same file after `close`; the next read compares what is before the position. */
  resume(handle: FileHandle): void {
    this.#handle = handle;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  /** The open handle, to start over with after a cut. */
  takeHandle(): FileHandle {
    if (this.#handle === undefined) throw new Error('BUG: tail is not open');
    return this.#handle;
  }

  /** How its bytes become lines; for a file of no more than a byte that may yet change. */
  framer(head: Buffer = NONE): Framer {
    if (this.#framer === undefined && head.length >= MARK_BYTES) this.#framer = this.#framing.of(head);
    return this.#framer ?? this.#framing.of(head);
  }

  /** Lines are framed otherwise from here on; before anything was read. @param head first bytes of the file. */
  reframe(framing: Framing, head: Buffer): void {
    this.#framing = framing;
    if (this.#framer !== undefined) this.#framer = framing.of(head);
  }

  /** Reads and frames the next block. */
  async read(ends: EventEnds = {}): Promise<ReadResult> {
    const handle = this.takeHandle();
    const overlap = this.#before.length;
    const wanted = this.#longLine ? this.framer().window : BLOCK_BYTES;
    const buffer = this.#options.scratch.ofSize(overlap + wanted);
    const known = this.size;
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.position - overlap);
    if (bytesRead < overlap || !buffer.subarray(0, overlap).equals(this.#before)) return { kind: 'cut' };
    const bytes = buffer.subarray(overlap, bytesRead);
    const isFull = bytes.length === wanted;
    const isAllocated = endsInNuls(bytes) && (await this.#allocated.isAllFrom(this.position + bytes.length, handle));
    if (isAllocated === undefined) return { kind: 'more' };
    // At the very start there is nothing before, but the head is known.
    if (this.position === 0 && !this.identity.fits(bytes)) return { kind: 'cut' };
    const more = isFull && !isAllocated;
    // Allocated space was counted when the size was noted, and is not lost.
    if (isAllocated && known <= this.#allocated.end) this.size = this.position + writtenLength(bytes);
    else this.#noteEnd(this.position + bytes.length, more, known);
    if (bytes.length === 0) return { kind: 'end', holds: undefined };
    this.identity.learn(bytes, this.position);
    const block = buffer.subarray(0, bytesRead);
    if (this.#overlong !== undefined) return this.#readOverlong(this.#overlong, block, overlap);
    const framer = this.framer(bytes);
    const options = this.#frameOptions({ more, ...ends });
    const framed = framer.frame(bytes, this.position, options);
    if (framed.end === this.position) return this.#unfinished(block, overlap, more, framed);
    this.#longLine = false;
    this.#moveOn(block, overlap, framed.end - framed.start);
    const kept = framer.isPlain ? new KeptBlock(this.#options.scratch.blocks, bytes, framed, options) : undefined;
    return { kind: 'lines', framed, more, kept };
  }

  /** Goes on at `position`, which was read otherwise. */
  async skipTo(position: number): Promise<void> {
    this.#before = await bytesBefore(this.takeHandle(), position);
    this.position = position;
  }

  /** Bytes from the position on, as they are now; none of them are used. */
  async peek(length: number): Promise<Buffer> {
    const bytes = await readAt(this.takeHandle(), this.position, length);
    this.identity.learn(bytes, this.position);
    return bytes;
  }

  /** Whether a size the file was found with says nothing new. */
  knowsSize(size: number): boolean {
    return size === this.size || size === this.#allocated.end;
  }

  /**
   * A size the file was found with: it counts only if the file is still the one that was read, not truncated and grown. It
   * may have been truncated, and begun to be read anew, since it was found.
   */
  async noteSize(size: number): Promise<void> {
    const handle = this.#handle;
    const overlap = this.#before.length;
    if (handle === undefined || size <= Math.max(this.size, this.#allocated.end)) return;
    const expected = this.#before;
    // Both at once: the file may be closed meanwhile.
    const [{ size: now }, before] = await Promise.all([
      handle.stat(),
      readAt(handle, this.position - overlap, overlap),
    ]);
    if (before.equals(expected)) this.size = Math.max(this.size, Math.min(size, now));
  }

  /** Bytes that were there and are not any more, behind a position that still holds. Gives each stretch once. */
  takeShrunk(): { from: number; to: number } | undefined {
    const shrunk = this.#shrunk;
    this.#shrunk = undefined;
    return shrunk;
  }

  /** @param known the largest size known before the read: a scan may have seen the file grow meanwhile. */
  #noteEnd(end: number, more: boolean, known: number): void {
    if (!more && end < known) {
      this.#shrunk = { from: end, to: known };
      this.size = end;
    }
    this.size = Math.max(this.size, end);
  }

  /** The unfinished last line as a line, for a file that has ended for good. The position stays before it. */
  async rest(): Promise<Framed | undefined> {
    const start = this.lineStart;
    const stats = await this.takeHandle().stat();
    const size = stats.size <= this.#allocated.end ? this.size : stats.size;
    if (this.#overlong !== undefined) {
      const line = this.#overlong.finish(this.position, (end) => this.identity.keyAt(end));
      this.#overlong = undefined;
      return { start, end: this.position, lines: [line], skipped: { lines: 0, bytes: 0 } };
    }
    if (size <= start) return undefined;
    const bytes = await readAt(this.takeHandle(), start, Math.min(size - start, this.framer().window));
    this.identity.learn(bytes, start);
    const framed = this.framer(start === 0 ? bytes : NONE).frame(bytes, start, this.#frameOptions({ ends: true }));
    return framed.end === start ? undefined : framed;
  }

  #frameOptions(extra: { more?: boolean; ends?: boolean } & EventEnds) {
    const keyAt = (end: number) => this.identity.keyAt(end);
    return { keyAt, maxLineBytes: this.#options.maxLineBytes, ...extra };
  }

  /** Nothing ended in what was read: it is half written, longer than a block, or longer than a line may be. */
  #unfinished(block: Buffer, overlap: number, more: boolean, { holds, isUndecided }: Held): ReadResult {
    if (!more) return { kind: 'end', holds, isUndecided };
    const length = block.length - overlap;
    this.#longLine = length < this.framer().window;
    if (this.#longLine) return { kind: 'more' };
    this.#overlong = this.framer().long(this.position);
    return this.#readOverlong(this.#overlong, block, overlap);
  }

  #readOverlong(overlong: LongLine, block: Buffer, overlap: number): ReadResult {
    const bytes = block.subarray(overlap);
    const used = overlong.push(bytes);
    this.#moveOn(block, overlap, used === -1 ? bytes.length : used);
    if (used === -1) return { kind: 'more' };
    this.#overlong = undefined;
    const line = overlong.finish(this.position, (end) => this.identity.keyAt(end));
    const framed = { start: line.offset, end: this.position, lines: [line], skipped: { lines: 0, bytes: 0 } };
    return { kind: 'lines', framed, more: true };
  }

  /** Moves over `used` of the bytes that follow the overlap in `block`, and keeps the last ones as proof. */
  #moveOn(block: Buffer, overlap: number, used: number): void {
    this.position += used;
    this.#before = Buffer.from(block.subarray(Math.max(0, overlap + used - PROOF_BYTES), overlap + used));
  }
}

/** Proof of a position by the bytes before it (at most 64). */
export function proofOf(before: Buffer): string {
  return hash('sha256', before, 'hex').slice(0, 32);
}

/** Whether the bytes before `position` are still those a proof was made of; the beginning needs none. */
export async function provesPosition(handle: FileHandle, position: number, proof: string): Promise<boolean> {
  if (position === 0) return true;
  const before = await bytesBefore(handle, position);
  return before.length === Math.min(PROOF_BYTES, position) && proofOf(before) === proof;
}

/** Whether the file ends at the mark, with the bytes it was made of. Throws the file system's error. */
export function endsAt(file: string, { offset, proof }: Mark): boolean {
  const descriptor = openSync(file, 'r');
  try {
    if (fstatSync(descriptor).size !== offset) return false;
    const before = Buffer.alloc(Math.min(PROOF_BYTES, offset));
    readSync(descriptor, before, 0, before.length, offset - before.length);
    return offset === 0 || proofOf(before) === proof;
  } finally {
    closeSync(descriptor);
  }
}

/** Proof of a position, to compare later. */
export async function proofAt(handle: FileHandle, position: number): Promise<string> {
  return proofOf(await bytesBefore(handle, position));
}

function bytesBefore(handle: FileHandle, position: number): Promise<Buffer> {
  const length = Math.min(PROOF_BYTES, position);
  return readAt(handle, position - length, length);
}

/** Up to `length` bytes at `position`; fewer at the end of the file. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
