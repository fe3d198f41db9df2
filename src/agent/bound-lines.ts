import { Transform, type TransformCallback } from 'node:stream';
import { skippedHead } from './frame.ts';
import { OverlongLine } from './overlong.ts';

const NEWLINE = 10;
const MARK_LENGTH = 3;
const LAST_BYTES = 64;
const JUST_NEWLINE = Buffer.from('\n');

/** A line over the limit: bytes skipped before its content, where the next one begins, and its own last bytes. */
export type BoundedLine = { readonly line: OverlongLine; readonly skipped: number; next: number; last: Buffer };

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
  /** Content of the line under way that has passed, to measure it from its start should it grow too long. */
  #line: Buffer[] = [];
  /** Bytes before its content: a NUL head, a byte order mark. */
  #headBytes = 0;
  /** The first bytes, held until they show whether they are a byte order mark. */
  #first: Buffer | undefined = Buffer.alloc(0);
  #lineBytes = 0;
  #overlong: BoundedLine | undefined;

  /** @param limit bytes of a line's content; its line ending may add two. */
  constructor(limit: number, offset: number) {
    super({ readableHighWaterMark: 256 * 1024 });
    // The splitter works on text: one character a byte keeps every byte as it is.
    this.setEncoding('latin1');
    this.#limit = limit;
    this.offset = offset;
    if (offset > 0) this.#first = undefined;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#first === undefined) {
      this.#pass(chunk);
    } else {
      this.#first = Buffer.concat([this.#first, chunk]);
      if (this.#first.length >= MARK_LENGTH) this.#passFirst();
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#passFirst();
    if (this.#overlong !== undefined) this.#endOverlong();
    done();
  }

  #passFirst(): void {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) this.#pass(first);
  }

  #pass(chunk: Buffer): void {
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
  }

  #take(part: Buffer, ends: boolean): void {
    const whole = ends ? part.subarray(0, -1) : part;
    const head = this.#lineBytes === 0 && this.#overlong === undefined ? skippedHead(whole, this.offset) : 0;
    const content = whole.subarray(head);
    this.endsWithNewline = ends;
    this.#headBytes += head;
    if (this.#overlong === undefined && this.#lineBytes + content.length > this.#limit + 1) this.#beginOverlong(head);
    this.offset += part.length;
    if (this.#overlong !== undefined) {
      this.#overlong.line.push(content);
      this.#overlong.last = lastBytes(this.#overlong.last, part);
      if (ends) this.#endOverlong();
      return;
    }
    this.push(part);
    if (ends) this.#forgetLine();
    else if (content.length > 0) {
      this.#line.push(content);
      this.#lineBytes += content.length;
    }
  }

  /** @param head bytes of the skipped head that are not passed yet. */
  #beginOverlong(head: number): void {
    const start = this.offset + head - this.#lineBytes - this.#headBytes;
    const line = new OverlongLine(start + this.#headBytes);
    this.#overlong = { line, skipped: this.#headBytes, next: start, last: Buffer.alloc(0) };
    for (const part of this.#line) {
      line.push(part);
      this.#overlong.last = lastBytes(this.#overlong.last, part);
    }
    this.#forgetLine();
    this.overlong.set(start, this.#overlong);
  }

  #endOverlong(): void {
    if (this.#overlong !== undefined) this.#overlong.next = this.offset;
    this.#overlong = undefined;
    this.push(JUST_NEWLINE);
  }

  #forgetLine(): void {
    this.#line = [];
    this.#lineBytes = 0;
    this.#headBytes = 0;
  }
}

/** The last 64 bytes of one stretch after another. */
export function lastBytes(before: Buffer, bytes: Buffer): Buffer {
  if (bytes.length >= LAST_BYTES) return Buffer.from(bytes.subarray(-LAST_BYTES));
  return Buffer.concat([before, bytes]).subarray(-LAST_BYTES);
}
