import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { LogmillError } from '../../errors.ts';
import { migrate } from './format.ts';
import { toParameters } from './parameters.ts';
import type { SqlRow, SqlValue } from './slice.ts';

export type SessionOptions = {
  /** Folder of the database file. */
  readonly folder: string;
  /** Memory DuckDB may use, in bytes. */
  readonly memoryBytes: number;
  readonly threads: number;
};

/** One opening of the database file: an instance, the connection that writes and those that read. */
export type Session = {
  readonly writer: DuckDBConnection;
  readonly readers: readonly DuckDBConnection[];
  close(): void;
};

/** Write-ahead log at which it is merged into the file: larger ones make restarts slower, smaller ones write row groups often. */
const CHECKPOINT = '64MiB';

/** Opens the file, with all of DuckDB switched off that the store has no use for. Throws as `Database.open`. */
export async function openSession(options: SessionOptions, readers: number): Promise<Session> {
  const { folder } = options;
  const file = join(folder, 'logmill.duckdb');
  const instance = await openFile(file, options);
  try {
    const writer = await instance.connect();
    // The order matters: once external access is off, the allowed folders can no longer be set.
    await writer.run(`SET allowed_directories = ['${folder.replaceAll("'", "''")}']`);
    await writer.run('SET enable_external_access = false');
    await writer.run(`SET TimeZone = 'UTC'`);
    await writer.run('SET lock_configuration = true');
    await migrate(writer, file);
    const reading = await Promise.all(Array.from({ length: readers }, () => instance.connect()));
    const close = () => {
      for (const connection of [writer, ...reading]) connection.closeSync();
      instance.closeSync();
    };
    return { writer, readers: reading, close };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

async function openFile(file: string, options: SessionOptions): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(file, {
      memory_limit: `${Math.floor(options.memoryBytes / 1024)}KiB`,
      threads: String(options.threads),
      temp_directory: join(options.folder, 'tmp'),
      checkpoint_threshold: CHECKPOINT,
      // By default DuckDB's allocator keeps what a burst needed, about 100 MB after some minutes of loading.
      allocator_background_threads: 'true',
      allocator_flush_threshold: '8MiB',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
  } catch (cause) {
    const detail = detailOf(cause).split('\n')[0] ?? '';
    const code = /version number/i.test(detail) ? 'STORE_NEWER' : 'STORE_UNREADABLE';
    throw new LogmillError(code, { path: file, detail }, {}, cause);
  }
}

/** Runs one statement; the signal interrupts it. */
export async function runOn(
  connection: DuckDBConnection,
  sql: string,
  params: readonly SqlValue[],
  signal: AbortSignal | undefined,
): Promise<SqlRow[]> {
  const { values, types } = toParameters(params);
  const interrupt = () => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const result = await connection.runAndReadAll(sql, values, types);
    return result.getRowObjectsJS();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

export function detailOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
