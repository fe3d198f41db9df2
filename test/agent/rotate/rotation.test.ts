import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { RotateConfig } from '../../../src/config/rotate-schema.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { allIndexed, Rig } from '../rig.ts';
import { rotatedInput, rotationOf } from './rotation-rig.ts';

describe('rotation of the files of an input', () => {
  let rig: Rig;
  let log: string;
  beforeEach(() => {
    rig = new Rig();
    mkdirSync(rig.file('logs'));
    log = rig.file('logs/app.log');
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  const names = () => readdirSync(path.dirname(log)).sort();
  const inputsOf = (rotate: Partial<RotateConfig>) => [rotatedInput([log], { size: '10B', ...rotate })];

  /** Appends a line, has it read, and checks. */
  async function rounds(count: number, rotation: { check(): Promise<void> }, from = 1): Promise<void> {
    for (let n = from; n < from + count; n++) {
      await rig.appendAndLook('logs/app.log', `line number ${n}\n`);
      await rotation.check();
      await rig.agent.look();
    }
    // What the last look has read may go by now.
    await rotation.check();
  }

  for (const way of ['create', 'copytruncate'] as const) {
    test(`by ${way}: every line is read once, and so many files are kept`, async () => {
      const inputs = inputsOf({ way, keep: 3 });
      const inode = () => statSync(log).ino;
      writeFileSync(log, '');
      const before = inode();
      await rig.started(inputs);
      await rounds(8, rotationOf(rig, inputs));
      assert.deepEqual(
        rig.texts(),
        [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `line number ${n}`),
      );
      assert.deepEqual(names(), ['app.log', 'app.log.1', 'app.log.2', 'app.log.3']);
      assert.equal(readFileSync(`${log}.1`, 'utf8'), 'line number 8\n');
      assert.equal(inode() === before, way === 'copytruncate');
      assert.deepEqual(rig.troubles(), []);
    });

    test(`by ${way}: nothing is compressed or deleted that the store has not got, and everything once it has`, async () => {
      const inputs = inputsOf({ way, keep: 2, compress: true });
      rig.acknowledging = false;
      await rig.started(inputs);
      const rotation = rotationOf(rig, inputs);
      await rounds(5, rotation);
      assert.deepEqual(names(), ['app.log', ...[1, 2, 3, 4, 5].map((n) => `app.log.${n}`)]);
      for (const chunk of rig.chunks) chunk.acknowledge(allIndexed(chunk));
      // A writer that was told to reopen may still hold the newest one, until it has written to its new file.
      await rotation.check();
      assert.equal(existsSync(`${log}.1`), way === 'create');
      rig.append('logs/app.log', 'new\n');
      await rotation.check();
      assert.deepEqual(names(), ['app.log', 'app.log.1.gz', 'app.log.2.gz']);
      assert.equal(gunzipSync(readFileSync(`${log}.2.gz`)).toString(), 'line number 4\n');
      // A copy of what was only on its way is sent again, under the same ids.
      assert.equal(new Set(rig.ids()).size, 5);
    });
  }

  test('the newest stays uncompressed where that is asked for, and all together stay below a number of bytes', async () => {
    const inputs = inputsOf({ compress: true, delaycompress: true });
    await rig.started(inputs);
    await rounds(3, rotationOf(rig, inputs));
    assert.deepEqual(names(), ['app.log', 'app.log.1', 'app.log.2.gz', 'app.log.3.gz']);
    const fewer = inputsOf({ max_total: '60B' });
    await rotationOf(rig, fewer).check();
    assert.deepEqual(names(), ['app.log', 'app.log.1', 'app.log.2.gz']);
  });

  test('names can be dates; a second one of the day has the time in it', async () => {
    const inputs = inputsOf({ dateext: true, keep: 2 });
    await rig.started(inputs);
    let now = new Date(2026, 10, 21, 10, 30, 0).getTime();
    const rotation = rotationOf(rig, inputs, { clock: { ...systemClock, now: () => now, after: () => () => {} } });
    await rounds(1, rotation);
    now += 1000;
    await rounds(1, rotation, 2);
    assert.deepEqual(names(), ['app.log', 'app.log-20261121', 'app.log-20261121-103001']);
    now += 86_400_000;
    await rounds(1, rotation, 3);
    assert.deepEqual(names(), ['app.log', 'app.log-20261121-103001', 'app.log-20261122']);
    assert.equal(rig.lines.length, 3);
  });

  test('a file is due at its time, also at one that passed while logmill was down', async () => {
    let now = 0;
    const clock = { ...systemClock, now: () => now, after: () => () => {} };
    const nextDue = () => (Math.floor(now / 1000) + 1) * 1000;
    const inputs = [rotatedInput([log], { every: 'day' })];
    const fresh = () => rotationOf(rig, inputs, { clock, nextDue });
    rig.append('logs/app.log', 'one\n');
    await rig.started(inputs);
    const rotation = fresh();
    await rotation.check();
    now = 900;
    await rotation.check();
    assert.deepEqual(names(), ['app.log']);
    now = 1700;
    await fresh().check();
    assert.deepEqual(names(), ['app.log', 'app.log.1']);
    rig.append('logs/app.log', 'two\n');
    await fresh().check();
    assert.equal(readFileSync(log, 'utf8'), 'two\n', 'not twice for one time');
    now = 2000;
    await fresh().check();
    assert.deepEqual(names(), ['app.log', 'app.log.1', 'app.log.2']);
  });

  test('an empty file is left alone when its time comes, unless it is asked for', async () => {
    writeFileSync(log, '');
    let now = 0;
    const clock = { ...systemClock, now: () => now, after: () => () => {} };
    for (const notifempty of [true, false]) {
      const inputs = [rotatedInput([log], { every: 'day', notifempty })];
      await rig.started(inputs);
      const rotation = rotationOf(rig, inputs, { clock, nextDue: () => now + 1 });
      await rotation.check();
      now += 10;
      await rotation.check();
      assert.equal(existsSync(`${log}.1`), !notifempty);
      await rig.stop();
    }
  });

  test('the new file has the mode of the old one, or the one that is asked for', async () => {
    rig.append('logs/app.log', 'a line that is long\n');
    chmodSync(log, 0o604);
    await rig.started(inputsOf({ way: 'create' }));
    await rotationOf(rig, inputsOf({ way: 'create' })).check();
    assert.equal(statSync(log).mode & 0o777, 0o604);
    rig.append('logs/app.log', 'a line that is long\n');
    await rotationOf(rig, inputsOf({ way: 'create', mode: '0640' })).check();
    assert.equal(statSync(log).mode & 0o777, 0o640);
  });

  test('the new file belongs to whom the old one did, or to the owner that is asked for, by name or number', {
    skip: process.getuid?.() === 0 ? false : 'only root may give files away',
  }, async () => {
    rig.append('logs/app.log', 'a line that is long\n');
    chownSync(log, 1234, 1235);
    await rig.started(inputsOf({ way: 'create' }));
    const owners: [string | undefined, number, number][] = [
      [undefined, 1234, 1235],
      ['4321:5432', 4321, 5432],
      ['root', 0, 5432],
      ['1:root', 1, 0],
    ];
    for (const [owner, uid, gid] of owners) {
      await rotationOf(rig, inputsOf({ way: 'create', ...(owner === undefined ? {} : { owner }) })).check();
      assert.deepEqual([statSync(log).uid, statSync(log).gid], [uid, gid], owner);
      rig.append('logs/app.log', 'a line that is long\n');
    }
  });

  test('an owner that this machine does not know is said, and no line is lost', async () => {
    rig.append('logs/app.log', 'a line that is long\n');
    await rig.started(inputsOf({ way: 'create' }));
    await rotationOf(rig, inputsOf({ way: 'create', owner: 'nobody-of-that-name' })).check();
    assert.ok(JSON.stringify(rig.said).includes('nobody-of-that-name'), 'it is said');
    rig.append('logs/app.log', 'another\n');
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['a line that is long', 'another']);
  });

  test('files that are rotated already, links and unmatched files are not rotated', async () => {
    rig.append('logs/app.log', 'a line that is long\n');
    for (const name of ['logs/app.log.5', 'logs/app.log-20261120', 'elsewhere'])
      rig.append(name, 'a line that is long\n');
    symlinkSync(rig.file('elsewhere'), rig.file('logs/link.log'));
    const inputs = [rotatedInput([rig.file('logs/*')], { size: '10B' })];
    await rig.started(inputs);
    await rotationOf(rig, inputs).check();
    assert.deepEqual(names(), ['app.log', 'app.log-20261120', 'app.log.1', 'app.log.5', 'link.log']);
    assert.equal(readFileSync(rig.file('elsewhere'), 'utf8'), 'a line that is long\n');
  });

  test('a writer that cannot be told is said once and told at every look, and no further rotation begins before', async () => {
    const pidFile = rig.file('app.pid');
    const inputs = inputsOf({ signal: { pid_file: pidFile, name: 'HUP' } });
    await rig.started(inputs);
    const rotation = rotationOf(rig, inputs);
    await rounds(3, rotation);
    assert.deepEqual(names(), ['app.log', 'app.log.1']);
    assert.deepEqual(rig.troubles(), ['rotating fails; it is tried again']);
    let told = 0;
    const count = () => void told++;
    process.on('SIGHUP', count);
    writeFileSync(pidFile, `${process.pid}\n`);
    await rotation.check();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('SIGHUP', count);
    assert.equal(told, 2, 'for the one begun, and for the lines that came meanwhile');
    assert.deepEqual(names(), ['app.log', 'app.log.1', 'app.log.2']);
  });

  test('a command is run without a shell, with the file in its environment', async () => {
    const script = 'require("node:fs").writeFileSync(process.argv[1], process.env.LOGMILL_FILE)';
    const said = rig.file('said; rm -rf $HOME');
    const inputs = inputsOf({ command: [process.execPath, '-e', script, said] });
    await rig.started(inputs);
    await rounds(1, rotationOf(rig, inputs));
    assert.equal(readFileSync(said, 'utf8'), log);
  });

  test('a stop breaks off a compression under way, and the next run does it', async () => {
    const inputs = inputsOf({ compress: true });
    writeFileSync(log, `${randomBytes(40_000_000).toString('base64')}\n`);
    await rig.started([{ ...inputs[0]!, max_line_bytes: '64MB' }], { inFlightBytes: 128 * 1024 * 1024 });
    const rotation = rotationOf(rig, inputs);
    await rotation.check();
    await rig.agent.look();
    const compressing = rotation.check();
    while (!names().some((name) => name.endsWith('.logmill-tmp')))
      await new Promise((resolve) => setTimeout(resolve, 1));
    await rotation.stop();
    await compressing;
    assert.deepEqual(names(), ['app.log', 'app.log.1']);
    assert.deepEqual(rig.troubles(), []);
    await rotationOf(rig, inputs).check();
    assert.deepEqual(names(), ['app.log', 'app.log.1.gz']);
  });

  test('where no file is there that is said only where it should be there', async () => {
    for (const missingok of [true, false]) {
      const inputs = inputsOf({ missingok });
      const rotation = rotationOf(rig, inputs);
      await rotation.check();
      await rotation.check();
      assert.deepEqual(rig.troubles(), missingok ? [] : ['no file to rotate']);
    }
  });
});
