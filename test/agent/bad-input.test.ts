import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileInput, Rig } from './rig.ts';

describe('bad input', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  test('a 50 MB line is measured, hashed and passed over without being held in memory', async () => {
    const block = Buffer.alloc(1024 * 1024, 'y');
    rig.append('app.log', 'before\n');
    for (let megabytes = 0; megabytes < 50; megabytes++) rig.append('app.log', block);
    rig.append('app.log', '\r\nafter\n');
    const before = process.memoryUsage().arrayBuffers;
    await rig.started();
    assert.ok(process.memoryUsage().arrayBuffers - before < 20 * 1024 * 1024);
    assert.deepEqual(
      rig.lines.map(({ text, bytes }) => [text.length, bytes]),
      [
        [6, 7],
        [65_536, 50 * 1024 * 1024 + 2],
        [5, 6],
      ],
    );
    const hash = createHash('sha256');
    for (let megabytes = 0; megabytes < 50; megabytes++) hash.update(block);
    assert.deepEqual(rig.lines[1]!.overlong, { length: 50 * 1024 * 1024, sha256: hash.digest('hex') });
  });

  test('a long line within the limit comes out whole, at any length around the block size', async () => {
    const lengths = [262_143, 262_144, 262_145, 600_000, 1_048_575, 1_048_576, 1_048_577];
    for (const length of lengths) rig.append('app.log', `${'z'.repeat(length)}\n`);
    await rig.started();
    assert.deepEqual(
      rig.lines.map(({ text, overlong }) => overlong?.length ?? text.length),
      lengths,
    );
    assert.equal(rig.lines.filter(({ overlong }) => overlong !== undefined).length, 1);
  });

  test('a byte order mark or NUL head before an overlong line is no part of it', async () => {
    const long = 'v'.repeat(3_000_000);
    rig.append('app.log', Buffer.concat([Buffer.from('\uFEFF'), Buffer.alloc(7), Buffer.from(`${long}\nnext\n`)]));
    await rig.started();
    assert.deepEqual(
      rig.lines.map(({ offset, overlong }) => [offset, overlong?.length]),
      [
        [10, 3_000_000],
        [3_000_011, undefined],
      ],
    );
    writeFileSync(rig.file('app.log.1.gz'), gzipSync(readFileSync(rig.file('app.log'))));
    await rig.stop();
    await rig.once([fileInput([rig.file('app.log.1.gz')])], { stateFolder: rig.file('other-state') });
    assert.deepEqual(rig.ids().slice(2), rig.ids().slice(0, 2));
  });

  test('an overlong line that is still being written is measured once it ends', async () => {
    await rig.started();
    for (let n = 0; n < 4; n++) await rig.appendAndLook('app.log', 'w'.repeat(700_000));
    assert.equal(rig.lines.length, 0);
    await rig.appendAndLook('app.log', '\nnext\n');
    assert.deepEqual(
      rig.lines.map(({ text, overlong }) => overlong?.length ?? text),
      [2_800_000, 'next'],
    );
  });

  test('report 12, report 31: a checkpoint that was cut, zeroed or is nonsense never blocks the start, and no line is lost', async () => {
    rig.append('app.log', 'one\n');
    await rig.started();
    await rig.stop();
    for (const [index, name] of readdirSync(rig.file('state')).entries()) {
      const file = path.join(rig.file('state'), name);
      if (index === 0) writeFileSync(file, Buffer.alloc(500));
      else truncateSync(file, 20);
    }
    rig.append('app.log', 'two\n');
    await rig.started();
    assert.deepEqual(rig.texts(), ['one', 'one', 'two']);
    assert.equal(rig.ids()[0], rig.ids()[1]);
    assert.deepEqual(rig.troubles(), []);
  });

  test('a state folder that cannot be written is said once; reading goes on and the stop says it again', async () => {
    writeFileSync(rig.file('not-a-folder'), '');
    rig.append('app.log', 'one\n');
    await rig.started(undefined, { stateFolder: rig.file('not-a-folder/state') });
    await rig.appendAndLook('app.log', 'two\n');
    await rig.stop();
    assert.deepEqual(rig.texts(), ['one', 'two']);
    assert.deepEqual(
      rig.troubles().map((text) => text.split(';')[0]),
      ['checkpoint cannot be written', 'stopped without a written checkpoint'],
    );
    assert.match(rig.agent.status().checkpointFault ?? '', /ENOTDIR/);
  });

  test('a full disk under the state folder stops nothing, and the checkpoint is written once there is room', async (context) => {
    const disk = rig.file('disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status !== 0) {
      return context.skip('no permission to mount a small tmpfs');
    }
    try {
      writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(64 * 1024));
      rig.append('app.log', 'one\n');
      await rig.started(undefined, { stateFolder: path.join(disk, 'state') });
      await rig.stop();
      assert.match(rig.agent.status().checkpointFault ?? '', /ENOSPC/);
      writeFileSync(path.join(disk, 'ballast'), '');
      await rig.started(undefined, { stateFolder: path.join(disk, 'state') });
      await rig.stop();
      await rig.started(undefined, { stateFolder: path.join(disk, 'state') });
      await rig.stop();
      assert.deepEqual(rig.texts(), ['one', 'one']);
      assert.equal(rig.ids()[0], rig.ids()[1]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('what may not be read is counted and named once, the rest is read', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root can give up its rights for a test');
    rig.append('app.log', 'mine\n');
    rig.append('secret.log', 'not mine\n');
    mkdirSync(rig.file('closed'));
    chmodSync(rig.file('secret.log'), 0o600);
    chmodSync(rig.file('closed'), 0o700);
    chmodSync(rig.folder, 0o777);
    process.seteuid!(65_534);
    try {
      await rig.started([fileInput([rig.file('*.log'), rig.file('closed/*.log')])]);
      await rig.agent.look();
    } finally {
      process.seteuid!(0);
    }
    assert.deepEqual(rig.texts(), ['mine']);
    assert.deepEqual(
      rig.agent
        .status()
        .unreadable.map(({ path: file, reason }) => [path.basename(file), reason])
        .sort(),
      [
        ['closed', 'permission denied (EACCES)'],
        ['secret.log', 'permission denied (EACCES)'],
      ],
    );
    assert.equal(rig.troubles().length, 2);
    chmodSync(rig.file('secret.log'), 0o644);
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['mine', 'not mine']);
  });

  test('a gzip file cut short gives its whole lines, is said, and is finished when it is whole', async () => {
    const content = Array.from({ length: 20_000 }, (_, n) => `line ${n} ${Math.sin(n)}\n`).join('');
    const packed = gzipSync(content);
    writeFileSync(rig.file('app.log.gz'), packed.subarray(0, packed.length >> 1));
    const inputs = [fileInput([rig.file('*.gz')])];
    await rig.once(inputs);
    const whole = rig.lines.length;
    assert.ok(whole > 1000 && whole < 20_000);
    assert.match(rig.agent.status().unreadable[0]?.reason ?? '', /incomplete or damaged gzip/);
    writeFileSync(rig.file('app.log.gz'), packed);
    await rig.once(inputs);
    assert.equal(rig.lines.length, 20_000);
    assert.equal(`${rig.texts().join('\n')}\n`, content);
  });

  test('a gzip file of which not all is acknowledged at the end of a run is read again by the next one', async () => {
    writeFileSync(rig.file('app.log.gz'), gzipSync('one\ntwo\n'));
    const inputs = [fileInput([rig.file('*.gz')])];
    rig.acknowledging = false;
    await rig.started(inputs);
    await rig.agent.look();
    await rig.stop();
    assert.deepEqual(rig.texts(), ['one', 'two']);
    rig.acknowledging = true;
    for (const texts of [['one', 'two'], []]) {
      rig.lines.length = 0;
      await rig.once(inputs);
      assert.deepEqual(rig.texts(), texts);
    }
  });

  test('a real access log comes out byte by byte', async (context) => {
    const file = path.resolve(import.meta.dirname, '../../../shared/data/access/apache_logs');
    const content = (() => {
      try {
        return readFileSync(file);
      } catch {
        return undefined;
      }
    })();
    if (content === undefined) return context.skip('no real data beside the checkout');
    await rig.once([fileInput([file])]);
    assert.equal(rig.lines.length, 10_000);
    assert.equal(new Set(rig.ids()).size, 10_000);
    assert.ok(
      Buffer.concat(rig.lines.map(({ offset, bytes }) => content.subarray(offset, offset + bytes))).equals(content),
    );
  });
});
