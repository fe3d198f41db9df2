import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LogmillError } from '../../errors.ts';
import { EsError } from './route.ts';
import { detailOf, openSession, runOn, type Session, type SessionOptions } from './session.ts';
import type { SqlRow, SqlValue } from './slice.ts';

export type DatabaseOptions = SessionOptions;

/** Statements under way at once: each holds one of libuv's four threads, and the writer and file work need the others. */
const READERS = 2;

/** What DuckDB says once a fault has made it refuse everything until it is opened anew. */
const BROKEN = /FATAL|database has been invalidated/i;

/**
 * The store's DuckDB database: one connection writes, a few read; nothing else in the product talks to DuckDB.
 * A fault that breaks the database (a full disk in the middle of a checkpoint) is mended by opening it anew.
 */
export class Database {
  readonly #options: DatabaseOptions;
  /** Undefined after a fault, until it can be opened again. */
  #session: Session | undefined;
  #idle: DuckDBConnection[];
  readonly #waiting: (() => void)[] = [];
  #reading = 0;

  private constructor(options: DatabaseOptions, session: Session) {
    this.#options = options;
    this.#session = session;
    this.#idle = [...session.readers];
  }

  /** Opens or creates the database. Throws LogmillError DATA_UNWRITABLE, STORE_NEWER or STORE_UNREADABLE. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { folder } = options;
    try {
      // Logs hold what only their readers may see; DuckDB itself makes its files readable by everybody.
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await mkdir(join(folder, 'tmp'), { recursive: true });
    } catch (cause) {
      throw new LogmillError('DATA_UNWRITABLE', { path: folder, detail: detailOf(cause) }, {}, cause);
    }
    return new Database(options, await openSession(options, READERS));
  }

  /** The writing connection. Throws EsError 503 while the database cannot be opened. */
  get writer(): DuckDBConnection {
    return this.#open().writer;
  }

  /** Runs one statement on a reading connection; see Reader.query. */
  async query(sql: string, params: readonly SqlValue[] = [], signal?: AbortSignal): Promise<SqlRow[]> {
    signal?.throwIfAborted();
    while (this.#open() && this.#idle.length === 0) await new Promise<void>((go) => this.#waiting.push(go));
    const connection = this.#idle.pop()!;
    this.#reading++;
    try {
      return await runOn(connection, sql, params, signal);
    } finally {
      this.#reading--;
      if (this.#session?.readers.includes(connection) === true) this.#idle.push(connection);
      this.#waiting.shift()?.();
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

  /** Whether the database must be opened anew before it does anything again. */
  isBroken(error: unknown): boolean {
    return this.#session === undefined || BROKEN.test(detailOf(error));
  }

  /** Closes and opens the file; what is under way fails. Throws as `open`, and can be tried again then. */
  async reopen(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#idle = [];
    for (const go of this.#waiting.splice(0)) go();
    while (this.#reading > 0) await new Promise<void>((go) => this.#waiting.push(go));
    session?.close();
    this.#session = await openSession(this.#options, READERS);
    this.#idle = [...this.#session.readers];
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Merges the write-ahead log into the file, if there is room, and closes. No statement may be under way. */
  async close(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    try {
      await this.checkpoint();
    } catch {
      // Everything acknowledged is in the log; the next start reads it.
    } finally {
      this.#session = undefined;
      session.close();
    }
  }

  #open(): Session {
    if (this.#session !== undefined) return this.#session;
    throw new EsError(503, 'unavailable_shards_exception', 'the store is being opened again after a fault');
  }
}
