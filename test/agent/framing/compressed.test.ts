import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { EventRig, JAVA } from './event-rig.ts';

const HEAD = 'ERROR boom\njava.lang.Error: x\n\tat a.B.c(B.java:1)\n';
const REST = '\tat a.B.d(B.java:2)\nCaused by: java.lang.Error: y\n';
const NAMES = ['app.log', 'app.log.*', 'app.log.*.gz'];

/** What a store holds that creates documents and never changes them. */
function stored({ rig }: EventRig): string[] {
  return [...new Map(rig.lines.toReversed().map(({ id, text }) => [id, text])).values()].sort();
}

describe('report 11: an event that goes on in the next file while its own is being compressed', () => {
  const pack = ({ rig }: EventRig) =>
    writeFileSync(rig.file('app.log.1.gz'), gzipSync(readFileSync(rig.file('app.log.1'))));

  test('has its lines of the next file, though the compressed copy is there already', async (t) => {
    const events = new EventRig(t, { multiline: JAVA }, NAMES);
    const { rig } = events;
    rig.append('app.log', `INFO first\n${HEAD}`);
    await events.start();
    renameSync(rig.file('app.log'), rig.file('app.log.1'));
    pack(events);
    rig.append('app.log', REST);
    await events.readOn();
    await events.until(2);
    rmSync(rig.file('app.log.1'));
    rig.append('app.log', 'INFO last\n');
    await events.readOn();
    await events.untilRead();
    assert.deepEqual(stored(events), [(HEAD + REST).slice(0, -1), 'INFO first', 'INFO last']);
    assert.deepEqual(rig.troubles(), []);
    await rig.stop();
  });

  test('the copy is read where nobody reads the file it was made of', async (t) => {
    const events = new EventRig(t, { multiline: JAVA }, NAMES);
    const { rig } = events;
    rig.append('app.log', `INFO first\n${HEAD}`);
    await events.start();
    await rig.stop();
    renameSync(rig.file('app.log'), rig.file('app.log.1'));
    pack(events);
    rmSync(rig.file('app.log.1'));
    await events.start();
    await events.settle();
    assert.deepEqual(stored(events), [HEAD.slice(0, -1), 'INFO first']);
    assert.deepEqual(rig.troubles(), []);
    await rig.stop();
  });

  test('a single run waits for the file itself before it opens the copy', async (t) => {
    const events = new EventRig(t, { multiline: JAVA }, NAMES);
    const { rig } = events;
    rig.append('app.log.1', `INFO first\n${HEAD}`);
    pack(events);
    rig.append('app.log', REST);
    await rig.once(events.inputs);
    assert.deepEqual(stored(events), [(HEAD + REST).slice(0, -1), 'INFO first']);
    assert.deepEqual(rig.troubles(), []);
    assert.ok(rig.lines.filter(({ text }) => text.startsWith('ERROR')).length === 1);
  });
});
