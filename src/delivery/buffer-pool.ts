/** Buffers used again: those of bulks sent would otherwise wait for the collector, several times what is in flight. */
export class BufferPool {
  private readonly free: Buffer[] = [];
  private readonly most: number;

  /** @param most buffers kept. */
  constructor(most: number) {
    this.most = most;
  }

  /** A buffer of at least `size` bytes, with anything in it. */
  take(size: number): Buffer {
    const at = this.free.findIndex(({ length }) => length >= size);
    return at === -1 ? Buffer.allocUnsafeSlow(size) : this.free.splice(at, 1)[0]!;
  }

  /**
   * Takes back the buffer under `bytes`; nobody may look at it any more. When there are enough, the larger ones stay: those
   * of quiet hours would be of no use when bulks are full again.
   */
  give(bytes: Buffer): void {
    const given = Buffer.from(bytes.buffer as ArrayBuffer);
    this.free.push(given);
    if (this.free.length <= this.most) return;
    const lengths = this.free.map(({ length }) => length);
    this.free.splice(lengths.indexOf(Math.min(...lengths)), 1);
  }
}
