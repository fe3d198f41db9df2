import type { Line } from '../model/line.ts';
import { type Framed, type FrameOptions, frameBlock } from './frame.ts';

/** Blocks kept for use again; more than are ever in flight at a steady pace only wait for the collector. */
const MOST_FREE = 64;

/** Buffers of one size: blocks that wait for their acknowledgement, used again after it. */
export class BlockPool {
  readonly #free: Buffer[] = [];
  readonly #size: number;

  /** @param size bytes of a buffer; what needs less than half of it gets a buffer of its own size. */
  constructor(size: number) {
    this.#size = size;
  }

  copy(bytes: Buffer): Buffer {
    if (bytes.length <= this.#size / 2 || bytes.length > this.#size) return Buffer.from(bytes);
    const buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#size);
    bytes.copy(buffer);
    return buffer;
  }

  give(buffer: Buffer): void {
    if (buffer.length === this.#size && this.#free.length < MOST_FREE) this.#free.push(buffer);
  }
}

/**
 * The bytes of a chunk until it is acknowledged. Lines are made of them once more where one is asked for: as bytes they
 * cost the garbage collector nothing, as objects they would cost it more than all else.
 */
export class KeptBlock {
  readonly #pool: BlockPool;
  readonly #options: FrameOptions;
  readonly #start: number;
  readonly #offsets: Uint32Array;
  readonly #sizes: Uint32Array;
  #block: Buffer | undefined;

  /** @param bytes begin where `framed` does; copied. */
  constructor(pool: BlockPool, bytes: Buffer, { start, end, lines }: Framed, options: FrameOptions) {
    this.#pool = pool;
    this.#options = { ...options, ends: true };
    this.#start = start;
    this.#offsets = new Uint32Array(lines.length);
    this.#sizes = new Uint32Array(lines.length);
    for (let at = 0; at < lines.length; at++) {
      this.#offsets[at] = lines[at]!.offset - start;
      this.#sizes[at] = lines[at]!.bytes;
    }
    this.#block = pool.copy(bytes.subarray(0, end - start));
  }

  /** The line at a position of the chunk, as it was framed. Throws after `release`. */
  line(at: number): Line {
    if (this.#block === undefined) throw new Error('BUG: a line is asked for after its chunk was acknowledged');
    const from = this.#offsets[at]!;
    const bytes = this.#block.subarray(from, from + this.#sizes[at]!);
    return frameBlock(bytes, this.#start + from, this.#options).lines[0]!;
  }

  release(): void {
    if (this.#block !== undefined) this.#pool.give(this.#block);
    this.#block = undefined;
  }
}
