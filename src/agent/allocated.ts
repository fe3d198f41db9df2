import type { FileHandle } from 'node:fs/promises';

/** So many NUL bytes at the end of what was read are looked into: what follows them decides what they are. */
const WORTH = 64;
const STEP = 256 * 1024;
/** Looked at in one turn, that other files have theirs. */
const MOST = 64 * 1024 * 1024;
const NULS = Buffer.alloc(STEP);

/** Whether bytes end in so many NULs that they may be space allocated in advance. */
export function endsInNuls(bytes: Buffer): boolean {
  return bytes.length >= WORTH && bytes.at(-1) === 0 && bytes.subarray(-WORTH).equals(NULS.subarray(0, WORTH));
}

/** Length without the NULs at the end. */
export function writtenLength(bytes: Buffer): number {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return length;
}

/**
 * Space that a writer has allocated in advance, as those do that map their file into memory: NUL bytes up to the end of the
 * file. It is written to from its start, so it must be waited with, while a head of NULs that copytruncate has left is
 * passed over. Only what follows tells one from the other.
 */
export class AllocatedSpace {
  /** Found to be NUL, when it was looked at: it is not looked at again. */
  #from = 0;
  #to = 0;
  /** End of the file where nothing but NULs was before it. */
  end = 0;

  /** Whether nothing but NULs follows `from`; undefined where more must be looked at to say so. */
  async isAllFrom(from: number, handle: FileHandle): Promise<boolean | undefined> {
    if (from < this.#from || from > this.#to) {
      this.#from = from;
      this.#to = from;
    }
    const most = this.#to + MOST;
    const buffer = Buffer.allocUnsafe(STEP);
    while (this.#to < most) {
      const { bytesRead } = await handle.read(buffer, 0, STEP, this.#to);
      if (bytesRead === 0) {
        this.end = this.#to;
        return true;
      }
      if (!buffer.subarray(0, bytesRead).equals(NULS.subarray(0, bytesRead))) return false;
      this.#to += bytesRead;
    }
    return undefined;
  }
}
