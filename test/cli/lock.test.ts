import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { acquireLock, claimLock, lockHolder } from '../../src/cli/lock.ts';
import { LogmillError } from '../../src/errors.ts';
import { Running, scratch } from '../process/command.ts';

const LOCK = new URL('../../src/cli/lock.ts', import.meta.url).href;

/** A real process that claims the lock, serves on `port` in name only, and lives until it is killed. */
function holder(t: TestContext, file: string, port: number, command = 'up'): Running {
  const program = `
    import { acquireLock } from ${JSON.stringify(LOCK)};
    try {
      const lock = acquireLock(${JSON.stringify(file)}, ${JSON.stringify(command)});
      if (${port} > 0) lock.announce(${port});
      console.log('holds it');
      setInterval(() => {}, 60_000);
    } catch (error) {
      console.log(error.code);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  return new Running(child);
}

function isRefusal(error: unknown, code: string, text: RegExp): boolean {
  return error instanceof LogmillError && error.code === code && text.test(error.message);
}

test('a living holder is named with its process and port, and kill -9 of it frees the folder', async (t) => {
  const file = path.join(scratch(t), 'data', 'logmill.lock');
  const first = holder(t, file, 4711);
  await first.until(/holds it/);
  assert.throws(
    () => acquireLock(file, 'search'),
    (error) =>
      isRefusal(error, 'DATA_LOCKED', new RegExp(`in use by process ${first.child.pid} \\(logmill up\\) on port 4711`)),
  );
  assert.equal(lockHolder(file)?.pid, first.child.pid);
  assert.equal(lockHolder(file)?.port, 4711);
  first.child.kill('SIGKILL');
  await first.ended;
  assert.equal(lockHolder(file), undefined);
  const lock = acquireLock(file, 'search');
  assert.equal(lockHolder(file)?.pid, process.pid);
  lock.release();
  assert.deepEqual(readdirSync(path.dirname(file)), [], 'nothing is left behind');
});

test('of several processes that find a stale lock at once exactly one gets the folder', async (t) => {
  const file = path.join(scratch(t), 'logmill.lock');
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: '1', token: 'of a process long gone' }));
  const all = Array.from({ length: 4 }, () => holder(t, file, 4711));
  const outcomes = await Promise.all(all.map(async (each) => (await each.until(/holds it|DATA_LOCKED/))[0]));
  assert.deepEqual(outcomes.sort(), ['DATA_LOCKED', 'DATA_LOCKED', 'DATA_LOCKED', 'holds it']);
});

test('a process that got the number of a dead holder is not taken for it', {
  skip: existsSync('/proc/self/stat') ? false : 'no /proc',
}, (t) => {
  const file = path.join(scratch(t), 'logmill.lock');
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: '1', port: 4711, token: 'old' }));
  assert.equal(lockHolder(file), undefined);
  const lock = acquireLock(file, 'search');
  assert.throws(
    () => acquireLock(file, 'search'),
    (error) => isRefusal(error, 'DATA_LOCKED', new RegExp(`in use by process ${process.pid} \\(logmill search\\)$`)),
  );
  lock.release();
});

test('an empty or damaged lock file does not lock anybody out', (t) => {
  const file = path.join(scratch(t), 'logmill.lock');
  for (const content of ['', '{"pid":', '[]', '{"pid":"1"}', 'null']) {
    writeFileSync(file, content);
    acquireLock(file, 'search').release();
  }
});

test('the token that others of this user may use is readable by its owner only, also once the port is known', (t) => {
  const file = path.join(scratch(t), 'logmill.lock');
  const lock = acquireLock(file, 'search');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  lock.announce(4711);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual([lockHolder(file)?.token, lockHolder(file)?.port], [lock.token, 4711]);
  lock.release();
});

test('a data folder that cannot be made is a clear refusal', (t) => {
  const folder = scratch(t);
  writeFileSync(path.join(folder, 'data'), 'a file where the folder should be');
  assert.throws(
    () => acquireLock(path.join(folder, 'data', 'logmill.lock'), 'search'),
    (error) => isRefusal(error, 'DATA_UNWRITABLE', /cannot write to the data folder .*data/),
  );
});

test('a command that reads and goes again is waited for; one that stays is refused at once', async (t) => {
  const file = path.join(scratch(t), 'logmill.lock');
  const reading = holder(t, file, 0, 'search');
  await reading.until(/holds it/);
  const claiming = claimLock(file, 'agent', 60_000);
  await assert.rejects(claimLock(file, 'agent', 0), { code: 'DATA_LOCKED' });
  reading.child.kill('SIGTERM');
  (await claiming).release();
  const staying = holder(t, file, 0, 'agent');
  await staying.until(/holds it/);
  await assert.rejects(claimLock(file, 'up', 600_000), { code: 'DATA_LOCKED' });
});
