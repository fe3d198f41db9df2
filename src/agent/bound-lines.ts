import { Transform, type TransformCallback } from 'node:stream';
import { OverlongLine } from './overlong.ts';

const NEWLINE = 10;
const LAST_BYTES = 64;
const JUST_NEWLINE = Buffer.from('\n');

/** A line over the limit: where the next one begins, and its own last bytes. */
export type BoundedLine = { readonly line: OverlongLine; next: number; last: Buffer };

/**
 * Passes bytes on to a line splitter and bounds what it has to hold: of a line over the limit only an empty place
 * passes, the line itself is measured here and waits in `overlong` under the offset where it begins.
 */
export class BoundLines extends Transform {
  readonly overlong = new Map<number, BoundedLine>();
  /** Bytes that came in: the offset of the next one. */
  offset: number;
  /** Whether the last byte ended a line. */
  endsWithNewline = true;
  readonly #limit: number;
  /** Bytes of the line under way that have passed, to measure it from its start should it grow too long. */
  #line: Buffer[] = [];
  #lineBytes = 0;
  #overlong: BoundedLine | undefined;

  /** @param limit bytes of a line's content; its line ending may add two. */
  constructor(limit: number, offset: number) {
    super({ readableHighWaterMark: 256 * 1024 });
    // The splitter works on text: one character a byte keeps every byte as it is.
    this.setEncoding('latin1');
    this.#limit = limit;
    this.offset = offset;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let from = 0;
    while (from < chunk.length) {
      const rest = chunk.subarray(from);
      // Fast path: whatever lines these are, none of them can be too long.
      const fits = this.#overlong === undefined && this.#lineBytes + rest.length <= this.#limit;
      const end = fits ? rest.lastIndexOf(NEWLINE) : rest.indexOf(NEWLINE);
      const part = end === -1 ? rest : rest.subarray(0, end + 1);
      this.#take(part, end !== -1);
      from += part.length;
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#overlong !== undefined) this.#endOverlong();
    done();
  }

  #take(part: Buffer, ends: boolean): void {
    const content = ends ? part.subarray(0, -1) : part;
    this.endsWithNewline = ends;
    if (this.#overlong === undefined && this.#lineBytes + content.length > this.#limit + 1) this.#beginOverlong();
    this.offset += part.length;
    if (this.#overlong !== undefined) {
      this.#overlong.line.push(content);
      this.#overlong.last = lastBytes(this.#overlong.last, part);
      if (ends) this.#endOverlong();
      return;
    }
    this.push(part);
    if (ends) {
      this.#line = [];
      this.#lineBytes = 0;
    } else {
      this.#line.push(part);
      this.#lineBytes += part.length;
    }
  }

  #beginOverlong(): void {
    const line = new OverlongLine(this.offset - this.#lineBytes);
    this.#overlong = { line, next: line.offset, last: Buffer.alloc(0) };
    for (const part of this.#line) {
      line.push(part);
      this.#overlong.last = lastBytes(this.#overlong.last, part);
    }
    this.#line = [];
    this.#lineBytes = 0;
    this.overlong.set(line.offset, this.#overlong);
  }

  #endOverlong(): void {
    if (this.#overlong !== undefined) this.#overlong.next = this.offset;
    this.#overlong = undefined;
    this.push(JUST_NEWLINE);
  }
}

/** The last 64 bytes of one stretch after another. */
export function lastBytes(before: Buffer, bytes: Buffer): Buffer {
  if (bytes.length >= LAST_BYTES) return Buffer.from(bytes.subarray(-LAST_BYTES));
  return Buffer.concat([before, bytes]).subarray(-LAST_BYTES);
}
