import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { LogmillError } from '../../errors.ts';
import { migrate } from './format.ts';
import { toParameters } from './parameters.ts';
import type { SqlRow, SqlValue } from './slice.ts';

export type DatabaseOptions = {
  /** Folder of the database file; made when absent. logmill is its only owner. */
  readonly folder: string;
  /** Memory DuckDB may use, in bytes. */
  readonly memoryBytes: number;
  readonly threads: number;
};

/** Statements under way at once: each holds one of libuv's four threads, and the writer and file work need the others. */
const READERS = 2;

/** Write-ahead log at which it is merged into the file: larger ones make restarts slower, smaller ones write row groups often. */
const CHECKPOINT = '64MiB';

/**
 * DuckDB with everything that is not the embedded store switched off: no extensions, no files outside its folder, UTC.
 * One connection writes, a few read; nothing else in the product talks to DuckDB.
 */
export class Database {
  readonly writer: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #idle: DuckDBConnection[];
  readonly #readers: readonly DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection, readers: DuckDBConnection[]) {
    this.#instance = instance;
    this.writer = writer;
    this.#readers = [...readers];
    this.#idle = readers;
  }

  /** Opens or creates the database. Throws LogmillError DATA_UNWRITABLE, STORE_NEWER or STORE_UNREADABLE. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { folder } = options;
    const temporary = join(folder, 'tmp');
    try {
      await mkdir(temporary, { recursive: true });
    } catch (cause) {
      throw new LogmillError('DATA_UNWRITABLE', { path: folder, detail: detailOf(cause) }, {}, cause);
    }
    const file = join(folder, 'logmill.duckdb');
    const instance = await openFile(file, options, temporary);
    try {
      const writer = await instance.connect();
      // The order matters: once external access is off, the allowed folders can no longer be set.
      await writer.run(`SET allowed_directories = ['${folder.replaceAll("'", "''")}']`);
      await writer.run('SET enable_external_access = false');
      await writer.run(`SET TimeZone = 'UTC'`);
      await writer.run('SET lock_configuration = true');
      await migrate(writer, file);
      const readers = await Promise.all(Array.from({ length: READERS }, () => instance.connect()));
      return new Database(instance, writer, readers);
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  /** Runs one statement on a reading connection; see Reader.query. */
  async query(sql: string, params: readonly SqlValue[] = [], signal?: AbortSignal): Promise<SqlRow[]> {
    signal?.throwIfAborted();
    const connection = this.#idle.pop() ?? (await new Promise<DuckDBConnection>((go) => this.#waiting.push(go)));
    try {
      return await runOn(connection, sql, params, signal);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(connection);
      else next(connection);
    }
  }

  /** Runs one statement on the writing connection, inside its transaction if there is one. */
  async write(sql: string, params: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return await runOn(this.writer, sql, params, undefined);
  }

  async begin(): Promise<void> {
    await this.writer.run('BEGIN');
  }

  /** Returns when the transaction is in the write-ahead log and that has been fsynced. */
  async commit(): Promise<void> {
    await this.writer.run('COMMIT');
  }

  /** Undoes the transaction, if one is open. */
  async rollback(): Promise<void> {
    try {
      await this.writer.run('ROLLBACK');
    } catch (error) {
      if (!/no transaction is active/i.test(detailOf(error))) throw error;
    }
  }

  /** Merges the write-ahead log into the file, which frees the memory that its rows take. */
  async checkpoint(): Promise<void> {
    await this.writer.run('CHECKPOINT');
  }

  /** Merges the write-ahead log into the file and closes. No statement may be under way. */
  async close(): Promise<void> {
    try {
      await this.checkpoint();
    } finally {
      for (const connection of [this.writer, ...this.#readers]) connection.closeSync();
      this.#instance.closeSync();
    }
  }
}

async function openFile(file: string, options: DatabaseOptions, temporary: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(file, {
      memory_limit: `${Math.floor(options.memoryBytes / 1024)}KiB`,
      threads: String(options.threads),
      temp_directory: temporary,
      checkpoint_threshold: CHECKPOINT,
      // By default DuckDB's allocator keeps what a burst needed, about 100 MB after some minutes of loading.
      allocator_background_threads: 'true',
      allocator_flush_threshold: '8MiB',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
  } catch (cause) {
    const detail = detailOf(cause).split('\n')[0] ?? '';
    if (/version number/i.test(detail)) throw new LogmillError('STORE_NEWER', { path: file, detail }, {}, cause);
    throw new LogmillError('STORE_UNREADABLE', { path: file, detail }, {}, cause);
  }
}

async function runOn(
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

function detailOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
