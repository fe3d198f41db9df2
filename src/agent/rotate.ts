import { createReadStream, createWriteStream, readdirSync, renameSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export type RotatorOptions = {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** Rotated files kept. */
  readonly keep: number;
  readonly compress: boolean;
  /** Makes the writer open the file's name again; called right after the rename. */
  readonly reopen: () => void;
  /** Whether everything a file holds has been acknowledged by the store. */
  readonly isAcknowledged: (file: string) => boolean;
};

export type Rotator = {
  /** Rotates if the file is large enough, then compresses and deletes what may be. Calls do not overlap. */
  check(): Promise<void>;
};

/** Logs tell much: their owner and group read them, nobody else. */
const LOG_MODE = 0o640;

type Rotated = { readonly file: string; readonly number: number; readonly compressed: boolean };

/**
 * Rotates a file whose writer can be told to reopen it: logmill's own log. Nothing is compressed or deleted before it is
 * acknowledged, so while the store is away more files than `keep` may stand.
 */
export function createRotator(options: RotatorOptions): Rotator {
  let running: Promise<void> = Promise.resolve();
  return {
    check() {
      const run = () => checkOnce(options);
      running = running.then(run, run);
      return running;
    },
  };
}

async function checkOnce({ file, size, keep, compress, reopen, isAcknowledged }: RotatorOptions): Promise<void> {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) >= size) shift(file, reopen);
  for (const rotated of rotatedFiles(file)) {
    // Only acknowledged files are ever compressed.
    if (!rotated.compressed && !isAcknowledged(rotated.file)) continue;
    if (rotated.number > keep) await rm(rotated.file, { force: true });
    else if (compress && !rotated.compressed) await compressInPlace(rotated.file);
  }
}

/** Moves every rotated file one number up and the file itself to 1. */
function shift(file: string, reopen: () => void): void {
  for (const rotated of rotatedFiles(file).reverse()) {
    renameSync(rotated.file, `${file}.${rotated.number + 1}${rotated.compressed ? '.gz' : ''}`);
  }
  renameSync(file, `${file}.1`);
  reopen();
}

/** `file.1`, `file.2.gz` and so on, the newest first. */
function rotatedFiles(file: string): Rotated[] {
  const prefix = `${path.basename(file)}.`;
  return readdirSync(path.dirname(file))
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ name, match: /^(\d+)(\.gz)?$/.exec(name.slice(prefix.length)) }))
    .flatMap(({ name, match }) =>
      match === null
        ? []
        : [{ file: path.join(path.dirname(file), name), number: Number(match[1]), compressed: match[2] !== undefined }],
    )
    .sort((one, other) => one.number - other.number);
}

/** Replaces a file by its gzip form; a crash leaves the one or the other whole. */
async function compressInPlace(file: string): Promise<void> {
  const temporary = `${file}.gz.tmp`;
  await pipeline(createReadStream(file), createGzip(), createWriteStream(temporary, { mode: LOG_MODE }));
  const handle = await open(temporary, 'r');
  await handle.sync();
  await handle.close();
  await rename(temporary, `${file}.gz`);
  await rm(file);
}
