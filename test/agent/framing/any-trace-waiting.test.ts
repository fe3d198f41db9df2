import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { EventRig } from './event-rig.ts';

const TRACES = { mode: 'traces', max_lines: 500, timeout: '1s' } as const;
const HEAD = 'java.lang.Error: x\n';
const FRAME = '\tat a.B.c(B.java:1)\n';

function eventsOf(t: TestContext, names?: readonly string[]): EventRig {
  return new EventRig(t, { multiline: TRACES }, names);
}

/** Lets so many milliseconds pass, and what wakes up by them be read. */
async function pass({ clock, rig }: EventRig, ms: number): Promise<void> {
  clock.pass(ms);
  await rig.agent.look();
  await rig.agent.look();
}

describe('with mode traces', () => {
  test('ordinary lines wait for nothing, and one that sounds like an error a tenth of a second, checkpoint or not', async (t) => {
    const events = eventsOf(t);
    const { rig } = events;
    rig.append('app.log', 'INFO one\nINFO two\n');
    await events.start();
    assert.deepEqual(rig.texts(), ['INFO one', 'INFO two']);
    await rig.appendAndLook('app.log', 'INFO three\nERROR four\n');
    assert.deepEqual(rig.texts().slice(2), ['INFO three']);
    await pass(events, 99);
    assert.deepEqual(rig.texts().slice(3), []);
    await pass(events, 1);
    assert.deepEqual(rig.texts().slice(3), ['ERROR four']);
    assert.equal(rig.lines[3]!.waited, 1);
    await rig.appendAndLook('app.log', 'ERROR five\nINFO six\n');
    assert.deepEqual(rig.texts().slice(4), ['ERROR five', 'INFO six']);
    assert.equal(rig.lines[4]!.waited, undefined);
    await rig.stop();
  });

  test('a trace takes lines until the timeout, and the line above its head', async (t) => {
    const events = eventsOf(t);
    const { rig } = events;
    rig.append('app.log', `ERROR failed\n${HEAD}`);
    await events.start();
    await pass(events, 900);
    await rig.appendAndLook('app.log', FRAME);
    await pass(events, 900);
    assert.deepEqual(rig.texts(), []);
    await events.until(1);
    assert.deepEqual(rig.texts(), [`ERROR failed\n${HEAD}${FRAME}`.trimEnd()]);
    await rig.stop();
  });

  test('a trace that comes too late for its line is an event of its own, also after a kill and without any state', async (t) => {
    const events = eventsOf(t);
    const { rig } = events;
    rig.acknowledging = false;
    rig.append('app.log', 'INFO fine\nERROR failed\n');
    await events.start();
    await pass(events, 100);
    assert.deepEqual(rig.texts(), ['INFO fine', 'ERROR failed']);
    await rig.crash();
    rig.append('app.log', `${HEAD}${FRAME}INFO last\n`);
    await events.start();
    await events.until(5);
    const [again, last] = rig.lines.slice(3);
    // The end of what had waited was not written down: the store says how many lines it has, and gets the others.
    assert.deepEqual(rig.ids()[3], rig.ids()[1]);
    assert.equal(again!.text, `ERROR failed\n${HEAD}${FRAME}`.trimEnd());
    assert.equal(last!.text, 'INFO last');
    const after = again!.after!(rig.lines[1]!.waited!);
    assert.deepEqual(
      after.map(({ text, flags }) => [text, flags]),
      [[`${HEAD}${FRAME}`.trimEnd(), ['multiline']]],
    );
    await rig.stop();
  });

  test('a trace goes on in the file that follows, and lines that belong to none are read there once', async (t) => {
    for (const [rest, texts] of [
      [FRAME, [`${HEAD}${FRAME}${FRAME}`.trimEnd(), 'INFO last']],
      ['  indented\n', [`${HEAD}${FRAME}`.trimEnd(), '  indented', 'INFO last']],
    ] as const) {
      const events = eventsOf(t, ['app.log', 'app.log.*']);
      const { rig } = events;
      rig.append('app.log', `${HEAD}${FRAME}`);
      await events.start();
      renameSync(rig.file('app.log'), rig.file('app.log.1'));
      rig.append('app.log', `${rest}INFO last\n`);
      await events.look();
      await events.until(texts.length);
      assert.deepEqual(rig.texts().sort(), [...texts].sort());
      events.assertBalanced();
      await rig.stop();
    }
  });
});
