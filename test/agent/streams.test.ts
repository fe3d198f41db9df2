import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { keyOf } from '../../src/agent/identity.ts';
import type { InputConfig } from '../../src/config/schema.ts';
import { type Clock, systemClock } from '../../src/model/clock.ts';
import { balances } from '../../src/model/ledger.ts';
import { Rig } from './rig.ts';

const journal: InputConfig = {
  name: 'journal',
  journald: true,
  start: 'beginning',
  encoding: 'utf-8',
  max_line_bytes: '1MB',
};

const entry = (n: number) =>
  JSON.stringify({ __CURSOR: `s=abc;i=${n.toString(16)};b=0;m=1;t=2;x=3`, MESSAGE: `message ${n}`, PRIORITY: '6' });

describe('journald', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  /** A stand-in for journalctl: notes its arguments and prints the entries after the cursor it is given. */
  function journalctl(entries: number): string {
    const file = rig.file('journalctl');
    writeFileSync(rig.file('entries'), Array.from({ length: entries }, (_, n) => `${entry(n)}\n`).join(''));
    writeFileSync(
      file,
      [
        '#!/bin/sh',
        `echo "$@" >> ${rig.file('arguments')}`,
        'after=',
        'for a in "$@"; do case "$a" in --after-cursor=*) after=$(echo "$a" | cut -d= -f2-);; esac; done',
        `if [ -z "$after" ]; then cat ${rig.file('entries')}; else sed "1,/$after/d" ${rig.file('entries')}; fi`,
      ].join('\n'),
    );
    chmodSync(file, 0o755);
    return file;
  }

  test('entries carry the journal’s own sequence numbers, so ids need no state', async () => {
    await rig.once([journal], { journalctl: journalctl(300) });
    assert.equal(rig.lines.length, 300);
    assert.deepEqual(
      rig.lines.slice(0, 2).map(({ offset, fileKey }) => [offset, fileKey]),
      [
        [0, keyOf('host', 'journal', 'abc')],
        [1, keyOf('host', 'journal', 'abc')],
      ],
    );
    assert.equal(rig.agent.files()[0]!.pipeline, 'journald');
    assert.ok(rig.agent.files().every(balances));
  });

  test('the next run goes on after the cursor of the last acknowledged entry', async () => {
    await rig.once([journal], { journalctl: journalctl(10) });
    await rig.once([journal], { journalctl: journalctl(15) });
    assert.deepEqual(
      rig.lines.map(({ offset }) => offset),
      Array.from({ length: 15 }, (_, n) => n),
    );
    assert.match(readFileSync(rig.file('arguments'), 'utf8').split('\n')[1]!, /--after-cursor=s=abc;i=9;/);
  });

  test('a machine without journalctl is said, and everything else goes on', async () => {
    await rig.once([journal], { journalctl: rig.file('absent') });
    assert.deepEqual(rig.troubles(), ['the journal is not read']);
  });

  /** A clock whose pauses end when told: each call resolves to what ends the next one. */
  function pauses(): { clock: Clock; begun: readonly (() => void)[]; next: () => Promise<() => void> } {
    const begun: (() => void)[] = [];
    const next = async () => {
      while (begun.length === 0) await new Promise(setImmediate);
      return begun.shift()!;
    };
    const after = (ms: number, run: () => void) => {
      if (ms === 5000) begun.push(run);
      return () => {};
    };
    return { clock: { ...systemClock, after }, begun, next };
  }

  test('journalctl that is killed is started again, and a line it was killed in comes whole', async () => {
    const program = journalctl(3);
    writeFileSync(program, `${readFileSync(program, 'utf8')}\nprintf '{"__CURSOR":"s=abc;i=9;","MESS'\nkill -9 $$\n`);
    const { clock, next } = pauses();
    await rig.started([journal], { journalctl: program, clock });
    const restart = await next();
    await rig.agent.look();
    assert.equal(rig.lines.length, 3);
    journalctl(5);
    restart();
    await next();
    await rig.agent.look();
    assert.deepEqual(
      rig.lines.map(({ offset }) => offset),
      [0, 1, 2, 3, 4],
    );
    assert.equal(rig.troubles()[0], 'journalctl ended; starting it again');
  });

  test('journalctl that is killed ends a single run, with the reason', async () => {
    const program = journalctl(0);
    writeFileSync(program, '#!/bin/sh\nkill -9 $$\n');
    await rig.once([journal], { journalctl: program });
    assert.deepEqual(rig.troubles(), ['the journal is not read']);
  });

  test('a missing journalctl is said once and not tried again', async () => {
    const { clock, begun } = pauses();
    await rig.started([journal], { journalctl: rig.file('absent'), clock });
    while (rig.troubles().length === 0) await new Promise(setImmediate);
    for (let n = 0; n < 10; n++) await new Promise(setImmediate);
    assert.deepEqual(rig.troubles(), ['the journal is not read']);
    assert.deepEqual(begun, []);
  });
});

/** What an agent reads of what is written to it, a line each. */
async function readOfStdin(parts: readonly (string | Buffer)[]): Promise<string[]> {
  const program = path.join(import.meta.dirname, 'fixture-stdin.ts');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  for (const part of parts) child.stdin.write(part);
  child.stdin.end();
  await once(child, 'close');
  return out.trimEnd().split('\n');
}

test('standard input is read to its end, bytes exact, each run with ids of its own', async () => {
  const parts = [...Array.from({ length: 2000 }, (_, n) => `line ${n} ü\n`), Buffer.from([0x62, 0xff])];
  const [first, second] = [await readOfStdin(parts), await readOfStdin(parts)];
  assert.equal(first.length, 2001);
  assert.match(first[1999]!, / 24877 line 1999 ü$/);
  assert.match(first[2000]!, / b\uFFFD raw=62ff$/);
  assert.notEqual(first[0]!.split(' ')[0], second[0]!.split(' ')[0]);
});

test('lines of standard input are joined as the pipeline wants that its first lines chose', async () => {
  const texts = async (...parts: string[]) => (await readOfStdin(parts)).map((line) => line.replace(/^\S+ /, ''));
  assert.deepEqual(await texts('beg', 'in\n one\n', ' two\nbegin\n', ' three\n'), [
    '0 begin| one| two',
    '16 begin| three',
  ]);
  assert.deepEqual(await texts('plain\n', 'begin\n one'), ['0 plain', '6 begin', '12  one']);
  assert.deepEqual(await texts('begin'), ['0 begin']);
});
