import assert from 'node:assert/strict';
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Rig } from './rig.ts';

/* As writers do that map their file into memory: log4j2's MemoryMappedFileAppender allocates 32 MB at once. */
describe('a file whose space is allocated in advance', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  function write(at: number, content: string | Buffer): number {
    const handle = openSync(rig.file('app.log'), 'r+');
    writeSync(handle, Buffer.from(content), 0, undefined, at);
    closeSync(handle);
    return at + content.length;
  }

  for (const space of [100, 5000, 300_000, 70_000_000]) {
    test(`is read as it is written to, ${space} bytes of it, and is no gap when the rest is given back`, async () => {
      rig.append('app.log', 'one\n');
      truncateSync(rig.file('app.log'), space);
      await rig.started();
      assert.deepEqual(rig.texts(), ['one']);
      let end = write(4, 'two\nhal');
      await rig.agent.look();
      end = write(end, 'f\n');
      await rig.agent.look();
      assert.deepEqual(rig.texts(), ['one', 'two', 'half']);
      assert.equal(rig.agent.files()[0]!.unread, 0);
      await rig.stop();
      end = write(end, 'four\n');
      await rig.started();
      end = write(end, 'five\n');
      truncateSync(rig.file('app.log'), end);
      await rig.appendAndLook('app.log', 'six\n');
      assert.deepEqual(rig.texts(), ['one', 'two', 'half', 'four', 'five', 'six']);
      assert.equal(new Set(rig.ids()).size, 6);
      assert.deepEqual(rig.agent.status().gaps, []);
    });
  }

  test('ends its last line before the space where a single run ends', async () => {
    rig.append('app.log', 'one\nunfinished');
    truncateSync(rig.file('app.log'), 300_000);
    await rig.once();
    assert.deepEqual(rig.texts(), ['one', 'unfinished']);
  });

  test('is a head to be passed over once something follows it, however long it is', async () => {
    rig.append('app.log', 'one\n');
    truncateSync(rig.file('app.log'), 150_000_000);
    rig.append('app.log', 'two\n');
    await rig.started();
    await rig.appendAndLook('app.log', 'three\n');
    assert.deepEqual(rig.texts(), ['one', 'two', 'three']);
    assert.equal(rig.lines[1]!.offset, 150_000_000);
  });
});
