import assert from 'node:assert/strict';
import { copyFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { describe, test } from 'node:test';
import { EventRig, JAVA } from './event-rig.ts';

const HEAD = 'ERROR boom\njava.lang.Error: x\n\tat a.B.c(B.java:1)\n';
const REST = '\tat a.B.d(B.java:2)\nCaused by: java.lang.Error: y\n';
const EVENT = (HEAD + REST).slice(0, -1);
const BOTH = ['app.log', 'app.log.*'];

describe('report 11: an event that is under way when its file is rotated', () => {
  for (const rotation of ['rename', 'copytruncate'] as const) {
    const rotate = ({ rig }: EventRig) => {
      if (rotation === 'rename') return renameSync(rig.file('app.log'), rig.file('app.log.1'));
      copyFileSync(rig.file('app.log'), rig.file('app.log.1'));
      truncateSync(rig.file('app.log'));
    };

    test(`goes on in the new file (${rotation})`, async (t) => {
      const events = new EventRig(t, { multiline: JAVA }, BOTH);
      const { rig } = events;
      rig.append('app.log', `INFO first\n${HEAD}`);
      await events.start();
      rotate(events);
      rig.append('app.log', `${REST}INFO last\n`);
      await events.look();
      await events.until(3);
      assert.deepEqual(rig.texts(), ['INFO first', EVENT, 'INFO last']);
      assert.deepEqual(rig.lines[1]!.merged, { lines: 2, bytes: HEAD.length - 'ERROR boom\n'.length });
      const entries = rig.agent.files();
      assert.deepEqual(
        entries.map(({ unread, inFlight }) => unread + inFlight.bytes).filter((left) => left > 0),
        [],
      );
      assert.equal(
        entries.reduce((sum, { tally }) => sum + tally.merged.lines, 0),
        4,
      );
      assert.deepEqual(rig.troubles(), []);
      await rig.stop();
    });

    test(`goes on in the new file though nothing ran meanwhile (${rotation})`, async (t) => {
      const events = new EventRig(t, { multiline: JAVA }, BOTH);
      const { rig } = events;
      rig.append('app.log', `INFO first\n${HEAD}`);
      await events.start();
      await rig.stop();
      rotate(events);
      rig.append('app.log', `${REST}INFO last\n`);
      await events.start();
      await events.until(3);
      assert.deepEqual(rig.texts(), ['INFO first', EVENT, 'INFO last']);
      await rig.stop();
    });

    test(`has the same id and text after the state was lost (${rotation})`, async (t) => {
      const events = new EventRig(t, { multiline: JAVA }, BOTH);
      const { rig } = events;
      rig.append('app.log', `INFO first\n${HEAD}`);
      await events.start();
      rotate(events);
      rig.append('app.log', REST);
      await events.look();
      await events.until(2);
      await rig.stop();
      rmSync(rig.file('state'), { recursive: true });
      await events.start();
      await events.until(4);
      assert.deepEqual(rig.texts(), ['INFO first', EVENT, 'INFO first', EVENT]);
      assert.deepEqual(rig.ids().slice(2), rig.ids().slice(0, 2));
      await rig.stop();
    });

    test(`is handed out alone when the new file begins another one (${rotation})`, async (t) => {
      const events = new EventRig(t, { multiline: JAVA }, BOTH);
      const { rig } = events;
      rig.append('app.log', HEAD);
      await events.start();
      rotate(events);
      rig.append('app.log', 'INFO last\n');
      await events.look();
      await events.until(2);
      assert.deepEqual(rig.texts().sort(), [HEAD.slice(0, -1), 'INFO last']);
      await rig.stop();
    });

    test(`is two events, both whole, when the new file comes too late (${rotation})`, async (t) => {
      const events = new EventRig(t, { multiline: JAVA }, BOTH);
      const { rig } = events;
      rig.append('app.log', HEAD);
      await events.start();
      rotate(events);
      await events.look();
      await events.until(1);
      rig.append('app.log', `${REST}INFO last\n`);
      await events.look();
      await events.until(3);
      assert.deepEqual(rig.texts(), [HEAD.slice(0, -1), REST.slice(0, -1), 'INFO last']);
      assert.deepEqual(rig.lines[1]!.flags, ['multiline_continuation', 'multiline']);
      await rig.stop();
    });
  }

  test('goes on through a single run over all files', async (t) => {
    const events = new EventRig(t, { multiline: JAVA }, BOTH);
    const { rig } = events;
    rig.append('app.log.2', `INFO first\n${HEAD}`);
    rig.append('app.log.1', `${REST}${HEAD}`);
    rig.append('app.log', REST);
    await rig.once(events.inputs);
    assert.deepEqual(rig.texts().sort(), [EVENT, EVENT, 'INFO first']);
  });
});
