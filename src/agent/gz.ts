import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HEAD_BYTES, type Identity } from './identity.ts';
import { openIfSame, unlessGone } from './records.ts';
import { PROOF_BYTES, proofOf } from './tail.ts';

const CHUNK_BYTES = 256 * 1024;

/** The stretch before a place does not hold what it held: the file is another one. */
export class WrongPlace extends Error {}

/** The file is not to be found under its name any more, be it that it was renamed or that another one is there. */
export class NotThere extends Error {}

/** The uncompressed bytes of a gzip file. Concatenated members, as appending to one makes, are read through. */
function uncompressed(packed: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // Errors of either side surface on the gunzip stream.
  pipeline(packed, gunzip, () => {});
  return gunzip;
}

/**
 * The first bytes of what a gzip file holds, by default enough to say what it is. The handle stays open. Rejects when it
 * cannot be unpacked.
 */
export async function gzHead(handle: FileHandle, bytes: number = HEAD_BYTES): Promise<Buffer> {
  const stream = uncompressed(handle.createReadStream({ start: 0, autoClose: false }));
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length >= bytes) break;
  }
  stream.destroy();
  return Buffer.concat(parts).subarray(0, bytes);
}

export type ReadGzOptions = {
  /** `dev:inode`. */
  readonly id: string;
  readonly start: number;
  /** What an earlier run took as proof of `start`. */
  readonly proof: string;
  /** Learns the head. */
  readonly identity: Identity;
  /** Called with the bytes before `start` when it is reached. */
  readonly onStart: (before: Buffer) => void;
};

/**
 * What a gzip file holds from `start` on; compressed bytes cannot be sought in, so all before is unpacked and passed over.
 * The stream fails with NotThere when another file has the name, with WrongPlace when `proof` does not fit, and with
 * zlib's error where the file is cut or damaged.
 */
export function readGz(file: string, { id, start, proof, identity, onStart }: ReadGzOptions): Readable {
  async function* rest(): AsyncGenerator<Buffer> {
    let offset = 0;
    let before: Buffer = Buffer.alloc(0);
    const handle = await openIfSame(file, id).catch(unlessGone);
    if (handle === undefined) throw new NotThere(file);
    for await (const part of uncompressed(handle.createReadStream())) {
      const bytes = part as Buffer;
      identity.learn(bytes, offset);
      const end = offset + bytes.length;
      if (offset < start) {
        const passed = bytes.subarray(0, start - offset);
        before = Buffer.concat([before, passed.subarray(-PROOF_BYTES)]).subarray(-PROOF_BYTES);
        if (end >= start && proofOf(before) !== proof) throw new WrongPlace(file);
        if (end >= start) onStart(before);
      }
      if (end > start) yield bytes.subarray(Math.max(0, start - offset));
      offset = end;
    }
    if (offset < start) throw new WrongPlace(file);
  }
  return Readable.from(rest(), { objectMode: false, highWaterMark: CHUNK_BYTES });
}
