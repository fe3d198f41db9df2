import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { balances } from '../../src/model/ledger.ts';
import { fileInput, Rig } from './rig.ts';

describe('what was not acknowledged when the agent stopped, and stands in a copy by now', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  const inputs = () => [fileInput([rig.file('app.log'), rig.file('app.log.*'), rig.file('app.log.*.gz')])];
  const LINES = 'one\ntwo\nthree\n';

  async function stopUnacknowledged(): Promise<void> {
    rig.acknowledging = false;
    await rig.started(inputs());
    await rig.stop();
    rig.chunks = [];
    rig.lines.length = 0;
    rig.acknowledging = true;
  }

  function pack(from: string, to: string): void {
    writeFileSync(rig.file(to), gzipSync(readFileSync(rig.file(from))));
    rmSync(rig.file(from));
  }

  for (const after of ['', 'new\n', 'new, and longer than what was there before\n']) {
    test(`is no gap after copytruncate with nothing acknowledged, then ${after.length} bytes`, async () => {
      rig.append('app.log', LINES);
      await stopUnacknowledged();
      copyFileSync(rig.file('app.log'), rig.file('app.log.1'));
      truncateSync(rig.file('app.log'));
      rig.append('app.log', after);
      await rig.started(inputs());
      await rig.agent.look();
      assert.deepEqual(rig.texts().sort(), [...LINES.trim().split('\n'), ...after.split('\n').slice(0, -1)].sort());
      assert.deepEqual(rig.troubles(), []);
      assert.ok(rig.agent.files().every((entry) => balances(entry) && entry.gaps === 0 && entry.unread === 0));
    });
  }

  test('is a gap as far as the copy does not hold it', async () => {
    const head = `${'h'.repeat(1023)}\n`;
    rig.append('app.log', head + LINES);
    await stopUnacknowledged();
    writeFileSync(rig.file('app.log.1'), `${head}one\ntwo\n`);
    truncateSync(rig.file('app.log'));
    await rig.started(inputs());
    await rig.agent.look();
    assert.deepEqual(rig.texts().slice(1), ['one', 'two']);
    assert.deepEqual(
      rig.agent.status().gaps.map(({ from, to }) => [from, to]),
      [[1032, 1038]],
    );
  });

  test('is a gap where there is no copy, whatever was written into the file since', async () => {
    rig.append('app.log', LINES);
    await stopUnacknowledged();
    truncateSync(rig.file('app.log'));
    rig.append('app.log', 'other\n');
    await rig.started(inputs());
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['other']);
    assert.deepEqual(
      rig.agent.status().gaps.map(({ from, to }) => [from, to]),
      [[0, 14]],
    );
  });

  test('is no gap where it was compressed with nothing acknowledged', async () => {
    rig.append('app.log', LINES);
    await stopUnacknowledged();
    pack('app.log', 'app.log.1.gz');
    rig.append('app.log', 'new\n');
    await rig.started(inputs());
    await rig.agent.look();
    assert.deepEqual(rig.texts().sort(), ['new', 'one', 'three', 'two']);
    assert.deepEqual(rig.troubles(), []);
    assert.ok(rig.agent.files().every((entry) => balances(entry) && entry.gaps === 0 && entry.unread === 0));
  });

  test('is no gap where it was compressed and another life that began alike is tried first', async () => {
    const head = 'the same for all\n'.repeat(64);
    // A longer life of the same beginning, all acknowledged, and one of which a line is not.
    rig.append('app.log', `${head}first life, with more in it\n`);
    await rig.started(inputs());
    truncateSync(rig.file('app.log'));
    await rig.agent.look();
    await rig.appendAndLook('app.log', head);
    rig.append('app.log', 'wait');
    await rig.agent.look();
    await rig.stop();
    rig.lines.length = 0;
    rig.append('app.log', 'ed\n');
    pack('app.log', 'app.log.1.gz');
    await rig.started(inputs());
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['waited']);
    assert.deepEqual(rig.troubles(), []);
    assert.ok(rig.agent.files().every((entry) => balances(entry) && entry.gaps === 0 && entry.unread === 0));
  });
});
