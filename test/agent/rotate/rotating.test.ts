import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RotateConfig } from '../../../src/config/rotate-schema.ts';
import { Rig } from '../rig.ts';
import { Writer } from '../writer.ts';
import { linesOnDisk, rotatedInput, rotationOf } from './rotation-rig.ts';

const PROGRAM = path.join(import.meta.dirname, 'fixture-rotating-agent.ts');
const numberOf = (line: string) => (JSON.parse(line) as { number: number }).number;
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

for (const way of ['create', 'copytruncate'] as const) {
  test(`a pino application that keeps writing is rotated by ${way}: every line is read, and on the disk, exactly once`, async (t) => {
    const rig = new Rig();
    t.after(() => rig.dispose());
    const log = rig.file('app.log');
    const writer = new Writer(t, log);
    writeFileSync(rig.file('app.pid'), String(writer.child.pid));
    const tells = way === 'create' ? { signal: { pid_file: rig.file('app.pid'), name: 'HUP' as const } } : {};
    const inputs = [rotatedInput([log], { size: '1B', way, keep: 50, compress: true, ...tells })];
    await writer.goesOn();
    await rig.started(inputs);
    const rotation = rotationOf(rig, inputs);
    for (let round = 0; round < 6; round++) {
      // What comes between the last look at a file and its cut is lost to anybody, so the application stands still then.
      if (way === 'copytruncate') writer.child.kill('SIGSTOP');
      await rotation.check();
      if (way === 'copytruncate') writer.child.kill('SIGCONT');
      else await writer.says(/reopened\n/);
      await writer.goesOn();
      await rig.agent.look();
    }
    const written = await writer.stop();
    await rig.agent.look();
    await rig.agent.look();
    // What is left to compress; the application cannot be told any more.
    await rotationOf(rig, [rotatedInput([log], { size: '1GB', compress: true, keep: 50 })]).check();
    assert.deepEqual(sorted(rig.texts().map(numberOf)), upTo(written));
    assert.equal(new Set(rig.ids()).size, written);
    assert.deepEqual(sorted(linesOnDisk(rig.folder, 'app.log').map(numberOf)), upTo(written));
    assert.ok(readdirSync(rig.folder).filter((name) => name.endsWith('.gz')).length >= 5);
    assert.deepEqual(rig.troubles(), []);
    await rig.stop();
  });
}

/** An application in this process: its file stays open until it is told to open it again. */
class Application {
  readonly #file: string;
  #handle: number;
  written = 0;

  constructor(t: TestContext, file: string) {
    this.#file = file;
    this.#handle = openSync(file, 'a');
    const reopen = () => this.#reopen();
    process.on('SIGHUP', reopen);
    t.after(() => process.off('SIGHUP', reopen));
  }

  write(lines: number): void {
    for (let n = 0; n < lines; n++)
      writeSync(this.#handle, `${JSON.stringify({ number: this.written++, pad: 'x'.repeat(40) })}\n`);
  }

  #reopen(): void {
    closeSync(this.#handle);
    this.#handle = openSync(this.#file, 'a');
  }
}

/** Runs the agent until it is killed, or to its end. */
async function run(child: ChildProcess, killAfterMs: number | undefined, meanwhile: () => void): Promise<void> {
  child.stdout?.resume();
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout!, 'data'), closed]);
  if (killAfterMs === undefined) {
    child.stdin?.end();
    const [code, signal] = await closed;
    assert.equal(signal ?? code, 0);
    return;
  }
  for (let passed = 0; passed < killAfterMs; passed += 5) {
    meanwhile();
    await sleep(5);
  }
  child.kill('SIGKILL');
  await closed;
}

for (const way of ['create', 'copytruncate'] as const) {
  test(`kill -9 at any moment of rotations by ${way} leaves nothing lost or doubled, read or on the disk`, async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'logmill-rotating-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const application = new Application(t, path.join(folder, 'app.log'));
    const pidFile = path.join(folder, 'app.pid');
    appendFileSync(pidFile, String(process.pid));
    const rotate: Partial<RotateConfig> = { size: '2KB', way, keep: 1000, compress: true };
    const tells = way === 'create' ? { signal: { pid_file: pidFile, name: 'HUP' as const } } : {};
    const start = () => {
      const child = spawn(process.execPath, [PROGRAM, folder, JSON.stringify({ ...rotate, ...tells })], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      t.after(() => child.kill('SIGKILL'));
      return child;
    };
    for (const killAfterMs of [1, 15, 25, 40, 60, 90]) {
      application.write(200);
      // No copy can be cut safely under a writer that is not told.
      await run(start(), killAfterMs, () => way === 'create' && application.write(20));
    }
    await run(start(), undefined, () => {});
    const idOf = new Map<number, string>();
    for (const entry of readFileSync(path.join(folder, 'ids'), 'utf8').trimEnd().split('\n')) {
      const [id = '', text = ''] = entry.split(/ (.*)/s);
      const number = numberOf(text);
      assert.equal(idOf.get(number) ?? id, id);
      idOf.set(number, id);
    }
    assert.deepEqual(sorted([...idOf.keys()]), upTo(application.written));
    assert.deepEqual(sorted(linesOnDisk(folder, 'app.log').map(numberOf)), upTo(application.written));
  });
}
