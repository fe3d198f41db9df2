import type { Readable } from 'node:stream';
import split from 'split2';
import { BoundLines, lastBytes } from './bound-lines.ts';
import { type Framed, frameBlock } from './frame.ts';

/** Bytes taken for one chunk. */
const CHUNK_BYTES = 256 * 1024;
const LINES_AHEAD = 4096;

export type LineStreamOptions = {
  /** Offset of the stream's first byte. */
  readonly start: number;
  readonly maxLineBytes: number;
  readonly keyAt: (end: number) => string;
  /** The end of the stream does not end its last line: what has no newline was cut off. */
  readonly endsEveryLine?: boolean | undefined;
  /** Called when there may be lines to take, and at the end. */
  readonly onReadable: () => void;
};

/**
 * Lines of something that can only be read forward: a pipe, a gzip file, another program. split2 finds the lines and
 * holds the unfinished one; framing then treats them exactly as those of a plain file, so ids are the same.
 * What is not taken is not read on: the stream waits.
 */
export class LineStream {
  readonly #options: LineStreamOptions;
  readonly #source: Readable;
  readonly #bound: BoundLines;
  readonly #lines;
  /** Offset of the next line to take. */
  position: number;
  /** The bytes before the position, at most 64. */
  before: Buffer = Buffer.alloc(0);
  #ended = false;
  #fault: Error | undefined;

  constructor(source: Readable, options: LineStreamOptions) {
    this.#options = options;
    this.#source = source;
    this.position = options.start;
    this.#bound = new BoundLines(options.maxLineBytes, options.start);
    this.#lines = split('\n', { decodeStrings: false, readableHighWaterMark: LINES_AHEAD });
    const fail = (error: Error) => {
      this.#fault = error;
      // What came before the fault is whole and is still taken.
      this.#bound.end();
    };
    source.on('error', fail);
    this.#lines.on('readable', options.onReadable);
    this.#lines.on('end', () => {
      this.#ended = true;
      options.onReadable();
    });
    source.pipe(this.#bound).pipe(this.#lines);
  }

  /** Everything was taken. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Why the stream ended early. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** The lines that have come, as far as one chunk holds them; undefined when there are none for now. */
  take(): Framed | undefined {
    const batch: string[] = [];
    let bytes = 0;
    while (bytes < CHUNK_BYTES && !this.#bound.overlong.has(this.position + bytes)) {
      const line: string | null = this.#lines.read();
      if (line === null) break;
      batch.push(line);
      bytes += line.length + 1;
    }
    if (batch.length > 0) return this.#frame(batch, bytes);
    return this.#bound.overlong.has(this.position) ? this.#takeOverlong() : undefined;
  }

  destroy(): void {
    this.#source.unpipe(this.#bound);
    this.#source.destroy();
    this.#bound.destroy();
    this.#lines.destroy();
  }

  /** An unfinished last line is not a line. */
  get #isCutOff(): boolean {
    return this.#fault !== undefined || this.#options.endsEveryLine === true;
  }

  #frame(batch: readonly string[], bytes: number): Framed | undefined {
    const start = this.position;
    // Only the very last line of the stream can be without a newline.
    const unfinished = start + bytes > this.#bound.offset;
    // A stream that broke off has no last line: it was cut.
    const lines = unfinished && this.#isCutOff ? batch.slice(0, -1) : batch;
    if (lines.length === 0) return undefined;
    const text = unfinished && !this.#isCutOff ? lines.join('\n') : `${lines.join('\n')}\n`;
    const { keyAt, maxLineBytes } = this.#options;
    const content = Buffer.from(text, 'latin1');
    const framed = frameBlock(content, start, { keyAt, maxLineBytes, ends: true });
    this.before = lastBytes(this.before, content);
    this.position = framed.end;
    return framed;
  }

  #takeOverlong(): Framed | undefined {
    const start = this.position;
    const overlong = this.#bound.overlong.get(start);
    // Its empty place comes through the splitter only once it has ended.
    if (overlong === undefined || this.#lines.read() === null) return undefined;
    this.#bound.overlong.delete(start);
    if (this.#isCutOff && overlong.next === this.#bound.offset && !this.#bound.endsWithNewline) return undefined;
    this.position = overlong.next;
    this.before = lastBytes(this.before, overlong.last);
    const line = overlong.line.finish(overlong.next, this.#options.keyAt);
    return { start, end: overlong.next, lines: [line], skipped: { lines: 0, bytes: overlong.skipped } };
  }
}
