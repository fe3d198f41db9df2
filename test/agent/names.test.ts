import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { discover, globBase } from '../../src/agent/discover.ts';
import { namesBelow } from '../../src/agent/names.ts';

describe('names that a pattern matches', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  const write = (...names: string[]) => {
    for (const name of names) writeFileSync(at(name), name);
  };

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'logmill-names-'));
    for (const name of ['a/b/c', 'a/.dot', 'z.log', '.hidden']) mkdirSync(at(name), { recursive: true });
    write('app.log', 'app.log.1', 'app.log-20261121', '.app.log', 'app 2.log', '[x].log', '!a.log', 'b.gz', 'é.log');
    write('a/one.log', 'a/b/two.log', 'a/b/c/three.log', 'a/.dot/four.log', '.hidden/five.log', 'z.log/six.log');
    symlinkSync(at('app.log'), at('link.log'));
    symlinkSync(at('nowhere'), at('dangling.log'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const patterns = [
    '*.log',
    '*',
    '.*',
    '*.{log,gz}',
    'app.log.+([0-9])',
    'app.log-+([-0-9])',
    '!(app).log',
    '[a-m]*.log',
  ];
  const deep = [
    '**',
    '**/*.log',
    '*/*.log',
    'a/**/*.log',
    '**/b/**/*.log',
    '*/b/*.log',
    '*/one.log',
    '{a,z.log}/*.log',
  ];
  for (const pattern of [...patterns, ...deep, 'a/.dot/*', '{a/b,z.log}/*.log', '*/none/*.log', '**/*/t*.log']) {
    test(`${pattern} matches what the glob of Node matches`, async () => {
      const wanted: string[] = [];
      for await (const { parentPath, name } of glob(at(pattern), { withFileTypes: true })) {
        wanted.push(path.join(parentPath, name));
      }
      const found = new Set<string>();
      for await (const { names } of namesBelow(globBase(at(pattern)), at(pattern))) {
        for (const { file } of names) found.add(file);
      }
      // The folder itself is no file.
      assert.deepEqual([...found].toSorted(), wanted.filter((name) => name !== folder).toSorted());
    });
  }

  test('a link to a folder is followed by one star, as a shell does, and not by two', async () => {
    mkdirSync(at('far'));
    mkdirSync(at('apps'));
    write('far/app.log');
    symlinkSync(at('far'), at('apps/web'));
    const files = async (pattern: string) => (await discover([at(pattern)], [])).found.map((found) => found.path);
    assert.deepEqual(await files('apps/*/*.log'), [at('apps/web/app.log')]);
    assert.deepEqual(await files('apps/*/app.log'), [at('apps/web/app.log')]);
    assert.deepEqual(await files('apps/**/*.log'), []);
  });

  test('of the names of one file the same counts whatever their order: no link, then the first by the alphabet', async () => {
    mkdirSync(at('same'));
    write('same/m.log');
    linkSync(at('same/m.log'), at('same/z.log'));
    symlinkSync(at('same/m.log'), at('same/a.log'));
    for (let n = 0; n < 100; n++) write(`same/other-${n}`);
    const found = async () => (await discover([at('same/*.log')], [])).found.map((file) => file.path);
    assert.deepEqual(await found(), [at('same/m.log')]);
    linkSync(at('same/m.log'), at('same/b.log'));
    assert.deepEqual(await found(), [at('same/b.log')]);
  });

  test('a name that is not UTF-8 is said', async () => {
    mkdirSync(at('bytes'));
    writeFileSync(Buffer.concat([Buffer.from(at('bytes/caf')), Buffer.from([0xe9]), Buffer.from('.log')]), 'x');
    const { found, unreadable } = await discover([at('bytes/*.log')], []);
    assert.deepEqual([found, unreadable.map(({ reason }) => reason)], [[], ['its name is not UTF-8']]);
  });
});
