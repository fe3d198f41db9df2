import assert from 'node:assert/strict';
import { copyFileSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { readCheckpointLedger } from '../../src/agent/checkpoint.ts';
import { balances, type LedgerEntry } from '../../src/model/ledger.ts';
import { fileInput, Rig } from './rig.ts';

const linesOf = (entries: readonly LedgerEntry[]) => entries.reduce((sum, { read }) => sum + read.lines, 0);
const gapsOf = (entries: readonly LedgerEntry[]) => entries.reduce((sum, { gaps }) => sum + gaps, 0);

describe('a file that is rewritten all the time', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  /** Writes it anew and reads it, so often; the last bytes are never finished, so each time some are lost. */
  async function rewrite(times: number, from = 0): Promise<void> {
    for (let n = from; n < from + times; n++) {
      writeFileSync(rig.file('app.log'), `life ${n}\nlost`);
      await rig.agent.look();
    }
  }

  test('takes up a few places in the books, and no total falls, across restarts too', async () => {
    await rig.started();
    await rewrite(30);
    assert.ok(rig.agent.files().length <= 10, `${rig.agent.files().length} entries`);
    assert.equal(linesOf(rig.agent.files()), 30);
    assert.equal(gapsOf(rig.agent.files()), 29 * 4);
    await rig.stop();
    for (const files of [rig.agent.files(), readCheckpointLedger(rig.file('state'))]) {
      assert.equal(linesOf(files), 30);
      assert.equal(gapsOf(files), 29 * 4);
      assert.ok(files.every(balances));
    }
    await rig.started();
    await rewrite(30, 30);
    assert.equal(linesOf(rig.agent.files()), 60);
    assert.equal(rig.lines.length, 60);
    await rig.stop();
    assert.ok(readCheckpointLedger(rig.file('state')).length <= 20);
    await rig.started();
    assert.equal(linesOf(rig.agent.files()), 60);
    assert.ok(rig.agent.files().length <= 11, `${rig.agent.files().length} entries`);
  });

  test('its life that is read now is the last of its entries', async () => {
    await rig.started();
    await rewrite(3);
    assert.deepEqual(
      rig.agent.files().map(({ gaps, unread }) => [gaps, unread]),
      [
        [4, 0],
        [4, 0],
        [0, 4],
      ],
    );
  });

  test('what is in flight is never forgotten', async () => {
    await rig.started();
    rig.acknowledging = false;
    await rewrite(20);
    assert.equal(rig.agent.files().length, 20);
    assert.equal(linesOf(rig.agent.files()), 20);
    assert.ok(rig.agent.files().every(balances));
  });

  test('costs no look at everything else unless something was left unread', async () => {
    const inputs = [fileInput([rig.file('*.log*')], { pipeline: undefined })];
    rig.append('app.log', 'first life\n');
    await rig.started(inputs, {
      choosePipeline(path) {
        if (path === rig.file('hint.log')) rig.append('new.log', 'new\n');
        return 'plain-text';
      },
    });
    rig.append('hint.log', 'read before the rewritten file\n');
    utimesSync(rig.file('hint.log'), 1, 1);
    writeFileSync(rig.file('app.log'), 'second\n');
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['first life', 'read before the rewritten file', 'second']);
    await rig.agent.look();
    assert.equal(rig.texts().at(-1), 'new');
  });

  test('a copy made before a truncation is known by a later look', async () => {
    const inputs = [fileInput([rig.file('app.log*')])];
    rig.append('app.log', 'one\ntwo\n');
    await rig.started(inputs);
    copyFileSync(rig.file('app.log'), rig.file('copy'));
    truncateSync(rig.file('app.log'));
    await rig.appendAndLook('app.log', 'x\n');
    rig.append('copy', 'unread\n');
    copyFileSync(rig.file('copy'), rig.file('app.log.1'));
    unlinkSync(rig.file('copy'));
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['one', 'two', 'x', 'unread']);
  });
});
