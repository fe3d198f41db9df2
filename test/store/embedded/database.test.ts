import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import { Database } from '../../../src/store/embedded/database.ts';
import { makeFolder } from './engine.ts';

const OPTIONS = { memoryBytes: 128 * 1024 * 1024, threads: 1 };

async function refusal(work: Promise<unknown>): Promise<LogmillError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof LogmillError, String(error));
    return error;
  }
  return assert.fail('it was opened');
}

test('a store that a newer logmill wrote is refused by name and left as it is', async (t) => {
  const folder = await makeFolder(t);
  const first = await Database.open({ folder, ...OPTIONS });
  await first.write('UPDATE _format SET version = 99');
  await first.close();
  const error = await refusal(Database.open({ folder, ...OPTIONS }));
  assert.equal(error.code, 'STORE_NEWER');
  assert.match(error.message, /logmill\.duckdb.*99/);
});

test('the folder of a store cannot be entered by others', { skip: process.platform === 'win32' }, async (t) => {
  const folder = join(await makeFolder(t), 'store');
  const database = await Database.open({ folder, ...OPTIONS });
  t.after(() => database.close());
  assert.equal(((await stat(folder)).mode & 0o777).toString(8), '700');
});

test('a file that is no store is refused and named', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(join(folder, 'logmill.duckdb'), 'this is no database'.repeat(1000));
  const error = await refusal(Database.open({ folder, ...OPTIONS }));
  assert.equal(error.code, 'STORE_UNREADABLE');
  assert.match(error.message, /logmill\.duckdb/);
});

test('SQL reaches no file outside the store', async (t) => {
  const folder = await makeFolder(t);
  const outside = join(await makeFolder(t), 'secret.csv');
  await writeFile(outside, 'a\n1\n');
  const database = await Database.open({ folder, ...OPTIONS });
  t.after(() => database.close());
  await assert.rejects(database.query(`SELECT * FROM read_csv('${outside}')`), /disabled|permission/i);
  await assert.rejects(database.query('SET enable_external_access = true'));
  await assert.rejects(database.query('INSTALL fts'));
});

test('a query that is cancelled stops, and its connection serves the next', async (t) => {
  const database = await Database.open({ folder: await makeFolder(t), ...OPTIONS });
  t.after(() => database.close());
  const slow = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3';
  const stop = new AbortController();
  const running = database.query(slow, [], stop.signal);
  setTimeout(() => stop.abort(), 50);
  await assert.rejects(running, { name: 'AbortError' });
  const parameters = ['x', 1, 2.5, 2n ** 60n, true, null, ['a', 'b'], [1, 2], []] as const;
  const [row] = await database.query('SELECT $1 s, $2 i, $3 d, $4 l, $5 b, $6 n, $7 t, $8 ns, len($9) e', parameters);
  assert.deepEqual(row, { s: 'x', i: 1n, d: 2.5, l: 2n ** 60n, b: true, n: null, t: ['a', 'b'], ns: [1n, 2n], e: 0n });
});
