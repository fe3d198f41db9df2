import type { FileHandle } from 'node:fs/promises';
import type { InputConfig } from '../config/schema.ts';
import type { Clock } from '../model/clock.ts';
import type { FileRecord } from './checkpoint.ts';
import { isWanted, patternsOf } from './discover.ts';
import { FileReader } from './file-reader.ts';
import { GzReader } from './gz-reader.ts';
import type { AnyFileReader, OpenContext } from './open-file.ts';
import { isSameFile, type MovedFiles, openIfSame, recordId } from './records.ts';

export type EarlierOptions = OpenContext & {
  readonly inputs: readonly InputConfig[];
  readonly clock: Clock;
  /** A file is read on under another name. */
  readonly onResumed: (reader: AnyFileReader) => void;
};

/**
 * Files of the run before that no pattern finds: what is left of a rotated one is read beside its old place, and what has
 * gone with bytes unread is said. A file that no input asks for any more is left alone, with its place kept.
 */
export class EarlierFiles {
  readonly #options: EarlierOptions;
  /** Not decided yet; undefined before the first call. */
  #open: Set<FileRecord> | undefined;

  constructor(options: EarlierOptions) {
    this.#options = options;
  }

  /** Call after every scan: a folder that is not there yet, or may not be read, says nothing about its files. */
  async settle(): Promise<void> {
    const { books, readers } = this.#options;
    // Of several lives of one inode the newest first: only that one can be what the file still is.
    this.#open ??= new Set(
      [...books.earlier]
        .flatMap((record) => books.earlierOf(recordId(record)))
        .filter(({ packed }) => packed === undefined),
    );
    const { moved } = this.#options.reader;
    moved.forget();
    const packed = [...readers.values()].filter((reader) => reader instanceof GzReader);
    for (const record of this.#open) {
      const isDecided = !books.earlier.has(record) || (await this.#settle(record, moved, packed).catch(() => false));
      if (isDecided) this.#open.delete(record);
    }
    books.trim();
  }

  /** Resolves to whether it is known what became of the file. Rejects with the file system's error where that cannot be seen. */
  async #settle(record: FileRecord, movedFiles: MovedFiles, packed: readonly GzReader[]): Promise<boolean> {
    if (this.#options.books.isAsleep(record)) return true;
    const input = this.#options.inputs.find((one) => isWanted(record.path, patternsOf(one), one.exclude ?? []));
    if (input === undefined) return true;
    const id = recordId(record);
    const { books, readers } = this.#options;
    if (packed.some((reader) => reader.mayBe(record))) return false;
    const isOver = readers.has(id) || books.earlierOf(id)[0] !== record;
    const path = isOver ? undefined : await movedFiles.find(record.stem, id);
    const handle = path === undefined ? undefined : await openIfSame(path, id);
    if (path === undefined || handle === undefined) return this.#lose(record);
    const { size, mtimeMs } = await handle.stat();
    const isSame = await isSameFile(record, { handle, size }, this.#options.reader.hostId);
    if (isSame && size > record.offset && path !== record.path) {
      await this.#resume(record, input, { handle, path, size, modifiedAt: mtimeMs });
      return true;
    }
    await handle.close();
    if (!isSame || (size === record.offset && record.size > size)) return this.#lose(record);
    // In its own place with bytes unread: the scan may yet come to read it.
    return size === record.offset;
  }

  async #resume(
    record: FileRecord,
    input: InputConfig,
    { handle, path, size, modifiedAt }: { handle: FileHandle; path: string; size: number; modifiedAt: number },
  ): Promise<void> {
    const { books, clock, reader: context, onResumed } = this.#options;
    books.claim(record);
    const options = { id: recordId(record), path: record.path, input, modifiedAt };
    const reader = FileReader.resumed(record, options, context);
    await reader.start(handle, record.offset);
    reader.expect(record.size);
    await reader.note({ path, size, modifiedAt });
    reader.missedSince = clock.steady();
    reader.isElsewhere = true;
    onResumed(reader);
  }

  #lose(record: FileRecord): true {
    const { path, input, offset: from, size: to } = record;
    if (to <= from) return true;
    this.#options.books.replace(record, { ...record, size: from, gaps: record.gaps + to - from, lost: to - from });
    this.#options.reader.reportGap({ input, path, from, to });
    return true;
  }
}
