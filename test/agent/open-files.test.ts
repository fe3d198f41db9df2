import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, truncateSync, unlinkSync, utimesSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { findProgram } from '../lanes.ts';
import { fileInput, Rig } from './rig.ts';

const prlimit = findProgram('prlimit');

/** Lets this process open nothing more; returns what ends that. */
function useUpHandles(): () => void {
  const limit = (most: number | string) => execFileSync(prlimit!, ['--pid', String(process.pid), `--nofile=${most}:`]);
  const spare = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'));
  const highest = Math.max(...readdirSync('/proc/self/fd').map(Number));
  limit(highest + 1);
  for (let all = false; !all; ) {
    try {
      spare.push(openSync('/dev/null', 'r'));
    } catch {
      all = true;
    }
  }
  return () => {
    for (const handle of spare) closeSync(handle);
    limit(4096);
  };
}

describe('open files', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  test('many files are read with few handles', async () => {
    for (let n = 0; n < 40; n++) rig.append(`${n}.log`, `one ${n}\n`);
    await rig.started([fileInput([rig.file('*.log')])], { openFiles: 4 });
    assert.ok(rig.agent.status().open <= 4);
    for (let n = 0; n < 40; n++) rig.append(`${n}.log`, `two ${n}\n`);
    await rig.agent.look();
    assert.equal(new Set(rig.texts()).size, 80);
    assert.ok(rig.agent.status().open <= 4);
  });

  test('a file that has not grown for long is closed, and opened again when it grows', async () => {
    const inputs = [fileInput([rig.file('quiet.log'), rig.file('busy.log')], { close_inactive: '30s' })];
    rig.append('quiet.log', 'one\n');
    rig.append('busy.log', 'one\n');
    await rig.started(inputs);
    await rig.passMinute();
    assert.equal(rig.agent.status().open, 0);
    await rig.appendAndLook('busy.log', 'two\n');
    assert.equal(rig.agent.status().open, 1);
    await rig.appendAndLook('quiet.log', 'two\n');
    assert.deepEqual(rig.texts(), ['one', 'one', 'two', 'two']);
    assert.deepEqual(rig.troubles(), []);
  });

  test('where none may be opened for a while no file counts as gone, and all goes on after it', {
    skip: prlimit === undefined && 'no prlimit here (Debian package util-linux)',
  }, async () => {
    for (let n = 0; n < 20; n++) rig.append(`${n}.log`, `one of ${n}\nhal`);
    await rig.started([fileInput([rig.file('*.log')])], { openFiles: 4 });
    for (let n = 0; n < 20; n++) rig.append(`${n}.log`, `f of ${n}\n`);
    const over = useUpHandles();
    try {
      await rig.passMinute();
      await rig.passMinute();
      assert.ok(rig.agent.status().unreadable.length > 0);
    } finally {
      over();
    }
    await rig.agent.look();
    await rig.agent.look();
    assert.equal(rig.lines.length, 40);
    assert.equal(new Set(rig.texts()).size, 40);
    assert.deepEqual(rig.agent.status().gaps, []);
    assert.deepEqual(rig.agent.status().unreadable, []);
  });

  test('a file that a scan finds in the middle of another one’s turn does not close that one', async () => {
    const inputs = [fileInput([rig.file('*.log')], { pipeline: undefined })];
    rig.append('cut.log', 'before the truncation\nunread');
    await rig.started(inputs, {
      openFiles: 1,
      choosePipeline(path) {
        // The truncated file has its turn next, and looks around before it starts over.
        if (path === rig.file('first.log')) {
          unlinkSync(path);
          rig.append('new.log', 'new\n');
          utimesSync(rig.file('new.log'), 1, 1);
        }
        return 'plain-text';
      },
    });
    truncateSync(rig.file('cut.log'));
    rig.append('cut.log', 'after\n');
    rig.append('first.log', 'first\n');
    utimesSync(rig.file('first.log'), 1, 1);
    await rig.agent.look();
    assert.deepEqual(new Set(rig.texts()), new Set(['before the truncation', 'first', 'after', 'new']));
    assert.ok(rig.agent.status().open <= 1);
  });
});
