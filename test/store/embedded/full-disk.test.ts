import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './engine.ts';

const CHILD = fileURLToPath(new URL('./full-disk-child.ts', import.meta.url));
/** Of 1024 bytes. */
const LIMIT_BLOCKS = 4000;

function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const skip = hasPrlimit() ? false : 'no prlimit here to let a file grow no further';

test('while a file cannot grow, bulks are refused for a retry and reading works; afterwards it goes on', {
  skip,
}, async (t) => {
  const folder = await makeFolder(t);
  const command = `ulimit -S -f ${LIMIT_BLOCKS} && exec "$0" "$@"`;
  const child = spawn('bash', ['-c', command, process.execPath, CHILD, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
  const full = await next();
  assert.ok([429, 503].includes(full['status'] as number), JSON.stringify(full));
  assert.ok([429, 503].includes(full['again'] as number));
  assert.match(String(full['reason']), /logmill\.duckdb/);
  assert.ok((full['stored'] as number) > 0);
  assert.equal(full['count'], full['stored'], 'what was refused is not there, what was acknowledged is');
  execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited']);
  child.stdin.write('\n');
  const after = await next();
  assert.equal(after['stored'], (full['stored'] as number) + 1500);
  assert.equal(after['count'], after['stored']);
});
