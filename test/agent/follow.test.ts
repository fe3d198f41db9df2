import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock } from '../../src/model/clock.ts';
import { fileInput, Rig } from './rig.ts';

/** Waits for what the operating system will tell sooner or later. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('watching alone notices appended lines, new files and rotation', async () => {
  const rig = new Rig();
  mkdirSync(rig.file('logs'));
  rig.append('logs/app.log', 'one\n');
  rig.start([fileInput([rig.file('logs/*.log')])], { watch: true, clock: systemClock, scanInterval: 3_600_000 });
  await rig.agent.settledOnce();
  assert.deepEqual(rig.texts(), ['one']);
  // The watch is set up in the background: until then a change may pass unseen, so it is repeated.
  let tries = 0;
  await until(() => {
    if (tries++ % 25 === 0) rig.append('logs/app.log', 'again\n');
    return rig.texts().includes('again');
  });
  rig.append('logs/other.log', 'new file\n');
  await until(() => rig.texts().includes('new file'));
  renameSync(rig.file('logs/app.log'), rig.file('logs/app.log.1'));
  rig.append('logs/app.log', 'after rotation\n');
  await until(() => rig.texts().includes('after rotation'));
  await rig.stop();
  rig.dispose();
});

test('the periodic scan finds lines where watching does not', async () => {
  const rig = new Rig();
  rig.start([fileInput([rig.file('later/*.log')])], { watch: true, clock: systemClock, scanInterval: 20 });
  await rig.agent.settledOnce();
  mkdirSync(rig.file('later'));
  rig.append('later/app.log', 'one\n');
  await until(() => rig.texts().includes('one'));
  await rig.stop();
  rig.dispose();
});

test('reading logmill’s own log adds no line to it', async () => {
  const rig = new Rig();
  await rig.started([fileInput([rig.file('app.log')])]);
  for (let n = 0; n < 50; n++) await rig.appendAndLook('app.log', `line ${n}\n`);
  assert.equal(rig.lines.length, 50);
  assert.deepEqual(
    rig.said.map(({ msg }) => msg),
    ['waiting for it to appear'],
  );
  await rig.stop();
  rig.dispose();
});
