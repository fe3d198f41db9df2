import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const PROGRAM = path.join(import.meta.dirname, 'fixture-agent.ts');
const LINES = 60_000;

/** Runs the agent; kills it with SIGKILL after so many chunks, if it gets that far. Resolves to how it ended. */
async function run(folder: string, killAfter: number): Promise<string | number> {
  const child = spawn(process.execPath, [PROGRAM, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let chunks = 0;
  child.stdout.on('data', (dots: Buffer) => {
    chunks += dots.length;
    if (chunks >= killAfter) child.kill('SIGKILL');
  });
  const [code, signal] = await once(child, 'close');
  return signal ?? code;
}

test('kill -9 at any moment loses no line and gives none a second id', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-kill-'));
  const lines = Array.from({ length: LINES }, (_, n) => `line ${n} ${'x'.repeat(n % 90)}`);
  writeFileSync(path.join(folder, 'app.log'), `${lines.join('\n')}\n`);
  let kills = 0;
  for (const killAfter of [1, 2, 3, 5, 7, 1_000_000]) if ((await run(folder, killAfter)) === 'SIGKILL') kills++;
  const idOf = new Map<string, string>();
  for (const entry of readFileSync(path.join(folder, 'ids'), 'utf8').trimEnd().split('\n')) {
    const [id = '', text = ''] = entry.split(/ (.*)/s);
    assert.equal(idOf.get(text) ?? id, id);
    idOf.set(text, id);
  }
  assert.equal(idOf.size, LINES);
  assert.ok(kills >= 2);
  rmSync(folder, { recursive: true });
});
