import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../state-file.ts';
import { after, decodeRecords, type Place } from './record.ts';

const NAME = /^([0-9a-z]{11})-([0-9a-z]{11})\.([0-9a-f]{16})\.seg$/;
const WIDTH = 11;
/** Lines of other people. */
const FILE_MODE = 0o600;

/**
 * One file of a queue. Its name says all that is known of it but its records: the place of the first one, and the session
 * that wrote it. There is no index that could be wrong.
 */
export type Segment = {
  readonly file: string;
  readonly first: Place;
  readonly session: string;
  /** Bytes that are on disk for good and may be read. */
  size: number;
};

/** Segments of a folder in the order of their records; empty ones and those of other names are left out. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of await readdir(folder)) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const file = path.join(folder, name);
    const size = await sizeOnDisk(file);
    const first = { sequence: Number.parseInt(match[1]!, 36), position: Number.parseInt(match[2]!, 36) };
    if (size > 0) segments.push({ file, first, session: match[3]!, size });
    else await rm(file, { force: true });
  }
  return segments.sort(inOrder);
}

function inOrder({ first: a, file: one }: Segment, { first: b, file: other }: Segment): number {
  return a.sequence - b.sequence || a.position - b.position || (one < other ? -1 : 1);
}

async function sizeOnDisk(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** Makes an empty segment that survives power loss. Rejects with the file system's error. */
export async function createSegment(
  folder: string,
  first: Place,
  session: string,
): Promise<{ segment: Segment; handle: FileHandle }> {
  const [sequence, position] = [first.sequence, first.position].map((n) => n.toString(36).padStart(WIDTH, '0'));
  const file = path.join(folder, `${sequence}-${position}.${session}.seg`);
  const handle = await open(file, 'w', FILE_MODE);
  await syncFolder(folder);
  return { segment: { file, first, session, size: 0 }, handle };
}

/**
 * The place after a segment's last record. What stands behind that cannot be read: how many lines it was is not known, so
 * it counts as one, and its bytes as they stand.
 */
export async function endOfSegment({ file, first, session, size }: Segment): Promise<Place> {
  const { records, used } = decodeRecords(await readSegment(file, 0, size), session);
  const last = records.at(-1);
  const end = last === undefined ? first : after(last, last);
  const rest = size - used;
  return rest === 0 ? end : { sequence: end.sequence + 1, position: end.position + rest };
}

/** Bytes of a segment's file; fewer where it is shorter by now, none where it cannot be read. */
export async function readSegment(file: string, from: number, to: number): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      return await readAll(handle, from, to);
    } finally {
      await handle.close();
    }
  } catch {
    // Gone or unreadable is the same to whoever reads on behind it: a gap.
    return Buffer.alloc(0);
  }
}

async function readAll(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(to - from);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
