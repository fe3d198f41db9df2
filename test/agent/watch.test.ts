import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { type FSWatcher, mkdirSync, rmSync, symlinkSync, watch } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { foldersOf } from '../../src/agent/folders.ts';
import type { WatchOne } from '../../src/agent/watch.ts';
import { systemClock } from '../../src/model/clock.ts';
import { fileInput, Rig } from './rig.ts';

const NEVER = 3_600_000;
const TOLD_NOT = 'changes are not told of here; files are looked at every second instead';
const FOLLOW = path.join(import.meta.dirname, 'fixture-follow.ts');
/** Runs a command where no watch is allowed: the limit counts for a user namespace. */
const NO_WATCHES = 'echo 0 > /proc/sys/user/max_inotify_watches && exec "$@"';
const IN_NAMESPACE = ['unshare', '--user', '--map-root-user', 'sh', '-c', NO_WATCHES, 'sh'];

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('watching', () => {
  let rig: Rig;
  /** Folders watched now. */
  let watched: Set<string>;
  beforeEach(() => {
    rig = new Rig();
    watched = new Set();
    mkdirSync(rig.file('logs'));
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  /** The system's own watching, counted. */
  const watchOne: WatchOne = (folder, heard) => {
    const watcher = watch(folder, heard);
    watched.add(folder);
    watcher.on('close', () => watched.delete(folder));
    return watcher;
  };

  /** Appends until the line is read: the watch is set up in the background. */
  async function appendUntilRead(name: string, line: string): Promise<void> {
    let tries = 0;
    await until(() => {
      if (tries++ % 25 === 0) rig.append(name, `${line}\n`);
      return rig.texts().includes(line);
    });
  }

  test('takes one watch for a folder, however many files it holds', async () => {
    for (let n = 0; n < 300; n++) rig.append(`logs/${n}.log`, 'one\n');
    const inputs = [fileInput([rig.file('logs/*.log')])];
    rig.start(inputs, { watch: true, clock: systemClock, scanInterval: NEVER, watchOne });
    await rig.agent.settledOnce();
    await appendUntilRead('logs/7.log', 'two');
    assert.deepEqual([...watched], [rig.file('logs')]);
  });

  test('sees what a link leads to, and folders made later', async () => {
    mkdirSync(rig.file('elsewhere'));
    rig.append('elsewhere/real', 'one\n');
    symlinkSync(rig.file('elsewhere/real'), rig.file('logs/link.log'));
    const inputs = [fileInput([rig.file('logs/*.log'), rig.file('logs/*/deep/*.log')])];
    rig.start(inputs, { watch: true, clock: systemClock, scanInterval: NEVER, watchOne });
    await rig.agent.settledOnce();
    await appendUntilRead('elsewhere/real', 'two');
    mkdirSync(rig.file('logs/new/deep'), { recursive: true });
    await until(() => watched.has(rig.file('logs/new/deep')));
    await appendUntilRead('logs/new/deep/app.log', 'three');
    rmSync(rig.file('logs/new'), { recursive: true });
    await until(() => !watched.has(rig.file('logs/new/deep')));
  });

  test('names every folder in which something can appear, and no other', async () => {
    for (const folder of ['logs/a/x', 'logs/b/y/z', 'other']) mkdirSync(rig.file(folder), { recursive: true });
    const named = async (pattern: string) =>
      (await foldersOf(rig.file(pattern))).map(({ folder }) => folder.slice(rig.folder.length + 1)).sort();
    assert.deepEqual(await named('logs/app.log'), ['logs']);
    assert.deepEqual(await named('logs/*/*.log'), ['logs', 'logs/a', 'logs/b']);
    assert.deepEqual(await named('logs/*/y/*.log'), ['logs', 'logs/a', 'logs/b', 'logs/b/y']);
    assert.deepEqual(await named('logs/**/*.log'), ['logs', 'logs/a', 'logs/a/x', 'logs/b', 'logs/b/y', 'logs/b/y/z']);
    assert.deepEqual(await named('nowhere/*.log'), []);
  });

  test('a system out of watches is said once, files are looked at instead, and it is said when that is over', async () => {
    let isOut = true;
    const exhausted: WatchOne = (folder, heard): FSWatcher => {
      if (isOut)
        throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' });
      return watchOne(folder, heard);
    };
    rig.append('logs/app.log', 'one\n');
    const inputs = [fileInput([rig.file('logs/*.log')])];
    rig.start(inputs, { watch: true, clock: systemClock, scanInterval: 20, watchOne: exhausted });
    await rig.agent.settledOnce();
    for (const line of ['two', 'three']) {
      rig.append('logs/app.log', `${line}\n`);
      await until(() => rig.texts().includes(line));
    }
    assert.deepEqual(rig.troubles(), [TOLD_NOT]);
    isOut = false;
    await until(() => rig.said.some(({ msg }) => msg === 'changes are told of again'));
    assert.deepEqual([...watched], [rig.file('logs')]);
  });

  test('the same with a real limit of inotify, in a namespace of its own', { skip: namespaceSkip() }, async (t) => {
    rig.append('logs/app.log', 'one\n');
    const [program = '', ...rest] = IN_NAMESPACE;
    const child = spawn(program, [...rest, process.execPath, FOLLOW, rig.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (part) => {
      output += part;
    });
    await until(() => output.includes('read one') && output.includes(TOLD_NOT));
    assert.match(output, /ENOSPC/);
    rig.append('logs/app.log', 'two\n');
    await until(() => output.includes('read two'));
  });

  test('an input that is to be polled takes no watch, and its lines come all the same', async () => {
    rig.append('logs/app.log', 'one\n');
    const inputs = [fileInput([rig.file('logs/*.log')], { poll: true })];
    rig.start(inputs, { watch: true, clock: systemClock, watchOne });
    await rig.agent.settledOnce();
    rig.append('logs/app.log', 'two\n');
    await until(() => rig.texts().includes('two'));
    assert.equal(watched.size, 0);
    assert.deepEqual(rig.troubles(), []);
  });
});

/** Where user namespaces may not be made the real limit cannot be met without hitting everybody else. */
function namespaceSkip(): string | false {
  const [program = '', ...rest] = IN_NAMESPACE;
  return spawnSync(program, [...rest, 'true']).status === 0 ? false : 'no user namespace with a limit of its own here';
}
