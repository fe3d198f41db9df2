import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findProgram } from '../lanes.ts';
import { run, scratchFolder, write } from './command.ts';

const LINES = 3000;
/** Room for an empty store, but not for what the lines need. */
const TOO_SMALL = '2m';
const ENOUGH = '64m';

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Why no file system of a size of our own can be had here; false when one can. */
function withoutMount(): string | false {
  if (process.getuid?.() !== 0 || findProgram('mount') === undefined) return 'only root can mount a small file system';
  const { folder, remove } = scratchFolder();
  try {
    mount(folder, 'size=1m');
    execFileSync('umount', [folder]);
    return false;
  } catch {
    return 'a small file system cannot be mounted here';
  } finally {
    remove();
  }
}

test('a full disk ends a --once run with a clear line and exit code 1; with space again every line is there once', {
  skip: withoutMount(),
}, async (t) => {
  const { folder, remove } = scratchFolder();
  const disk = path.join(folder, 'disk');
  mkdirSync(disk);
  mount(disk, `size=${TOO_SMALL}`);
  t.after(() => {
    execFileSync('umount', ['--lazy', disk]);
    remove();
  });
  // Without repetition, so that no compression makes it fit.
  const filler = (line: number) =>
    Array.from({ length: 60 }, (_, at) => (((line * 60 + at) * 2654435761) % 2 ** 32).toString(36));
  const messages = Array.from({ length: LINES }, (_, at) => `line ${at} ${filler(at).join('')}`);
  const app = write(folder, 'app.log', messages.map((message) => `${JSON.stringify({ message })}\n`).join(''));
  const config = write(
    folder,
    'logmill.yaml',
    'data: ./disk/data\nstore: { embedded: {} }\ninputs:\n  - { name: app, files: [./app.log], pipeline: json }\n',
  );
  const full = await run(t, ['agent', '--once', '--wait', '1s', '--config', config]);
  assert.equal(full.code, 1, full.stdout + full.stderr);
  assert.match(full.stderr, /^logmill: no space left on the device of .*disk\/data/m);
  assert.doesNotMatch(full.stderr, /^ +at /m, 'no stack');

  mount(disk, `remount,size=${ENOUGH}`);
  const again = await run(t, ['agent', '--once', '--config', config]);
  assert.equal(again.code, 0, again.stderr);
  const found = await run(t, ['search', '--json', '--size', '10000', '--sort', 'log.offset:asc', '--config', config]);
  const stored = found.stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { message: string }).message);
  assert.deepEqual(stored, messages);
  const ledger = await run(t, ['ledger', '--json', '--config', config]);
  const entries = ledger.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    entries.map(({ path: file, read, gaps, balances }) => [file, read.lines, gaps, balances]),
    [[app, LINES, 0, true]],
    'nothing is taken for lost',
  );
});
