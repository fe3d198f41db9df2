import { type FileHandle, realpath } from 'node:fs/promises';
import type { InputConfig } from '../config/schema.ts';
import { BEGINNING, type Opening, openingAt } from './account.ts';
import type { Books } from './books.ts';
import { type FileRecord, openingOf } from './checkpoint.ts';
import type { Found } from './discover.ts';
import { FileReader, type FileReaderOptions } from './file-reader.ts';
import { type Framer, type Framing, framingOf } from './framing/framer.ts';
import type { Generation } from './generation.ts';
import { gzHead } from './gz.ts';
import { GzReader, type Place } from './gz-reader.ts';
import { FIRST_BYTES } from './head-lines.ts';
import { HEAD_BYTES, stemOf } from './identity.ts';
import { type Content, inspect } from './inspect.ts';
import type { ReaderContext } from './reader-context.ts';
import { fitsHead, hasHead, isSameFile, openIfSame, recordByHead } from './records.ts';
import { proofAt, readAt } from './tail.ts';

/** Records tried for one compressed file: each may cost unpacking it. Reading it again instead is harmless. */
const GZ_PLACES = 8;

export type AnyFileReader = FileReader | GzReader;

/** Why a file that matches is not read. */
export type LeftOut = Exclude<Content, 'text' | 'gzip'>;

export type OpenContext = {
  readonly reader: ReaderContext;
  readonly books: Books;
  /** Files being read, by `dev:inode`. */
  readonly readers: ReadonlyMap<string, AnyFileReader>;
  readonly onReadable: (reader: AnyFileReader) => void;
};

/** @param startAt where a file never seen before begins, from the input's `start` and when it was first there. */
export type StartAt = 'beginning' | 'end' | number;

/**
 * Opens a file that is not being read yet and finds out where to go on: by inode and the bytes before the offset, else by
 * head as a copy of something known, else at its start. `pending`: it has to wait for the file it was compressed from.
 * `gone`: another file has its name by now. Rejects with the file system's error.
 */
export async function openFile(
  listed: Found,
  input: InputConfig,
  startAt: StartAt,
  context: OpenContext,
): Promise<AnyFileReader | LeftOut | 'pending' | 'gone'> {
  const handle = await openIfSame(listed.path, listed.id);
  if (handle === undefined) return 'gone';
  let reader: AnyFileReader | LeftOut | 'pending' | undefined;
  try {
    const { size, mtimeMs } = await handle.stat({ bigint: true });
    const found = { ...listed, size: Number(size), modifiedAt: Number(mtimeMs) };
    const content = await inspect(handle, found.size, framingOf(input).legible);
    const options: FileReaderOptions = {
      id: found.id,
      path: found.path,
      input,
      modifiedAt: found.modifiedAt,
    };
    const stem = stemOf(await realpath(found.path));
    if (content === 'gzip')
      reader = found.compressedWanted ? await openGz(options, stem, found, handle, context) : 'compressed';
    else if (content === 'text' || (content === 'binary' && context.reader.leavesNothing))
      // Named by somebody who looks at what comes out, it is what they say it is.
      reader = await openText(options, stem, found, startAt, handle, context);
    else reader = content;
    return reader;
  } finally {
    if (!(reader instanceof FileReader)) await handle.close();
  }
}

async function openText(
  options: FileReaderOptions,
  stem: string,
  found: Found,
  startAt: StartAt,
  handle: FileHandle,
  context: OpenContext,
): Promise<FileReader> {
  const known = await knownByInode(found, stem, handle, context);
  const copied = known === undefined ? await knownByHead(found, stem, handle, context) : undefined;
  const record = known ?? copied?.record;
  const from =
    record === undefined
      ? await fresh(startAt, found.size, handle, framingOf(options.input))
      : openingFrom(record, copied?.original);
  const reader = new FileReader(options, stem, from, context.reader);
  await reader.start(handle, from.mark.offset);
  if (record !== undefined && copied?.original === undefined) reader.expect(record.size);
  await reader.note(found);
  if (copied?.original instanceof FileReader) copied.original.copy = reader;
  return reader;
}

async function openGz(
  options: FileReaderOptions,
  stem: string,
  found: Found,
  handle: FileHandle,
  context: OpenContext,
): Promise<GzReader | 'pending'> {
  const { books, readers, reader, onReadable } = context;
  const head = await gzHead(handle, FIRST_BYTES);
  if (isStillRead(stem, head, found, context)) return 'pending';
  const sameInode = books.earlierOf(found.id).filter((record) => fitsHead(record, stem, head, reader.hostId));
  const past = [...books.records(), ...live(readers, found.id)].filter(
    (record) => hasHead(record) && fitsHead(record, stem, head, reader.hostId),
  );
  const candidates = [...sameInode, ...past.sort((one, other) => other.offset - one.offset)];
  const places = candidates
    .filter(
      ({ offset, proof }, at) =>
        candidates.findIndex((other) => other.offset === offset && other.proof === proof) === at,
    )
    .slice(0, GZ_PLACES)
    .map((record) => placeOf(record, context));
  return new GzReader({ ...options, size: found.size, head }, stem, places, reader, onReadable);
}

/**
 * Whether the file that a compressed one was made of is still being read, or not acknowledged: its last event may be sent
 * with lines of the next file, and must not meet itself without them.
 */
function isStillRead(stem: string, head: Buffer, found: Found, { books, readers }: OpenContext): boolean {
  const plain = [...readers.values()].filter((reader) => reader instanceof FileReader && reader.isPlainOf(found));
  const lives = [...plain.map(({ generation }) => generation), ...books.retired.filter((life) => !life.isSettled)];
  return lives.some((life) => life.id !== found.id && life.isOpenCopyOf(stem, head));
}

/** A record that a compressed file may be about, as a place to go on from: known only once the file is unpacked that far. */
function placeOf(record: FileRecord, context: OpenContext): Place {
  let isClaimed = false;
  return {
    record,
    take() {
      isClaimed = context.books.earlier.has(record) && !context.books.isAsleep(record);
      if (isClaimed) claim(record, context);
      return openingFrom(record, isClaimed ? undefined : 'another');
    },
    giveBack() {
      if (isClaimed) context.books.load([record]);
    },
  };
}

async function knownByInode(
  found: Found,
  stem: string,
  handle: FileHandle,
  context: OpenContext,
): Promise<FileRecord | undefined> {
  for (const [age, record] of context.books.earlierOf(found.id).entries()) {
    // Where nothing was read the inode may be another file's, or another life's, by now.
    if (record.offset === 0 && (record.stem !== stem || (age > 0 && record.head === undefined))) continue;
    if (!(await isSameFile(record, { handle, size: found.size }, context.reader.hostId))) continue;
    claim(record, context);
    return record;
  }
  return undefined;
}

/** `original`: the reader, or books, that go on by themselves; undefined when this file takes the record's books over. */
type Copied = { readonly record: FileRecord; readonly original: AnyFileReader | Generation | FileRecord | undefined };

async function knownByHead(
  found: Found,
  stem: string,
  handle: FileHandle,
  context: OpenContext,
): Promise<Copied | undefined> {
  const { books, readers, reader } = context;
  const originals = new Map<FileRecord, AnyFileReader | Generation>();
  for (const other of readers.values()) {
    if (other.generation.stem === stem) originals.set(other.generation.record(), other);
  }
  for (const generation of books.retired) {
    if (generation.stem === stem) originals.set(generation.record(), generation);
  }
  const candidate = { handle, size: found.size, stem };
  const record = await recordByHead(candidate, [...books.earlier, ...originals.keys()], reader.hostId);
  if (record === undefined) return undefined;
  const original = originals.get(record) ?? (books.isAsleep(record) ? record : undefined);
  // What the copy holds is not lost, and is not read twice.
  if (original === undefined) claim(record, context);
  return { record, original };
}

/** The file of a record was found: its books go on, and what was called lost when it had gone is not. */
function claim(record: FileRecord, { books, reader }: OpenContext): void {
  books.claim(record);
  const { input, path, offset: from, lost } = record;
  if (lost !== undefined) reader.takeBackGap({ input, path, from, to: from + lost });
}

function* live(readers: ReadonlyMap<string, AnyFileReader>, except: string): Generator<FileRecord> {
  for (const [id, { generation }] of readers) if (id !== except) yield generation.record();
}

/** Where to go on; a copy begins books of its own, because the original keeps its. */
function openingFrom(record: FileRecord, original: unknown): Opening {
  const opening = openingOf(record);
  return original === undefined ? opening : { ...openingAt(opening.mark), cuts: opening.cuts, host: opening.host };
}

async function fresh(startAt: StartAt, size: number, handle: FileHandle, framing: Framing): Promise<Opening> {
  if (startAt === 'beginning') return openingAt(BEGINNING);
  const framer = framing.of(await readAt(handle, 0, HEAD_BYTES));
  const offset = await lastLineStart(handle, startAt === 'end' ? size : Math.min(startAt, size), framer);
  return openingAt({ offset, proof: await proofAt(handle, offset) });
}

/** The start of the line that byte `end` is in: reading must not begin in the middle of one. */
async function lastLineStart(handle: FileHandle, end: number, framer: Framer): Promise<number> {
  const step = 64 * 1024;
  for (let to = end; to > 0; to -= step) {
    const before = Math.max(0, to - step);
    // Even, for encodings of two bytes.
    const from = before - (before % 2);
    // A delimiter of several bytes may lie across the border.
    const bytes = await readAt(handle, from, Math.min(end, to + framer.delimiterBytes - 1) - from);
    const start = framer.lastEnd(bytes);
    if (start !== 0) return from + start;
  }
  return 0;
}
