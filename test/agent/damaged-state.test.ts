import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { balances } from '../../src/model/ledger.ts';
import { Rig } from './rig.ts';

describe('a damaged checkpoint', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  const files = () => readdirSync(rig.file('state')).map((name) => path.join(rig.file('state'), name));

  /** Reads a file, stops, does the damage and starts again; gives the ids of before and after. */
  async function restarted(damage: (file: string) => void) {
    rig.append('app.log', 'one\ntwo\n');
    await rig.started();
    await rig.stop();
    for (const file of files()) damage(file);
    const before = rig.ids();
    rig.lines.length = 0;
    await rig.started();
    return { before, after: rig.ids() };
  }

  test('report 12: a checkpoint full of NULs after power loss is a fresh start, and every line has the id it had', async () => {
    const { before, after } = await restarted((file) => writeFileSync(file, Buffer.alloc(readFileSync(file).length)));
    assert.deepEqual(after, before);
    assert.ok(rig.agent.files().every(balances));
  });

  test('report 31: a checkpoint cut short anywhere neither keeps the agent from starting nor is sent by twice', async () => {
    rig.append('app.log', 'one\ntwo\n');
    await rig.started();
    await rig.stop();
    const ids = rig.ids();
    const whole = new Map(files().map((file) => [file, readFileSync(file)]));
    const longest = Math.max(...[...whole.values()].map(({ length }) => length));
    for (let length = 0; length < longest; length += 37) {
      for (const [file, bytes] of whole) {
        writeFileSync(file, bytes);
        truncateSync(file, Math.min(length, bytes.length));
      }
      rig.lines.length = 0;
      await rig.started();
      await rig.stop();
      assert.ok(rig.ids().length === 0 || rig.ids().join() === ids.join(), `cut to ${length} bytes: ${rig.ids()}`);
      rig.lines.length = 0;
      await rig.started();
      await rig.stop();
      assert.deepEqual(rig.ids(), [], 'what was read again is known again');
    }
  });
});
