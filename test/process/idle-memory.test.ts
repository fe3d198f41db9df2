import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { scratch, startNode } from './command.ts';
import { eventually, serverOf } from './server.ts';

const START = fileURLToPath(new URL('../../bin/start.mjs', import.meta.url));
const MOST_KB = 250 * 1024;
const PATIENCE_S = 40;
/** Memory counts as settled once so many readings in a row, a second apart, bring no new low. */
const STEADY = 6;

function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** The process that the launcher started. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

test('npm start with the shipped inputs, once it has nothing to do, takes at most 250 MB of memory', {
  skip: existsSync('/proc/self/status') ? false : 'no /proc',
}, async (t) => {
  const launcher = startNode(t, [START, '--data', './data', '--port', '0'], {}, scratch(t));
  const server = await serverOf(launcher);
  const pid = childOf(launcher.child.pid!);
  t.after(() => {
    if (launcher.child.exitCode === null) process.kill(pid, 'SIGKILL');
  });
  await eventually('everything there is has been read', async () =>
    (await server.ask('ledger')).files.every(({ unread, inFlight }) => unread + inFlight.bytes === 0),
  );
  const readings: number[] = [];
  while (readings.length < PATIENCE_S) {
    await sleep(1000);
    readings.push(residentKb(pid));
    if (readings.length > STEADY && Math.min(...readings.slice(-STEADY)) > Math.min(...readings.slice(0, -STEADY)))
      break;
  }
  const last = readings.slice(-STEADY).sort((a, b) => a - b)[STEADY / 2]!;
  t.diagnostic(`idle after ${readings.length} s: ${(last / 1024).toFixed(0)} MB`);
  assert.ok(last <= MOST_KB, `resident kB, second by second: ${readings.join(' ')}`);
  process.kill(pid, 'SIGINT');
  assert.equal((await launcher.ended).code, 0);
});
