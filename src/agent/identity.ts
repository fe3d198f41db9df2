import { hash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openStateFile } from '../state-file.ts';

/** Bytes at the start of a file that say which file it is. */
export const HEAD_BYTES = 1024;
const KEY_CHARACTERS = 16;

const ROTATED = [
  '\\.\\d{1,4}', // app.log.1
  '[-._]\\d{8}(?:[-_.T]?\\d{2,6})?', // app.log-20261121, app.log.20261121-16
  '[-._]\\d{4}-\\d{2}-\\d{2}(?:[-_.T]\\d{2}(?:[-:]?\\d{2}){0,2})?', // app.log.2026-11-21-16
  '-\\d{10}', // app.log-1795305600, logrotate's %s
  '\\.(?:old|bak)',
  '\\.(?:gz|bz2|xz|zst|lz4|Z|zip)',
].join('|');
const SUFFIX = new RegExp(`(?<=.)(?:${ROTATED})$`);

/** The path without rotation and compression suffixes: the same for a log and all files it is rotated into. */
export function stemOf(realPath: string): string {
  let name = path.basename(realPath);
  for (let shorter = name.replace(SUFFIX, ''); shorter !== name; shorter = name.replace(SUFFIX, '')) name = shorter;
  return path.join(path.dirname(realPath), name);
}

/** The key of whatever `parts` name: the first 96 bits of their SHA-256 as 16 base64url characters. */
export function keyOf(hostId: string, name: string, head: Buffer | string): string {
  const prefix = Buffer.from(`${hostId}\0${name}\0`);
  const bytes = typeof head === 'string' ? Buffer.from(head) : head;
  return hash('sha256', Buffer.concat([prefix, bytes]), 'base64url').slice(0, KEY_CHARACTERS);
}

/**
 * What one file generation is, from its bytes alone (contracts, `_id`): no state is needed, so ids survive renames,
 * compression, restarts and a deleted state folder.
 */
export class Identity {
  readonly stem: string;
  /** Host id that the file was begun under; undefined where it is the one of now. */
  readonly begunUnder: string | undefined;
  readonly #hostId: string;
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #known = 0;
  #whole: string | undefined;

  constructor(hostId: string, stem: string, begunUnder?: string) {
    this.begunUnder = begunUnder === hostId ? undefined : begunUnder;
    this.#hostId = begunUnder ?? hostId;
    this.stem = stem;
  }

  /** Takes note of bytes of the file that begin at `offset`; stretches must join up, what is known stays. */
  learn(bytes: Buffer, offset: number): void {
    if (this.#known === HEAD_BYTES || offset > this.#known) return;
    const fresh = bytes.subarray(this.#known - offset, HEAD_BYTES - offset);
    fresh.copy(this.#head, this.#known);
    this.#known += fresh.length;
  }

  /** Bytes of the head that are known. */
  get known(): number {
    return this.#known;
  }

  /** Whether bytes from the start of a file are still those that were there, none of them missing. */
  fits(bytes: Buffer): boolean {
    return bytes.subarray(0, this.#known).equals(this.#head.subarray(0, this.#known));
  }

  /** Whether another file begins with all that is known of this one's head. */
  isHeadOf(other: Identity): boolean {
    return this.#known > 0 && this.#known <= other.#known && this.fits(other.#head);
  }

  /** File key of a line whose content ends before byte `end` (line ending not counted). */
  keyAt(end: number): string {
    if (end >= HEAD_BYTES) {
      this.#whole ??= this.#keyOfHead(HEAD_BYTES);
      return this.#whole;
    }
    return this.#keyOfHead(end);
  }

  #keyOfHead(length: number): string {
    if (length > this.#known)
      throw new RangeError(`BUG: head of ${this.stem} is known to ${this.#known}, not ${length}`);
    return keyOf(this.#hostId, this.stem, this.#head.subarray(0, length));
  }
}

/**
 * The host id of file keys: the configured one, else the machine's, else one made up once and kept in `folder`.
 * A container without a machine id should configure it: a lost folder would give every line a new id.
 */
export async function resolveHostId(
  configured: string | undefined,
  folder: string,
  machineIdFile = '/etc/machine-id',
): Promise<string> {
  if (configured !== undefined) return configured;
  const machineId = readIfPresent(machineIdFile);
  if (machineId !== '') return machineId;
  const state = openStateFile<{ id: string }>(folder, 'host-id', 1);
  const kept = state.load();
  if (kept !== undefined) return kept.id;
  const id = randomUUID();
  await state.save({ id });
  return id;
}

function readIfPresent(file: string): string {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === 'uninitialized' ? '' : text;
  } catch {
    return '';
  }
}
