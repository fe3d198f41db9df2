import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  linkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { allIndexed, fileInput, Rig } from './rig.ts';

/* What users of other shippers report about reading files (shared/design/delivery.md, 3.2); each is a case for us. */

describe('reported of other shippers', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  const inputs = (name = 'app') => [fileInput([rig.file('app.log*')], { name })];
  const lines = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);
  const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  const copyTruncate = (copy: string) => {
    copyFileSync(rig.file('app.log'), rig.file(copy));
    truncateSync(rig.file('app.log'));
  };

  test('report 6: a file that is truncated and written anew at once is sent once, by one reader', async () => {
    rig.append('app.log', text(lines('old', 50)));
    await rig.started(inputs());
    for (const life of ['first', 'second', 'third']) {
      writeFileSync(rig.file('app.log'), text(lines(life, 80)));
      await rig.agent.look();
    }
    const all = [lines('old', 50), ...['first', 'second', 'third'].map((life) => lines(life, 80))].flat();
    assert.deepEqual(rig.texts(), all);
    assert.equal(new Set(rig.ids()).size, all.length);
  });

  test('report 9: copytruncate and a restart together lose none of 150 lines', async () => {
    rig.append('app.log', text(lines('before', 50)));
    await rig.started(inputs());
    await rig.stop();
    rig.append('app.log', text(lines('while it is down', 50)));
    copyTruncate('app.log.1');
    rig.append('app.log', text(lines('after', 50)));
    await rig.started(inputs());
    await rig.agent.look();
    const all = [...lines('before', 50), ...lines('while it is down', 50), ...lines('after', 50)];
    assert.deepEqual(rig.texts().toSorted(), all.toSorted());
    assert.deepEqual(rig.troubles(), []);
  });

  test('report 13: files under 1 KiB are shipped, down to one byte, each line under an id of its own', async () => {
    for (let size = 1; size <= 40; size++) rig.append(`app.log-${String(20261000 + size)}`, `${'x'.repeat(size)}\n`);
    await rig.started(inputs());
    assert.equal(rig.lines.length, 40);
    assert.equal(new Set(rig.ids()).size, 40);
  });

  test('report 14: an input by another name sends nothing again', async () => {
    rig.append('app.log', text(lines('line', 100)));
    await rig.started(inputs('one'));
    await rig.stop();
    await rig.started(inputs('another'));
    await rig.appendAndLook('app.log', 'new\n');
    assert.deepEqual(rig.texts(), [...lines('line', 100), 'new']);
  });

  test('report 17: an offset far beyond the end after a rotation at midnight starts the new file at its beginning', async () => {
    rig.append('app.log', text(lines('a long day', 1000)));
    await rig.started(inputs());
    await rig.stop();
    // The rotation keeps nothing, and the new file has the inode of the old one.
    truncateSync(rig.file('app.log'));
    rig.append('app.log', text(lines('morning', 3)));
    await rig.started(inputs());
    assert.deepEqual(rig.texts().slice(1000), lines('morning', 3));
  });

  test('report 25: files that begin with the same bytes before and after a rotation lose no line that differs', async () => {
    const head = text(Array.from({ length: 40 }, (_, n) => `# the same banner, line ${n}, in every file`));
    const rotated = ['monday', 'tuesday', 'wednesday'];
    await rig.started(inputs());
    for (const day of rotated) {
      if (existsSync(rig.file('app.log'))) renameSync(rig.file('app.log'), rig.file(`app.log.${day.length}`));
      await rig.appendAndLook('app.log', head + text(lines(day, 5)));
    }
    const own = rig.lines.filter(({ text: line }) => !line.startsWith('#'));
    assert.deepEqual(own.map(({ text: line }) => line).toSorted(), rotated.flatMap((day) => lines(day, 5)).toSorted());
    assert.equal(new Set(own.map(({ id }) => id)).size, own.length);
  });

  test('report 26: a reader goes on after copytruncate, also where the new content is as long as the old', async () => {
    await rig.started(inputs());
    for (let round = 0; round < 5; round++) {
      await rig.appendAndLook('app.log', text(lines(`round ${round}`, 20)));
      copyTruncate(`app.log.${5 - round}`);
      if (round % 2 === 0) await rig.agent.look();
    }
    await rig.appendAndLook('app.log', 'last\n');
    await rig.agent.look();
    assert.deepEqual(
      rig.texts().toSorted(),
      [...[0, 1, 2, 3, 4].flatMap((round) => lines(`round ${round}`, 20)), 'last'].toSorted(),
    );
  });

  test('report 33: a rotated file keeps its offset, and the new one under its name does not get it', async () => {
    rig.append('app.log', text(lines('old', 30)));
    await rig.started(inputs());
    await rig.stop();
    rig.append('app.log', 'end of the old one\n');
    renameSync(rig.file('app.log'), rig.file('app.log.1'));
    rig.append('app.log', text(lines('new', 30)));
    await rig.started(inputs());
    assert.deepEqual(rig.texts(), [...lines('old', 30), 'end of the old one', ...lines('new', 30)]);
  });
});

describe('what a file is', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  const all = () => [fileInput([rig.file('*.log*')])];

  test('two names of one file (a hard link) are one set of lines, and taking one away changes nothing', async () => {
    rig.append('app.log', 'one\n');
    linkSync(rig.file('app.log'), rig.file('other.log'));
    await rig.started(all());
    await rig.appendAndLook('other.log', 'two\n');
    unlinkSync(rig.file('app.log'));
    await rig.appendAndLook('other.log', 'three\n');
    assert.deepEqual(rig.texts(), ['one', 'two', 'three']);
    assert.equal(new Set(rig.ids()).size, 3);
  });

  test('a symbolic link and the file it leads to are one set of lines', async () => {
    rig.append('app.log', 'one\n');
    symlinkSync(rig.file('app.log'), rig.file('link.log'));
    await rig.started(all());
    await rig.appendAndLook('app.log', 'two\n');
    assert.deepEqual(rig.texts(), ['one', 'two']);
  });

  test('files that begin with the same lines are different files', async () => {
    for (const name of ['a.log', 'b.log', 'c.log']) rig.append(name, `${'the same line\n'.repeat(200)}${name}\n`);
    await rig.started(all());
    assert.equal(rig.lines.length, 603);
    assert.equal(new Set(rig.ids()).size, 603);
  });

  test('an empty file that grows byte by byte has the ids of one that was there at once', async () => {
    rig.append('app.log', '');
    await rig.started(all());
    for (const byte of 'one\ntwo\n') await rig.appendAndLook('app.log', byte);
    await rig.stop();
    const ids = rig.ids();
    rmSync(rig.file('state'), { recursive: true });
    rig.lines.length = 0;
    await rig.started(all());
    assert.deepEqual(rig.ids(), ids);
  });

  test('a restored backup of a file that was read is not read again', async () => {
    const before = 'x'.repeat(50);
    rig.append('app.log', `${before}\n`.repeat(40));
    await rig.started(all());
    copyFileSync(rig.file('app.log'), rig.file('backup'));
    unlinkSync(rig.file('app.log'));
    await rig.passMinute();
    copyFileSync(rig.file('backup'), rig.file('app.log'));
    await rig.appendAndLook('app.log', 'new\n');
    assert.deepEqual(rig.texts(), [...Array<string>(40).fill(before), 'new']);
  });

  test('a data folder that was moved goes on where it was', async () => {
    rig.append('app.log', 'one\n');
    await rig.started(all());
    await rig.stop();
    renameSync(rig.file('state'), rig.file('moved'));
    await rig.started(all(), { stateFolder: rig.file('moved') });
    await rig.appendAndLook('app.log', 'two\n');
    assert.deepEqual(rig.texts(), ['one', 'two']);
  });

  test('under another host id a file that was begun keeps its ids, also over a further restart; new files get new ones', async () => {
    rig.append('app.log', 'one\ntwo\n');
    await rig.started(all());
    await rig.stop();
    rig.acknowledging = false;
    await rig.started(all(), { host: { id: 'another' } });
    await rig.appendAndLook('app.log', 'three\n');
    await rig.stop();
    rig.chunks = [];
    await rig.started(all(), { host: { id: 'another' } });
    const [sent, again] = rig.lines.filter(({ text }) => text === 'three');
    assert.equal(sent?.id, again?.id, 'what was sent and not acknowledged is sent again under the same id');
    await rig.appendAndLook('new.log', 'one\n');
    const underAnother = rig.lines.at(-1)?.id;
    await rig.stop();
    rmSync(rig.file('state'), { recursive: true });
    rig.lines.length = 0;
    await rig.started(all(), { host: { id: 'host' } });
    const idOf = (name: string, line: string) =>
      rig.lines.find(({ path, text }) => path === rig.file(name) && text === line)?.id;
    assert.equal(idOf('app.log', 'three'), sent?.id, 'the ids are those of the host id that the file was begun under');
    assert.notEqual(idOf('new.log', 'one'), underAnother);
  });

  test('a compressed file whose reading was broken off goes on in its middle', async () => {
    const text = Array.from({ length: 60_000 }, (_, n) => `line ${n} ${'y'.repeat(40)}\n`).join('');
    writeFileSync(rig.file('app.log.1.gz'), gzipSync(text));
    const gz = [fileInput([rig.file('*.gz')])];
    rig.acknowledging = false;
    await rig.started(gz, { inFlightBytes: 300_000 });
    const [first] = rig.chunks;
    if (first !== undefined) first.acknowledge(allIndexed(first));
    const acknowledged = first?.lines.length ?? 0;
    await rig.stop();
    rig.chunks = [];
    rig.lines.length = 0;
    rig.acknowledging = true;
    await rig.once(gz);
    assert.equal(rig.lines.length, 60_000 - acknowledged);
    assert.equal(rig.lines[0]?.text, `line ${acknowledged} ${'y'.repeat(40)}`);
  });
});
