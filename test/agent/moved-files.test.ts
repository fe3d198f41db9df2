import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileInput, Rig } from './rig.ts';

describe('more files than may be open, renamed out of their pattern', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  const FILES = 60;
  const OPEN = 4;

  const start = () => rig.started([fileInput([rig.file('*.log')])], { openFiles: OPEN });
  const each = (act: (name: string) => void) => {
    for (let n = 0; n < FILES; n++) act(`${n}.log`);
  };
  const rotate = (first: string) => {
    each((name) => renameSync(rig.file(name), rig.file(`${name}.1`)));
    each((name) => rig.append(name, `${first} of ${name}\n`));
  };

  function expectEachOnce(lines: number): void {
    assert.equal(rig.lines.length, lines * FILES);
    assert.equal(new Set(rig.ids()).size, lines * FILES);
    assert.ok(rig.agent.status().open <= OPEN, `${rig.agent.status().open} are open`);
    assert.deepEqual(rig.troubles(), []);
  }

  test('are read to their ends with few handles, and go on being read while they are written to', async () => {
    each((name) => rig.append(name, `one of ${name}\n`));
    await start();
    each((name) => rig.append(name, `two of ${name}\n`));
    rotate('three');
    await rig.agent.look();
    expectEachOnce(3);
    each((name) => rig.append(`${name}.1`, `late of ${name}\n`));
    each((name) => renameSync(rig.file(`${name}.1`), rig.file(`${name}.2`)));
    rotate('four');
    await rig.agent.look();
    expectEachOnce(5);
  });

  test('are read on in the next run with few handles', async () => {
    each((name) => rig.append(name, `one of ${name}\n`));
    await start();
    await rig.stop();
    each((name) => rig.append(name, `two of ${name}\n`));
    rotate('three');
    await start();
    await rig.agent.look();
    expectEachOnce(3);
  });
});
