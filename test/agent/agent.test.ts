import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readCheckpointLedger } from '../../src/agent/checkpoint.ts';
import { balances } from '../../src/model/ledger.ts';
import { allIndexed, fileInput, Rig } from './rig.ts';

describe('agent', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  test('reads what is there, then what is appended, each line once', async () => {
    rig.append('app.log', 'one\ntwo\n');
    await rig.started();
    await rig.appendAndLook('app.log', 'three\n');
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['one', 'two', 'three']);
    assert.deepEqual(
      rig.lines.map(({ path }) => path),
      Array(3).fill(rig.file('app.log')),
    );
  });

  test('a half-written line is held back until it is finished', async () => {
    await rig.started();
    await rig.appendAndLook('app.log', '{"a":');
    assert.deepEqual(rig.texts(), []);
    await rig.appendAndLook('app.log', '1}\n{"b"');
    assert.deepEqual(rig.texts(), ['{"a":1}']);
  });

  test('goes on where it stopped, also when lines came while it was down', async () => {
    rig.append('app.log', 'one\n');
    await rig.started();
    await rig.stop();
    rig.append('app.log', 'two\n');
    await rig.started();
    assert.deepEqual(rig.texts(), ['one', 'two']);
  });

  test('without its state folder it reads everything again, with the same ids', async () => {
    rig.append('app.log', `short\n${'x'.repeat(3000)}\nafter the head\n`);
    await rig.started();
    await rig.stop();
    rmSync(rig.file('state'), { recursive: true });
    await rig.started();
    assert.equal(rig.lines.length, 6);
    assert.deepEqual(rig.ids().slice(3), rig.ids().slice(0, 3));
  });

  test('a renamed file is read to its end, then the new one from its start', async () => {
    rig.append('app.log', 'one\n');
    await rig.started();
    renameSync(rig.file('app.log'), rig.file('app.log.1'));
    rig.append('app.log.1', 'last of the old\n');
    rig.append('app.log', 'first of the new\n');
    await rig.agent.look();
    rig.append('app.log.1', 'the writer was slow to reopen\n');
    await rig.passMinute();
    assert.deepEqual(rig.texts(), ['one', 'last of the old', 'first of the new', 'the writer was slow to reopen']);
    await rig.passMinute();
    assert.equal(rig.agent.status().open, 1);
  });

  test('a file rotated while logmill was down is found beside its old place', async () => {
    rig.append('app.log', 'one\n');
    await rig.started();
    await rig.stop();
    rig.append('app.log', 'two\n');
    renameSync(rig.file('app.log'), rig.file('app.log.1'));
    rig.append('app.log', 'three\n');
    await rig.started();
    assert.deepEqual(rig.texts().sort(), ['one', 'three', 'two']);
    assert.deepEqual(rig.agent.status().gaps, []);
  });

  test('a renamed file that the pattern still matches is not read again, with or without state', async () => {
    const inputs = [fileInput([rig.file('app.log*')])];
    rig.append('app.log', 'one\ntwo\n');
    await rig.started(inputs);
    renameSync(rig.file('app.log'), rig.file('app.log.1'));
    await rig.agent.look();
    await rig.stop();
    await rig.started(inputs);
    assert.deepEqual(rig.texts(), ['one', 'two']);
    await rig.stop();
    rmSync(rig.file('state'), { recursive: true });
    await rig.started(inputs);
    assert.deepEqual(rig.ids().slice(2), rig.ids().slice(0, 2));
  });

  test('report 10: after copytruncate nothing is read twice, nothing is missed, new lines come from the start', async () => {
    const inputs = [fileInput([rig.file('app.log*')])];
    rig.append('app.log', 'one\ntwo\n');
    await rig.started(inputs);
    rig.append('app.log', 'unread\n');
    copyFileSync(rig.file('app.log'), rig.file('app.log.1'));
    truncateSync(rig.file('app.log'), 0);
    rig.append('app.log', 'after, and longer than what was there before\n');
    await rig.agent.look();
    await rig.agent.look();
    assert.deepEqual(
      new Set(rig.texts()),
      new Set(['one', 'two', 'unread', 'after, and longer than what was there before']),
    );
    assert.equal(new Set(rig.ids()).size, 4);
    assert.deepEqual(rig.agent.status().gaps, []);
  });

  test('truncation before everything was read is reported as a gap, with file and bytes', async () => {
    rig.append('app.log', 'one\n');
    await rig.started(undefined, { inFlightBytes: 1 });
    rig.acknowledging = false;
    await rig.appendAndLook('app.log', 'two\n');
    await rig.appendAndLook('app.log', 'lost\n');
    truncateSync(rig.file('app.log'), 0);
    rig.append('app.log', 'new\n');
    rig.acknowledging = true;
    for (const chunk of rig.chunks) chunk.acknowledge(allIndexed(chunk));
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['one', 'two', 'new']);
    assert.deepEqual(rig.agent.status().gaps, [{ input: 'app', path: rig.file('app.log'), from: 8, to: 13 }]);
    assert.deepEqual(rig.troubles(), ['bytes were lost before they were read']);
    assert.deepEqual(
      rig.agent
        .files()
        .map(({ gaps }) => gaps)
        .sort(),
      [0, 5],
    );
  });

  test('truncation while logmill was down starts the file over, whatever its size is now', async () => {
    rig.append('app.log', 'one\ntwo\n');
    await rig.started();
    await rig.stop();
    writeFileSync(rig.file('app.log'), 'a new file, longer than the old one\n');
    await rig.started();
    assert.deepEqual(rig.texts(), ['one', 'two', 'a new file, longer than the old one']);
  });

  test('a NUL head after copytruncate is skipped and the lines behind it are read', async () => {
    rig.append('app.log', 'one\ntwo\n');
    await rig.started();
    writeFileSync(rig.file('app.log'), Buffer.concat([Buffer.alloc(8), Buffer.from('three\n')]));
    await rig.agent.look();
    assert.deepEqual(rig.texts(), ['one', 'two', 'three']);
    assert.equal(rig.lines[2]!.offset, 8);
  });

  test('a deleted file is read to its end and let go', async () => {
    rig.append('app.log', 'one\n');
    await rig.started();
    rig.append('app.log', 'two\nunfinished');
    unlinkSync(rig.file('app.log'));
    await rig.passMinute();
    assert.deepEqual(rig.texts(), ['one', 'two', 'unfinished']);
    assert.equal(rig.agent.status().open, 0);
  });

  test('report 27: a gzipped rotated file gives the same ids as the plain one, and is not read again when it was', async () => {
    const content = `${Array.from({ length: 3000 }, (_, n) => `line ${n} äö`).join('\n')}\n`;
    rig.append('app.log', content);
    await rig.once();
    writeFileSync(rig.file('app.log.1.gz'), gzipSync(content));
    unlinkSync(rig.file('app.log'));
    await rig.once([fileInput([rig.file('*.gz')])]);
    assert.equal(rig.lines.length, 3000);
    rmSync(rig.file('state'), { recursive: true });
    await rig.once([fileInput([rig.file('*.gz')])]);
    assert.deepEqual(rig.ids().slice(3000), rig.ids().slice(0, 3000));
  });

  test('a compressed file goes on in the right one of several lives that begin alike', async () => {
    const inputs = [fileInput([rig.file('*.gz'), rig.file('app.log')])];
    const head = `${'H'.repeat(1100)}\n`;
    const first = `${head}first life\n`;
    rig.append('app.log', first);
    await rig.started(inputs);
    writeFileSync(rig.file('app.log'), `${head}second life, a longer one, so it was read further\n`);
    await rig.agent.look();
    await rig.stop();
    writeFileSync(rig.file('app.log.1.gz'), gzipSync(first));
    writeFileSync(
      rig.file('app.log.2.gz'),
      gzipSync(`${head}a life never seen, as long as it takes to get beyond both\n`),
    );
    const before = rig.lines.length;
    await rig.once(inputs);
    assert.deepEqual(rig.texts().slice(before), [
      head.trim(),
      'a life never seen, as long as it takes to get beyond both',
    ]);
    assert.ok(rig.agent.files().every(balances));
    assert.equal(
      rig.agent.files().reduce((sum, { read }) => sum + read.lines, 0),
      rig.lines.length,
    );
  });

  test('a compressed file is read if any pattern asks for it, whichever comes first', async () => {
    writeFileSync(rig.file('app.log.1.gz'), gzipSync('old\n'));
    writeFileSync(rig.file('app.log.2.gz'), gzipSync('older\n'));
    const patterns = [rig.file('app.log*'), rig.file('app.log.1.gz')];
    await rig.once([fileInput(patterns)]);
    assert.deepEqual(rig.texts(), ['old']);
    await rig.once([fileInput([...patterns, rig.file('*.gz')])]);
    assert.deepEqual(rig.texts(), ['old', 'older']);
  });

  test('compressed, binary and old files are left out and counted; folders are passed over', async () => {
    writeFileSync(rig.file('a.log.gz'), gzipSync('text\n'));
    writeFileSync(rig.file('b.log'), Buffer.from([0x02, 0x00, 0x00, 0x00, 0x41, 0x00]));
    mkdirSync(rig.file('c.log'));
    rig.append('d.log', 'text\n');
    symlinkSync(rig.file('d.log'), rig.file('e.log'));
    const inputs = [fileInput([rig.file('*.log'), rig.file('a*')], { ignore_older: '1h' })];
    await rig.started(inputs);
    assert.deepEqual(rig.texts(), ['text']);
    assert.deepEqual(rig.agent.status().leftOut, { binary: 1, compressed: 1, blank: 0, older: 0 });
    await rig.stop();
    await rig.started(inputs, {
      clock: { now: () => Date.now() + 7_200_000, steady: () => performance.now(), after: () => () => {} },
    });
    assert.equal(rig.agent.status().leftOut.older, 3);
  });

  test('a missing file is said once, awaited and read when it appears', async () => {
    await rig.started([fileInput([rig.file('later/app.log')])]);
    await rig.agent.look();
    assert.deepEqual(rig.agent.status().missing, [rig.file('later/app.log')]);
    assert.equal(rig.said.filter(({ msg }) => msg === 'waiting for it to appear').length, 1);
    mkdirSync(rig.file('later'));
    await rig.appendAndLook('later/app.log', 'here\n');
    assert.deepEqual(rig.texts(), ['here']);
    assert.deepEqual(rig.agent.status().missing, []);
  });

  test('a file that two inputs match is read by the first only, and that is said', async () => {
    rig.append('app.log', 'one\n');
    await rig.started([fileInput([rig.file('app.log')]), fileInput([rig.file('*.log')], { name: 'second' })]);
    assert.deepEqual(rig.texts(), ['one']);
    assert.deepEqual(rig.agent.status().shared, [rig.file('app.log')]);
    assert.deepEqual(rig.troubles(), ['two inputs match a file; the first one reads it']);
  });

  test('start: end leaves out what was there, but nothing that came later, not even after a restart', async () => {
    const inputs = [fileInput([rig.file('*.log')], { start: 'end' })];
    rig.append('app.log', 'old\nhalf');
    await rig.started(inputs);
    await rig.appendAndLook('app.log', ' done\n');
    await rig.appendAndLook('new.log', 'from its start\n');
    await rig.stop();
    rig.append('app.log', 'while down\n');
    await rig.started(inputs);
    assert.deepEqual(rig.texts(), ['half done', 'from its start', 'while down']);
  });

  test('with once an unfinished last line ships, and is read again when it has grown', async () => {
    rig.append('app.log', 'one\ntwo');
    await rig.once();
    await rig.once();
    rig.append('app.log', ' and a half\n');
    await rig.once();
    assert.deepEqual(rig.texts(), ['one', 'two', 'two', 'two and a half']);
    assert.equal(rig.ids()[1], rig.ids()[2]);
    assert.ok(rig.agent.files().every(balances));
  });

  test('with once the ledger on disk has the unfinished last line, and counts it once when it is read again', async () => {
    rig.append('app.log', 'one\ntwo');
    for (const lines of [2, 2, 3]) {
      await rig.once();
      const [entry] = readCheckpointLedger(rig.file('state'));
      assert.deepEqual([entry?.read, entry?.unread], [{ lines, bytes: statSync(rig.file('app.log')).size }, 0]);
      assert.deepEqual(entry?.read, rig.agent.files()[0]?.read);
      if (lines === 2 && rig.texts().length === 3) rig.append('app.log', ' and a half\nthree');
    }
  });

  test('reading pauses while the budget is used up and goes on when it is freed', async () => {
    rig.acknowledging = false;
    rig.append('a.log', 'one\n');
    rig.append('b.log', 'two\n');
    await rig.started([fileInput([rig.file('*.log')])], { inFlightBytes: 4 });
    assert.equal(rig.lines.length, 1);
    rig.chunks[0]!.acknowledge(allIndexed(rig.chunks[0]!));
    await rig.agent.look();
    assert.equal(rig.lines.length, 2);
    assert.equal(rig.agent.status().inFlightBytes, 4);
  });

  test('files take turns by blocks, so a large one does not hold up a small one', async () => {
    rig.append('a.log', 'x\n'.repeat(600_000));
    rig.append('b.log', 'small\n');
    const old = new Date(statSync(rig.file('b.log')).mtimeMs - 60_000);
    const { utimesSync } = await import('node:fs');
    utimesSync(rig.file('a.log'), old, old);
    rig.acknowledging = false;
    await rig.started([fileInput([rig.file('*.log')])]);
    assert.deepEqual(
      rig.chunks.slice(0, 2).map(({ source }) => source.path),
      [rig.file('a.log'), rig.file('b.log')],
    );
  });
});
