import type { Readable } from 'node:stream';
import type { FramedEvents, Framer, Framing, LongLine } from './framing/framer.ts';
import type { EventEnds, Held } from './tail.ts';

/** Bytes taken for one chunk; see BLOCK_BYTES of tails. */
const CHUNK_BYTES = 32 * 1024;
/** Read ahead of what is taken. */
const AHEAD_BYTES = 256 * 1024;
const MARK_BYTES = 2;
const LAST_BYTES = 64;

export type LineStreamOptions = {
  /** Offset of the stream's first byte. */
  readonly start: number;
  readonly framing: Framing;
  /**
   * How its lines are framed, where that is found out by its first bytes: asked until it says so. `framing` is how they
   * are read until then.
   */
  readonly choose?: ((framer: Framer, first: Buffer, isAll: boolean) => Framing | undefined) | undefined;
  /** First bytes of what `start` counts from, where they are known; by default those that come first. */
  readonly head?: Buffer;
  readonly keyAt: (end: number) => string;
  /** The end of the stream does not end its last line: what has no newline was cut off. */
  readonly endsEveryLine?: boolean | undefined;
  /** Called when there may be lines to take, and at the end. */
  readonly onReadable: () => void;
};

/**
 * Lines of something that can only be read forward: a pipe, a gzip file, another program. What is not finished is held,
 * and framed exactly as in a plain file, so ids are the same. What is not taken is not read on: the stream waits.
 */
export class LineStream {
  readonly #options: LineStreamOptions;
  readonly #source: Readable;
  /** Offset of the next line to take. */
  position: number;
  /** The bytes before the position, at most 64. */
  before: Buffer = Buffer.alloc(0);
  #pending: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #size = 0;
  #framer: Framer | undefined;
  #isChosen: boolean;
  /** Nothing ended in as much as a chunk takes: more is needed. */
  #isWide = false;
  #long: LongLine | undefined;
  #isOver = false;
  /** The end is ours: what has no newline has one in what was not read. */
  #isLeft = false;
  #ended = false;
  #fault: Error | undefined;

  constructor(source: Readable, options: LineStreamOptions) {
    this.#options = options;
    this.#source = source;
    this.position = options.start;
    this.#isChosen = options.choose === undefined;
    if (options.head !== undefined) this.#framer = options.framing.of(options.head);
    const over = () => {
      if (this.#isOver) return;
      this.#isOver = true;
      if (this.#size === 0) this.#ended = true;
      options.onReadable();
    };
    source.on('data', (part: Buffer) => {
      this.#parts.push(part);
      this.#size += part.length;
      if (this.#size >= this.#wanted) source.pause();
      options.onReadable();
    });
    source.on('error', (error: Error) => {
      // What came before the fault is whole and is still taken.
      this.#fault = error;
      over();
    });
    source.on('end', over);
    source.on('close', over);
  }

  /** Bytes that have come and were not taken … */
  get pending(): number {
    return this.#size;
  }

  /** … and of these what may still be. */
  get waiting(): number {
    return this.#ended ? 0 : this.#size;
  }

  /** Reads no more: what has come is all there is. */
  leave(): void {
    this.#source.removeAllListeners('data');
    this.#source.destroy();
    this.#isLeft = true;
    this.#isOver = true;
    if (this.#size === 0) this.#ended = true;
  }

  /** Everything was taken. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Why the stream ended early. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** What of the last call of `take` may go on. */
  held: Held = {};

  /** The lines that have come, as far as one chunk holds them; undefined when there are none for now. */
  take(ends: EventEnds = {}): FramedEvents | undefined {
    this.#gather();
    for (;;) {
      const framed = this.#long === undefined ? this.#frame(ends) : this.#takeLong(this.#long);
      if (framed === 'again') continue;
      if (framed === undefined && this.#isOver) this.#ended = true;
      else if (this.#size < this.#wanted && this.#source.isPaused()) this.#source.resume();
      return framed;
    }
  }

  destroy(): void {
    this.#source.removeAllListeners('data');
    this.#source.destroy();
    this.#parts = [];
    this.#pending = Buffer.alloc(0);
  }

  get #wanted(): number {
    return Math.max(AHEAD_BYTES, this.#isWide ? (this.#framer?.window ?? 0) : 0);
  }

  /** An unfinished last line is not a line. */
  get #isCutOff(): boolean {
    return this.#fault !== undefined || this.#isLeft || this.#options.endsEveryLine === true;
  }

  #gather(): void {
    if (this.#parts.length === 0) return;
    this.#pending = Buffer.concat([this.#pending, ...this.#parts]);
    this.#parts = [];
  }

  #frame(ends: EventEnds): FramedEvents | 'again' | undefined {
    if (this.#framer === undefined && (this.#size >= MARK_BYTES || this.#isOver)) {
      this.#framer = this.#options.framing.of(this.#pending);
    }
    this.held = {};
    if (this.#framer === undefined || this.#size === 0) return undefined;
    if (!this.#isChosen) this.#choose(this.#framer);
    if (!this.#isChosen) return undefined;
    const wanted = this.#isWide ? this.#framer.window : CHUNK_BYTES;
    const bytes = this.#pending.subarray(0, wanted);
    const isLast = this.#isOver && bytes.length === this.#pending.length;
    const framed = this.#framer.frame(bytes, this.position, {
      keyAt: this.#options.keyAt,
      more: bytes.length === wanted && !isLast,
      ends: isLast && !this.#isCutOff,
      // A stream that broke off may be there again, with more: its last event stays as it is.
      closes: isLast && this.#fault === undefined,
      ...ends,
    });
    if (framed.end > this.position) {
      if (bytes.length === this.#pending.length) this.held = framed;
      this.#isWide = false;
      this.#moveOn(framed.end - this.position);
      return framed;
    }
    this.held = framed;
    if (isLast || bytes.length < wanted) return undefined;
    if (this.#isWide) this.#long = this.#framer.long(this.position);
    this.#isWide = !this.#isWide;
    return 'again';
  }

  #choose(framer: Framer): void {
    const framing = this.#options.choose?.(framer, this.#pending, this.#isOver);
    if (framing === undefined) return;
    this.#framer = framing.of(this.#pending);
    this.#isChosen = true;
  }

  #takeLong(long: LongLine): FramedEvents | undefined {
    const used = long.push(this.#pending);
    this.#moveOn(used === -1 ? this.#size : used);
    if (used === -1 && (!this.#isOver || this.#isCutOff)) return undefined;
    this.#long = undefined;
    const line = long.finish(this.position, this.#options.keyAt);
    return { start: line.offset, end: this.position, lines: [line], skipped: { lines: 0, bytes: 0 } };
  }

  #moveOn(used: number): void {
    this.before = lastBytes(this.before, this.#pending.subarray(0, used));
    this.#pending = this.#pending.subarray(used);
    this.#size -= used;
    this.position += used;
  }
}

/** The last 64 bytes of one stretch after another. */
function lastBytes(before: Buffer, bytes: Buffer): Buffer {
  if (bytes.length >= LAST_BYTES) return Buffer.from(bytes.subarray(-LAST_BYTES));
  return Buffer.concat([before, bytes]).subarray(-LAST_BYTES);
}
