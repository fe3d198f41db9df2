import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import type { Framing } from './framing/framer.ts';

/** How much of a file's start is looked at: its pipeline is chosen by it, and headers are found in it. */
export const FIRST_BYTES = 16 * 1024;
/** More finished lines than the head of a file with headers has. */
const MOST_HEAD_LINES = 1000;

/**
 * The first finished lines of a file, read anew. Synchronous, because a stage asks for them in the middle of a line; once
 * for each file. None where the file cannot be read.
 * @param open descriptor of the file where it is open, else its path.
 */
export function headLines(open: number | string, framing: Framing): readonly string[] {
  return linesOf(framing, () => (typeof open === 'number' ? readStart(open) : readStartOf(open)));
}

/** The same of what a gzip file holds. */
export function gzHeadLines(file: string, framing: Framing): readonly string[] {
  // What is cut off in the middle is unpacked as far as it goes.
  const unpack = () => gunzipSync(readStartOf(file), { finishFlush: constants.Z_SYNC_FLUSH });
  return linesOf(framing, () => unpack().subarray(0, FIRST_BYTES));
}

function linesOf(framing: Framing, read: () => Buffer): readonly string[] {
  try {
    const bytes = read();
    return framing.of(bytes).firstLines(bytes, MOST_HEAD_LINES);
  } catch {
    return [];
  }
}

function readStartOf(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    return readStart(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readStart(descriptor: number): Buffer {
  const bytes = Buffer.alloc(FIRST_BYTES);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, FIRST_BYTES, 0));
}
