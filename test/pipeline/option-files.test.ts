import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { LogmillError } from '../../src/errors.ts';
import { FileShelf, optionFiles } from '../../src/pipeline/option-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'logmill-files-'));
after(() => rmSync(folder, { recursive: true }));

const text = (content: Buffer) => {
  if (content.includes('broken')) throw new SyntaxError('it is broken');
  return content.toString();
};
const ignore = () => {};

describe('files that options name', () => {
  test('are read again when they have changed and are settled, whether written in place or replaced', async () => {
    const shelf = new FileShelf();
    const file = path.join(folder, 'changing.txt');
    writeFileSync(file, 'one');
    const open = shelf.open(file, 'text', text, ignore);
    assert.equal(open.value, 'one');
    writeFileSync(file, 'and two');
    await shelf.look();
    assert.equal(open.value, 'one', 'it may still be written');
    await shelf.look();
    assert.equal(open.value, 'and two');
    writeFileSync(`${file}.new`, 'three');
    renameSync(`${file}.new`, file);
    await shelf.look();
    await shelf.look();
    assert.equal(open.value, 'three');
  });

  test('keep their last value when they are gone or broken, and a broken one is told of once', async () => {
    const shelf = new FileShelf();
    const faults: LogmillError[] = [];
    const file = path.join(folder, 'breaking.txt');
    writeFileSync(file, 'good');
    const open = shelf.open(file, 'text', text, (fault) => void faults.push(fault));
    writeFileSync(file, 'broken');
    for (let look = 0; look < 4; look++) await shelf.look();
    assert.equal(open.value, 'good');
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['STAGE_FILE'],
    );
    rmSync(file);
    await shelf.look();
    assert.equal(open.value, 'good');
    writeFileSync(file, 'good again');
    await shelf.look();
    await shelf.look();
    assert.equal(open.value, 'good again');
  });

  test('are read once for all that make the same of them', () => {
    const shelf = new FileShelf();
    const file = path.join(folder, 'shared.txt');
    writeFileSync(file, 'shared');
    let reads = 0;
    const read = (content: Buffer) => {
      reads++;
      return content.toString();
    };
    const first = shelf.open(file, 'text', read, ignore);
    assert.equal(shelf.open(file, 'text', read, ignore), first);
    assert.equal(reads, 1);
    assert.notEqual(shelf.open(file, 'other', read, ignore), first);
  });

  test('count from the file of the pipeline, and one that is not there is said to be so with its option', () => {
    writeFileSync(path.join(folder, 'list.txt'), 'here');
    const files = optionFiles(path.join(folder, 'pipeline.yaml'));
    assert.equal(files.open('file', 'list.txt', 'text', text).value, 'here');
    assert.equal(files.of(path.join(folder, 'sub', 'x.yaml')).open('file', '../list.txt', 'text', text).value, 'here');
    assert.throws(
      () => files.open('file', 'absent.txt', 'text', text),
      (error: LogmillError) =>
        error.code === 'STAGE_OPTION' && /^file cannot be used: .*no such file/.test(error.message),
    );
  });
});

describe('secrets that options name', () => {
  const files = optionFiles(path.join(folder, 'pipeline.yaml'));

  test('come from a file beside the pipeline or from the environment', (t) => {
    writeFileSync(path.join(folder, 'secret'), ' s3cret\n');
    assert.equal(files.secret('key', { file: 'secret' }), 's3cret');
    process.env['LOGMILL_TEST_SECRET'] = 'other';
    t.after(() => delete process.env['LOGMILL_TEST_SECRET']);
    assert.equal(files.secret('key', { env: 'LOGMILL_TEST_SECRET' }), 'other');
  });

  test('that are not there are said to be so', () => {
    assert.throws(() => files.secret('key', { env: 'LOGMILL_NO_SUCH' }), /key is missing.*LOGMILL_NO_SUCH is not set/);
    assert.throws(
      () => files.secret('key', { file: 'absent' }),
      (error) =>
        error instanceof LogmillError && error.where.key === 'key' && /key is missing.*absent/.test(error.message),
    );
  });
});
