import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { balances } from '../../src/model/ledger.ts';
import { fileInput, Rig } from './rig.ts';

describe('files of an earlier run', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
    mkdirSync(rig.file('a'));
    mkdirSync(rig.file('b'));
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  const a = () => fileInput([rig.file('a/*.log')], { name: 'a' });
  const b = () => fileInput([rig.file('b/*.log')], { name: 'b' });

  test('a file whose input is gone is not read under another one, and goes on where it was when the input is back', async () => {
    rig.append('a/app.log', 'one\n');
    rig.append('b/app.log', 'other\n');
    await rig.started([a()]);
    await rig.stop();
    rig.append('a/app.log', 'two\n');
    await rig.started([b()]);
    await rig.appendAndLook('a/app.log', 'three\n');
    assert.deepEqual(rig.texts(), ['one', 'other']);
    await rig.stop();
    await rig.started([a(), b()]);
    assert.deepEqual(rig.texts(), ['one', 'other', 'two', 'three']);
    assert.deepEqual(rig.troubles(), []);
  });

  test('a file that is excluded now is not read on, renamed or not', async () => {
    rig.append('a/app.log', 'one\n');
    rig.append('a/secret.log', 'two\n');
    await rig.started([a()]);
    await rig.stop();
    const excluding = { ...a(), exclude: ['secret.log'] };
    rig.append('a/secret.log', 'not any more\n');
    await rig.started([excluding]);
    await rig.stop();
    renameSync(rig.file('a/secret.log'), rig.file('a/secret.log.1'));
    await rig.started([excluding]);
    assert.deepEqual(rig.texts(), ['one', 'two']);
    assert.deepEqual(rig.troubles(), []);
  });

  test('a file rotated out of the pattern is read to its end however often logmill is restarted meanwhile', async () => {
    rig.append('a/app.log', 'one\n');
    await rig.started([a()]);
    await rig.stop();
    renameSync(rig.file('a/app.log'), rig.file('a/app.log.1'));
    rig.append('a/app.log.1', 'two\n');
    await rig.started([a()]);
    rig.append('a/app.log.1', 'three\n');
    await rig.stop();
    await rig.started([a()]);
    assert.deepEqual(rig.texts(), ['one', 'two', 'three']);
    assert.deepEqual([...new Set(rig.lines.map(({ path }) => path))], [rig.file('a/app.log')]);
    assert.deepEqual(rig.troubles(), []);
  });

  test('a folder that is not there yet is no gap: its files go on when it is', async () => {
    rig.append('a/app.log', 'one\ntw');
    await rig.started([a()]);
    await rig.stop();
    renameSync(rig.file('a'), rig.file('away'));
    await rig.started([a()]);
    assert.deepEqual(rig.agent.status().gaps, []);
    renameSync(rig.file('away'), rig.file('a'));
    await rig.appendAndLook('a/app.log', 'o\n');
    assert.deepEqual(rig.texts(), ['one', 'two']);
    assert.deepEqual(rig.troubles(), []);
    assert.equal(rig.agent.files()[0]!.gaps, 0);
  });

  test('a file that is gone when its folder comes back is a gap, said once', async () => {
    rig.append('a/app.log', 'one\ntw');
    await rig.started([a()]);
    await rig.stop();
    rmSync(rig.file('a'), { recursive: true });
    await rig.started([a()]);
    assert.deepEqual(rig.agent.status().gaps, []);
    mkdirSync(rig.file('a'));
    await rig.agent.look();
    await rig.agent.look();
    assert.deepEqual(rig.agent.status().gaps, [{ input: 'a', path: rig.file('a/app.log'), from: 4, to: 6 }]);
    await rig.stop();
    await rig.started([a()]);
    assert.deepEqual(rig.troubles(), ['bytes were lost before they were read']);
    assert.equal(rig.agent.files()[0]!.gaps, 2);
  });

  test('what is missing from a file that got shorter while logmill was down is a gap, moved or not', async () => {
    for (const name of ['app.log', 'app.log.1']) {
      rig.append('a/app.log', 'one\n');
      await rig.started([a()]);
      rig.acknowledging = false;
      await rig.appendAndLook('a/app.log', 'two\n');
      await rig.stop();
      rig.chunks = [];
      truncateSync(rig.file('a/app.log'), name === 'app.log' ? 4 : 0);
      if (name !== 'app.log') renameSync(rig.file('a/app.log'), rig.file(`a/${name}`));
      rig.said.length = 0;
      rig.acknowledging = true;
      await rig.started([a()]);
      await rig.agent.look();
      assert.deepEqual(
        rig.agent.status().gaps.map(({ from, to }) => [from, to]),
        [name === 'app.log' ? [4, 8] : [8, 12]],
      );
      assert.ok(rig.agent.files().every(balances));
      await rig.stop();
    }
  });

  test('of the lives of a file renamed while logmill was down, the last goes on and the others are gaps', async () => {
    rig.append('a/app.log', 'first life\n');
    rig.acknowledging = false;
    await rig.started([a()]);
    truncateSync(rig.file('a/app.log'));
    await rig.appendAndLook('a/app.log', 'second life, longer\n');
    await rig.stop();
    renameSync(rig.file('a/app.log'), rig.file('a/app.log.1'));
    rig.lines.length = 0;
    rig.acknowledging = true;
    await rig.started([a()]);
    assert.deepEqual(rig.texts(), ['second life, longer']);
    assert.deepEqual(rig.agent.status().gaps, [{ input: 'a', path: rig.file('a/app.log'), from: 0, to: 11 }]);
  });

  test('an empty mount point first counts its files as lost, and takes that back, also after a restart', async () => {
    for (const restarted of [false, true]) {
      const name = restarted ? 'later.log' : 'app.log';
      rig.append(`a/${name}`, 'one\ntw');
      await rig.started([a()]);
      await rig.stop();
      renameSync(rig.file('a'), rig.file('away'));
      mkdirSync(rig.file('a'));
      await rig.started([a()]);
      assert.equal(rig.agent.status().gaps.length, 1);
      if (restarted) await rig.stop();
      rmSync(rig.file('a'), { recursive: true });
      renameSync(rig.file('away'), rig.file('a'));
      rig.append(`a/${name}`, 'o\n');
      if (restarted) await rig.started([a()]);
      else await rig.agent.look();
      assert.deepEqual(rig.agent.status().gaps, []);
      await rig.stop();
    }
    assert.deepEqual(rig.texts(), ['one', 'two', 'one', 'two']);
    assert.deepEqual(
      rig.agent.files().map(({ gaps }) => gaps),
      [0, 0],
    );
    assert.ok(rig.agent.files().every(balances));
  });
});
