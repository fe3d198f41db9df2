import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createRotator, type RotatorOptions } from '../../../src/agent/rotate/rotator.ts';
import { allIndexed, fileInput, Rig } from '../rig.ts';

describe('rotation of logmill’s own log', () => {
  let folder: string;
  let log: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'logmill-rotate-'));
    log = path.join(folder, 'logmill.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const rotator = (more: Partial<RotatorOptions> = {}) =>
    createRotator({
      file: log,
      size: 10,
      keep: 2,
      compress: false,
      reopen: () => {},
      isAcknowledged: () => true,
      ...more,
    });

  test('a small file stays, a large one moves and the writer reopens it', async () => {
    let reopened = 0;
    const { check } = rotator({
      reopen: () => {
        reopened++;
      },
    });
    appendFileSync(log, 'small\n');
    await check();
    assert.equal(reopened, 0);
    appendFileSync(log, 'now large\n');
    await check();
    assert.equal(reopened, 1);
    assert.equal(readFileSync(`${log}.1`, 'utf8'), 'small\nnow large\n');
  });

  test('older files beyond the number kept are deleted, the newest are not', async () => {
    const { check } = rotator();
    for (let n = 1; n <= 5; n++) {
      appendFileSync(log, `generation ${n}\n`);
      await check();
    }
    assert.deepEqual(
      [1, 2, 3].map((n) => existsSync(`${log}.${n}`)),
      [true, true, false],
    );
    assert.equal(readFileSync(`${log}.1`, 'utf8'), 'generation 5\n');
  });

  test('what is not acknowledged is neither deleted nor compressed, until it is', async () => {
    let acknowledged = false;
    const { check } = rotator({ keep: 1, compress: true, isAcknowledged: () => acknowledged });
    for (let n = 1; n <= 4; n++) {
      appendFileSync(log, `generation ${n}\n`, { mode: 0o640 });
      await check();
    }
    assert.deepEqual(
      [1, 2, 3, 4].map((n) => existsSync(`${log}.${n}`)),
      [true, true, true, true],
    );
    acknowledged = true;
    await check();
    assert.deepEqual(
      [1, 2, 3, 4].map((n) => existsSync(`${log}.${n}`)),
      [false, false, false, false],
    );
    assert.equal(gunzipSync(readFileSync(`${log}.1.gz`)).toString(), 'generation 4\n');
    assert.equal(statSync(`${log}.1.gz`).mode & 0o777, 0o640, 'who may read the plain one may read it, nobody else');
  });

  test('the agent says when a rotated file may go: after the acknowledgement, not after the reading', async () => {
    const rig = new Rig();
    rig.acknowledging = false;
    rig.append('own.log', 'a line of logmill\n');
    await rig.started([fileInput([rig.file('own.log')])]);
    const { check } = createRotator({
      file: rig.file('own.log'),
      size: 10,
      keep: 1,
      compress: true,
      reopen: () => rig.append('own.log', ''),
      isAcknowledged: (file) => rig.agent.isAcknowledged(file),
    });
    await check();
    await check();
    assert.equal(existsSync(rig.file('own.log.1')), true);
    for (const chunk of rig.chunks) chunk.acknowledge(allIndexed(chunk));
    await check();
    assert.equal(existsSync(rig.file('own.log.1.gz')), true);
    await rig.appendAndLook('own.log', 'the next one\n');
    assert.deepEqual(rig.texts(), ['a line of logmill', 'the next one']);
    await rig.stop();
    rig.dispose();
  });

  test('report 16: a file that got the inode of an acknowledged one is not taken for it, also across a restart', async () => {
    const rig = new Rig();
    const own = rig.file('own.log');
    const line = (n: number) => `line ${n} `.padEnd(80, '.');
    const { check } = createRotator({
      file: own,
      size: 50,
      keep: 1,
      compress: false,
      reopen: () => {},
      isAcknowledged: (file) => rig.agent.isAcknowledged(file),
    });
    const round = async (n: number) => {
      rig.append('own.log', `${line(n)}\n`);
      await rig.agent.look();
      await check();
      await rig.passMinute();
    };
    const inputs = [fileInput([rig.file('own.log*')])];
    await rig.started(inputs);
    for (let n = 0; n < 4; n++) await round(n);
    rig.acknowledging = false;
    for (let n = 4; n < 8; n++) await round(n);
    await rig.stop();
    rig.chunks = [];
    rig.lines.length = 0;
    await rig.started(inputs);
    assert.deepEqual(rig.texts().sort(), [4, 5, 6, 7].map(line));
    assert.deepEqual(rig.troubles(), []);
    await rig.stop();
    rig.dispose();
  });

  test('a file rewritten in place is not acknowledged before its new content is', async () => {
    const rig = new Rig();
    rig.append('own.log', `${'x'.repeat(99)}\n`.repeat(2));
    await rig.started([fileInput([rig.file('own.log')])]);
    assert.equal(rig.agent.isAcknowledged(rig.file('own.log')), true);
    writeFileSync(rig.file('own.log'), 'new, shorter\n');
    assert.equal(rig.agent.isAcknowledged(rig.file('own.log')), false);
    rig.acknowledging = false;
    await rig.agent.look();
    assert.equal(rig.agent.isAcknowledged(rig.file('own.log')), false);
    for (const chunk of rig.chunks) chunk.acknowledge(allIndexed(chunk));
    assert.equal(rig.agent.isAcknowledged(rig.file('own.log')), true);
    await rig.stop();
    rig.dispose();
  });
});
