import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { describe, test } from 'node:test';
import { documentId, type Line } from '../../../src/model/line.ts';
import { EventRig, JAVA } from './event-rig.ts';

const [A, B, C, D] = ['ERROR boom', '\tat a.B.c(B.java:1)', '\tat a.B.d(B.java:2)', '\tat a.B.e(B.java:3)'];
const BOTH = ['app.log', 'app.log.*'];

const seen = (lines: readonly Line[]) => lines.map((line) => [documentId(line), line.text, line.flags]);

describe('what an event of a file that was there before says of its last lines', () => {
  test('is what they are when they come too late, id and flags included', async (t) => {
    const late = new EventRig(t);
    late.rig.append('app.log', `${A}\n${B}\n`);
    await late.start();
    await late.until(1);
    assert.equal(late.rig.lines[0]!.waited, 2);
    await late.rig.appendAndLook('app.log', `\n${C}\n${D}\n`);
    await late.until(2);
    const path = late.rig.file('app.log');
    await late.rig.stop();
    const again = new EventRig(t);
    again.inputs[0] = { ...again.inputs[0]!, files: [path] };
    await again.start();
    await again.until(1);
    const [whole] = again.rig.lines;
    assert.equal(whole!.text, `${A}\n${B}\n\n${C}\n${D}`);
    const [tail, ...others] = whole!.after!(2);
    assert.deepEqual(others, []);
    assert.deepEqual(seen([tail!]), seen([late.rig.lines[1]!]));
    assert.deepEqual(tail!.flags, ['multiline_continuation', 'multiline']);
    assert.equal(tail!.offset, `${A}\n${B}\n\n`.length);
    assert.deepEqual(
      tail!.after!(1).map(({ text }) => text),
      [D],
    );
    await again.rig.stop();
  });

  test('also of those that it has from the next file', async (t) => {
    const run = async (more: (events: EventRig) => Promise<void>) => {
      const events = new EventRig(t, { multiline: JAVA }, BOTH);
      // Each run has a folder, and so ids, of its own: texts, offsets and flags are compared.
      await more(events);
      await events.rig.stop();
      return events.rig.lines;
    };
    const late = await run(async (events) => {
      const { rig } = events;
      rig.append('app.log', `${A}\n`);
      await events.start();
      await events.until(1);
      await rig.appendAndLook('app.log', `${B}\n`);
      renameSync(rig.file('app.log'), rig.file('app.log.1'));
      rig.append('app.log', `${C}\nINFO last\n`);
      await events.look();
      await events.until(3);
    });
    const whole = await run(async (events) => {
      const { rig } = events;
      rig.append('app.log.1', `${A}\n${B}\n`);
      rig.append('app.log', `${C}\nINFO last\n`);
      await events.start();
      await events.until(2);
    });
    const event = whole.find(({ text }) => text.startsWith(A!))!;
    assert.equal(event.text, [A, B, C].join('\n'));
    assert.deepEqual(
      event.after!(1).map(({ text, offset, flags }) => [text, offset, flags]),
      late.filter(({ text }) => text.startsWith(B!)).map(({ text, offset, flags }) => [text, offset, flags]),
    );
    assert.deepEqual(
      event.after!(2).map(({ text, offset }) => [text, offset]),
      [[C, 0]],
    );
  });

  test('nothing where no process before can have sent it', async (t) => {
    const events = new EventRig(t);
    events.rig.append('app.log', 'INFO first\n');
    await events.start();
    await events.until(1);
    await events.rig.appendAndLook('app.log', `${A}\n${B}\nINFO last\n`);
    await events.until(3);
    assert.equal(events.rig.lines[1]!.after, undefined);
    assert.equal(events.rig.lines[1]!.waited, undefined);
    await events.rig.stop();
  });
});
