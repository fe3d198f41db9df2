import { isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Line } from '../model/line.ts';

/** How much of an overlong line is kept. */
export const KEPT_BYTES = 64 * 1024;
const CARRIAGE_RETURN = 13;
const ONE_CARRIAGE_RETURN = Buffer.from('\r');

/** A line over the limit, measured and hashed as its bytes come by: only its first 64 KiB are ever held. */
export class OverlongLine {
  readonly offset: number;
  readonly #hash: Hash = createHash('sha256');
  readonly #kept: Buffer[] = [];
  #crc = 0;
  #keptBytes = 0;
  #length = 0;
  /** A carriage return at the end so far: part of the line ending, unless more content follows. */
  #returnHeld = false;

  constructor(offset: number) {
    this.offset = offset;
  }

  /** Adds bytes of the line, its newline left out. The buffer may be reused afterwards. */
  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#returnHeld) this.#add(ONE_CARRIAGE_RETURN);
    this.#returnHeld = bytes[bytes.length - 1] === CARRIAGE_RETURN;
    this.#add(this.#returnHeld ? bytes.subarray(0, -1) : bytes);
  }

  /** The line, when its end is reached. `next` is the offset after its line ending. */
  finish(next: number, keyAt: (end: number) => string): Line {
    const kept = wholeCharacters(Buffer.concat(this.#kept));
    return {
      text: kept.toString('utf8'),
      offset: this.offset,
      bytes: next - this.offset,
      fileKey: keyAt(this.offset + this.#length),
      crc: this.#crc,
      ...(isUtf8(kept) ? {} : { raw: kept }),
      overlong: { length: this.#length, sha256: this.#hash.digest('hex') },
    };
  }

  #add(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#crc = crc32(bytes, this.#crc);
    this.#length += bytes.length;
    if (this.#keptBytes === KEPT_BYTES) return;
    const part = Buffer.from(bytes.subarray(0, KEPT_BYTES - this.#keptBytes));
    this.#kept.push(part);
    this.#keptBytes += part.length;
  }
}

/** Cuts a character that the 64 KiB limit split in two; anything else stays as it is. */
function wholeCharacters(bytes: Buffer): Buffer {
  if (bytes.length < KEPT_BYTES || isUtf8(bytes)) return bytes;
  for (let cut = 1; cut <= 3; cut++) {
    const shorter = bytes.subarray(0, -cut);
    if (isUtf8(shorter)) return shorter;
  }
  return bytes;
}
