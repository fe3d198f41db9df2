import assert from 'node:assert/strict';
import { copyFileSync, renameSync, truncateSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileInput, Rig } from '../rig.ts';
import { EventRig } from './event-rig.ts';

/* Failures that users of other shippers report, about where lines begin and end: ../shared/design/delivery.md. */

describe('where lines begin and end', () => {
  for (const rotation of ['rename', 'copytruncate'] as const) {
    test(`report 23: after a rotation (${rotation}) reading starts at the beginning of a line, whatever the size`, async (t) => {
      const rig = new Rig();
      t.after(() => rig.dispose());
      const inputs = [fileInput([rig.file('app.log'), rig.file('app.log.*')])];
      rig.append('app.log', `${'first '.repeat(50)}\nsecond\n`);
      await rig.started(inputs);
      if (rotation === 'rename') renameSync(rig.file('app.log'), rig.file('app.log.1'));
      else {
        copyFileSync(rig.file('app.log'), rig.file('app.log.1'));
        truncateSync(rig.file('app.log'));
      }
      // Longer than what was read of the old file: an offset of that would be in the middle of a line here.
      rig.append('app.log', `${'third '.repeat(80)}\nfourth\n`);
      await rig.agent.look();
      await rig.stop();
      await rig.started(inputs);
      assert.deepEqual(
        rig.texts().map((text) => text.trim().split(' ')[0]),
        ['first', 'second', 'third', 'fourth'],
      );
      await rig.stop();
    });
  }

  test('report 24: a half-written JSON line is waited for, however long, and is one line', async (t) => {
    const events = new EventRig(t, {});
    const { rig, clock } = events;
    rig.append('app.log', '{"level":"info","msg":"ha');
    await events.start();
    for (let minutes = 0; minutes < 20; minutes++) {
      clock.pass(60_000);
      await events.look();
    }
    assert.deepEqual(rig.texts(), []);
    await rig.stop();
    await events.start();
    await rig.appendAndLook('app.log', 'lf"}\n');
    assert.deepEqual(rig.texts(), ['{"level":"info","msg":"half"}']);
    await rig.stop();
  });

  test('report 24: nor is a half-written line taken into the event before it that has waited long enough', async (t) => {
    const events = new EventRig(t);
    const { rig } = events;
    rig.append('app.log', 'ERROR one\n\tat a\n{"half":');
    await events.start();
    await events.until(1);
    assert.deepEqual(rig.texts(), ['ERROR one\n\tat a']);
    await rig.appendAndLook('app.log', '"done"}\n');
    await events.until(2);
    assert.deepEqual(rig.texts().slice(1), ['{"half":"done"}']);
    await rig.stop();
  });
});
