import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileInput, Rig } from './rig.ts';

/* As the kubelet does it: /var/log/containers holds links to files that are rotated in folders of their own. */
describe('a file that a symbolic link leads to, rotated where it is', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
    mkdirSync(rig.file('pods'));
    mkdirSync(rig.file('containers'));
    symlinkSync(rig.file('pods/0.log'), rig.file('containers/web.log'));
    rig.append('pods/0.log', 'one\n');
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  const inputs = () => [fileInput([rig.file('containers/*.log')])];
  const rotate = () => {
    renameSync(rig.file('pods/0.log'), rig.file('pods/0.log.20261121-101010'));
    rig.append('pods/0.log', 'three\n');
  };

  test('is read to its end where that came while logmill was down', async () => {
    await rig.started(inputs());
    await rig.stop();
    rig.append('pods/0.log', 'two\n');
    rotate();
    await rig.started(inputs());
    await rig.agent.look();
    assert.deepEqual(rig.texts().toSorted(), ['one', 'three', 'two']);
    assert.deepEqual(rig.troubles(), []);
  });

  test('is read to its end where it was closed to save handles', async () => {
    rig.append('containers/a.log', 'a\n');
    rig.append('containers/z.log', 'z\n');
    await rig.started(inputs(), { openFiles: 1 });
    rig.append('pods/0.log', 'two\n');
    rotate();
    await rig.agent.look();
    await rig.agent.look();
    assert.deepEqual(rig.texts().toSorted(), ['a', 'one', 'three', 'two', 'z']);
    assert.deepEqual(rig.troubles(), []);
  });
});
