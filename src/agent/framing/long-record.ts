import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Line } from '../../model/line.ts';
import { KEPT_BYTES } from '../overlong.ts';
import type { Delimiter } from './delimiter.ts';
import type { Encoding } from './encodings.ts';

/** What becomes of a record over the limit. */
export type OnLong = 'dead-letter' | 'truncate';

export type LongRecordOptions = {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly onLong: OnLong;
  /** Bytes that a record may have. */
  readonly limit: number;
  readonly invalidFlag: string;
};

/** Longest character of any encoding, and the carriage return in UTF-16: a find may need so many bytes around it. */
const MARGIN = 8;

/**
 * A record over the limit, measured and hashed as its bytes come by: only what is kept of it is ever held. The last bytes
 * wait for the next ones, since they may be the beginning of the delimiter.
 */
export class LongRecord {
  readonly offset: number;
  readonly #options: LongRecordOptions;
  readonly #hash: Hash = createHash('sha256');
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #held: Buffer = Buffer.alloc(0);
  #crc = 0;
  #length = 0;

  constructor(offset: number, options: LongRecordOptions) {
    this.offset = offset;
    this.#options = options;
  }

  /**
   * Adds bytes, which may be reused afterwards.
   * @returns how many of them belong to the record, delimiter included; -1 where all do and it has not ended.
   */
  push(bytes: Buffer): number {
    const { delimiter } = this.#options;
    const held = this.#held.length;
    const all = Buffer.concat([this.#held, bytes]);
    const hit = delimiter.find(all, 0);
    if (hit !== -1) {
      this.#add(all.subarray(0, delimiter.contentEnd(all, 0, hit)));
      this.#held = Buffer.alloc(0);
      return hit + delimiter.bytes.length - held;
    }
    const sure = this.#characterBefore(all, all.length - delimiter.bytes.length - MARGIN);
    this.#add(all.subarray(0, sure));
    this.#held = Buffer.from(all.subarray(sure));
    return -1;
  }

  /** The record, when its end is reached. `next` is the offset after its delimiter. */
  finish(next: number, keyAt: (end: number) => string): Line {
    const { encoding, delimiter, onLong, invalidFlag } = this.#options;
    this.#add(this.#held.subarray(0, delimiter.contentEnd(this.#held, 0, this.#held.length)));
    const kept = this.#wholeCharacters(Buffer.concat(this.#kept));
    const { text, valid } = encoding.decode(kept).read(0, kept.length);
    const line = {
      text,
      offset: this.offset,
      bytes: next - this.offset,
      fileKey: keyAt(this.offset + this.#length),
      crc: this.#crc,
    };
    const raw = valid ? {} : { raw: kept };
    const flags = [...(onLong === 'truncate' ? ['truncated'] : []), ...(valid ? [] : [invalidFlag])];
    if (onLong === 'truncate') return { ...line, ...raw, truncated: { length: this.#length }, flags };
    const overlong = { length: this.#length, sha256: this.#hash.digest('hex') };
    return { ...line, ...raw, overlong, ...(flags.length === 0 ? {} : { flags }) };
  }

  #add(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#crc = crc32(bytes, this.#crc);
    this.#length += bytes.length;
    const part = Buffer.from(bytes.subarray(0, this.#keepLimit - this.#keptBytes));
    if (part.length === 0) return;
    this.#kept.push(part);
    this.#keptBytes += part.length;
  }

  get #keepLimit(): number {
    return this.#options.onLong === 'truncate' ? this.#options.limit : KEPT_BYTES;
  }

  /** Where a character begins, at or before `at`. */
  #characterBefore(bytes: Buffer, at: number): number {
    const { unit, charLength } = this.#options.encoding;
    const end = Math.max(0, at);
    if (charLength === undefined) return end - (end % unit);
    let from = 0;
    for (let next = charLength(bytes, 0); next <= end && next <= bytes.length; next += charLength(bytes, next))
      from = next;
    return from;
  }

  /** Cuts a character that the limit split in two; anything else stays as it is. */
  #wholeCharacters(bytes: Buffer): Buffer {
    if (this.#length <= bytes.length) return bytes;
    const { name, charLength } = this.#options.encoding;
    if (name === 'utf-8') return withoutHalfCharacter(bytes);
    if (charLength !== undefined) return bytes.subarray(0, this.#characterBefore(bytes, bytes.length));
    return bytes.subarray(0, evenPairs(bytes, this.#options.encoding));
  }
}

/** UTF-8: the last character, where bytes of it are missing. */
function withoutHalfCharacter(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, -back) : bytes;
  }
  return bytes;
}

/** UTF-16: without half a unit, and without the first half of a pair. */
function evenPairs(bytes: Buffer, { unit, name }: Encoding): number {
  const end = bytes.length - (bytes.length % unit);
  if (unit === 1 || end === 0) return end;
  const high = name === 'utf-16be' ? bytes[end - 2]! : bytes[end - 1]!;
  return high >= 0xd8 && high <= 0xdb ? end - 2 : end;
}
