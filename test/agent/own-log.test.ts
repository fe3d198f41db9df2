import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ownLogRotator } from '../../src/cli/own-log.ts';
import type { Config, InputConfig } from '../../src/config/schema.ts';
import type { OwnLog } from '../../src/log.ts';
import { fileInput, Rig } from './rig.ts';

describe('keeping logmill’s own log', () => {
  let rig: Rig;
  let written = 0;
  beforeEach(() => {
    rig = new Rig();
    mkdirSync(rig.file('logs'));
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  /** Lets the log grow and rotates it, again and again; resolves to the files there are then. */
  async function rotateOften(inputs: readonly InputConfig[]): Promise<string[]> {
    const log = { level: 'info', rotate: { size: '10B', keep: 2, compress: false } };
    const config = { data: rig.folder, inputs, log } as unknown as Config;
    const own = { destination: { reopen: () => {} } } as unknown as Pick<OwnLog, 'destination'>;
    const rotator = ownLogRotator(config, own, rig.agent);
    for (let round = 0; round < 6; round++) {
      writeFileSync(rig.file('logs/logmill.log'), `line number ${++written}\n`);
      await rotator.check();
    }
    return readdirSync(rig.file('logs')).sort();
  }

  test('what no input reads any more is kept by number alone, though an earlier run has read it', async () => {
    const own = fileInput([rig.file('logs/logmill.log*')]);
    rig.append('logs/logmill.log', 'line\n');
    await rig.started([own]);
    await rig.stop();
    for (const inputs of [[fileInput([rig.file('*.log')])], [{ ...own, exclude: ['logmill.log*'] }]]) {
      await rig.started(inputs);
      assert.deepEqual(await rotateOften(inputs), ['logmill.log.1', 'logmill.log.2']);
      await rig.stop();
    }
  });

  test('what an input reads is kept until it is acknowledged', async () => {
    const inputs = [fileInput([rig.file('logs/logmill.log*')])];
    await rig.started(inputs);
    assert.equal((await rotateOften(inputs)).length, 6);
    await rig.agent.look();
    assert.deepEqual(
      await rotateOften(inputs),
      [1, 2, 3, 4, 5, 6].map((n) => `logmill.log.${n}`),
    );
    await rig.agent.look();
    assert.equal(rig.lines.length, 12);
  });
});
