import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { EventRig } from './event-rig.ts';

const TRACE = 'ERROR boom\njava.lang.Error: x\n\tat a.B.c(B.java:1)\n';
const event = (text: string) => text.slice(0, -1);

describe('events of several lines', () => {
  test('wait for their last line, and take it even when it comes late but in time', async (t) => {
    const events = new EventRig(t);
    const { rig, clock } = events;
    rig.append('app.log', TRACE);
    await events.start();
    assert.deepEqual(rig.texts(), []);
    assert.equal(rig.agent.files()[0]?.unread, TRACE.length);
    clock.pass(3000);
    await rig.appendAndLook('app.log', '\tat a.B.d(B.java:2)\n');
    clock.pass(3000);
    await rig.appendAndLook('app.log', 'INFO fine\n');
    assert.deepEqual(rig.texts(), [`${TRACE}\tat a.B.d(B.java:2)`]);
    assert.deepEqual(rig.lines[0]!.merged, { lines: 3, bytes: 59 });
    assert.deepEqual(rig.lines[0]!.flags, ['multiline']);
    await events.until(2);
    assert.deepEqual(rig.texts()[1], 'INFO fine');
    await rig.stop();
  });

  test('are handed out when they have waited long enough; lines that come later are an event of their own', async (t) => {
    const events = new EventRig(t);
    const { rig } = events;
    rig.append('app.log', TRACE);
    await events.start();
    await events.until(1);
    await rig.appendAndLook('app.log', '\tat a.B.d(B.java:2)\nINFO fine\n');
    assert.deepEqual(rig.texts(), [event(TRACE), '\tat a.B.d(B.java:2)']);
    assert.deepEqual(rig.lines[1]!.flags, ['multiline_continuation']);
    assert.equal(rig.lines[1]!.offset, TRACE.length);
    await rig.stop();
  });

  test('have the same ids after a kill at any moment, with lines that came while nothing ran', async (t) => {
    const events = new EventRig(t);
    const { rig } = events;
    rig.acknowledging = false;
    rig.append('app.log', `INFO first\n${TRACE}`);
    await events.start();
    await events.until(2);
    assert.equal(rig.lines.length, 2);
    await events.rig.crash();
    // What came late must not be taken into an event that the store may have without it.
    rig.append('app.log', '\tat a.B.d(B.java:2)\nINFO last\n');
    await events.start();
    await events.until(6);
    assert.deepEqual(rig.texts().slice(2), ['INFO first', event(TRACE), '\tat a.B.d(B.java:2)', 'INFO last']);
    assert.deepEqual(rig.ids().slice(2, 4), rig.ids().slice(0, 2));
    await rig.stop();
  });

  test('end with the file in a single run, before an unfinished line', async (t) => {
    const events = new EventRig(t);
    const { rig } = events;
    rig.append('app.log', `${TRACE}\tat half`);
    await rig.once(events.inputs);
    assert.deepEqual(rig.texts(), [event(TRACE), '\tat half']);
    rig.append('app.log', ' done\nINFO next\n');
    await rig.once(events.inputs);
    assert.deepEqual(rig.texts().slice(2), ['\tat half done', 'INFO next']);
  });

  test('end with an unfinished line in a single run that leaves nothing behind', async (t) => {
    const events = new EventRig(t);
    const { rig } = events;
    rig.append('app.log', `INFO before\n${TRACE}\tat half`);
    await rig.once(events.inputs, { leavesNothing: true });
    assert.deepEqual(rig.texts(), ['INFO before', `${TRACE}\tat half`]);
  });

  test('come out of a shorter file that has the inode of one of which nothing was acknowledged', async (t) => {
    const events = new EventRig(t);
    const { rig } = events;
    rig.acknowledging = false;
    rig.append(
      'app.log',
      'INFO a long line that is not in the next file\nERROR the end of this one was written down\n',
    );
    await events.start();
    await events.until(2);
    await rig.stop();
    rig.acknowledging = true;
    rig.lines.length = 0;
    writeFileSync(rig.file('app.log'), 'INFO one\nERROR two\n\tat a.B.c(B.java:1)\n');
    await events.start();
    await events.until(2);
    assert.deepEqual(rig.texts(), ['INFO one', 'ERROR two\n\tat a.B.c(B.java:1)']);
    await rig.stop();
  });
});
