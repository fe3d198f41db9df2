import type { DuckDBConnection } from '@duckdb/node-api';
import { LogmillError } from '../../errors.ts';

/** Version of what logmill keeps in the file (tables, catalog bodies), apart from DuckDB's own. */
const FORMAT_VERSION = 1;

/** `MIGRATIONS[n]` brings a file of version n to n + 1; version 0 is an empty file. */
const MIGRATIONS: readonly ((connection: DuckDBConnection) => Promise<void>)[] = [
  async (connection) => {
    await connection.run('CREATE TABLE _catalog (kind VARCHAR NOT NULL, name VARCHAR NOT NULL, body VARCHAR NOT NULL)');
  },
];

/**
 * Brings the file to FORMAT_VERSION, all steps in one transaction.
 * Throws LogmillError STORE_NEWER for a file that a newer logmill wrote; such a file is left as it is.
 */
export async function migrate(connection: DuckDBConnection, file: string): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS _format (version BIGINT NOT NULL)');
  const rows = (await connection.runAndReadAll('SELECT max(version) FROM _format')).getRowsJS();
  const found = Number(rows[0]?.[0] ?? 0);
  if (found > FORMAT_VERSION) {
    throw new LogmillError('STORE_NEWER', {
      path: file,
      detail: `its format is ${found}, this logmill knows up to ${FORMAT_VERSION}`,
    });
  }
  if (found === FORMAT_VERSION) return;
  await connection.run('BEGIN');
  try {
    for (const step of MIGRATIONS.slice(found)) await step(connection);
    await connection.run('DELETE FROM _format');
    await connection.run(`INSERT INTO _format VALUES (${FORMAT_VERSION})`);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
}
