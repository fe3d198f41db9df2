import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { findProgram } from '../lanes.ts';
import { fileInput, Rig } from './rig.ts';
import { Writer } from './writer.ts';

/*
 * The real logrotate over a pino application that keeps writing: every line is read exactly once, under one id, whatever
 * was rotated while the agent ran or was down.
 */

const run = promisify(execFile);
const program = findProgram('logrotate');
const skip = program === undefined && 'no logrotate here (Debian package logrotate)';

type Case = {
  readonly title: string;
  readonly options: readonly string[];
  /** Patterns beside the file's own name. */
  readonly rotated: readonly string[];
  /** The application stands still while the copy is made: what it wrote between copy and cut would be lost to anybody. */
  readonly pauses?: boolean;
};

/**
 * As logrotate's manual asks of the script: when it is over nobody writes to the old file any more. Where the file is packed
 * before that, what is written into it afterwards goes with it, and no shipper can have it.
 */
const HANGUP = ['create', 'postrotate', '  kill -HUP PID', '  until [ -s FILE ]; do sleep 0.02; done', 'endscript'];
const CASES: readonly Case[] = [
  { title: 'create', options: ['rotate 20', ...HANGUP], rotated: ['app.log.*'] },
  { title: 'create, the rotated files not asked for', options: ['rotate 20', ...HANGUP], rotated: [] },
  { title: 'compress', options: ['rotate 20', 'compress', ...HANGUP], rotated: ['app.log.*', 'app.log.*.gz'] },
  {
    title: 'delaycompress',
    options: ['rotate 20', 'compress', 'delaycompress', ...HANGUP],
    rotated: ['app.log.*', 'app.log.*.gz'],
  },
  { title: 'copytruncate', options: ['rotate 20', 'copytruncate'], rotated: ['app.log.*'], pauses: true },
  { title: 'copytruncate, the copy not asked for', options: ['rotate 20', 'copytruncate'], rotated: [], pauses: true },
];

for (const { title, options, rotated, pauses = false } of CASES) {
  test(`logrotate with ${title} takes no line away and doubles none`, { skip }, async (t) => {
    const rig = new Rig();
    t.after(() => rig.dispose());
    const log = rig.file('app.log');
    const inputs = [fileInput([log, ...rotated.map((name) => rig.file(name))])];
    const writer = new Writer(t, log);
    await writer.goesOn();
    const config = rig.file('rotate.conf');
    const lines = options.map((line) => line.replace('PID', String(writer.child.pid)).replace('FILE', log));
    writeFileSync(config, `${log} {\n  ${lines.join('\n  ')}\n}\n`);
    // It refuses a configuration that others could have written.
    chmodSync(config, 0o600);
    chmodSync(rig.folder, 0o755);
    const rotate = async () => {
      if (pauses) writer.child.kill('SIGSTOP');
      if (pauses && rotated.length === 0) await rig.agent.look();
      await run(program!, ['--force', '--state', rig.file('rotate.state'), config]);
      writer.child.kill('SIGCONT');
      if (!pauses) await writer.says(/reopened\n/);
      await writer.goesOn();
    };

    await rig.started(inputs);
    for (let round = 0; round < 3; round++) {
      await rotate();
      await rig.agent.look();
    }
    if (rotated.length > 0) {
      await rig.stop();
      for (let round = 0; round < 3; round++) await rotate();
      await rig.started(inputs);
      await rotate();
    }
    const written = await writer.stop();
    await rig.agent.look();
    await rig.agent.look();
    await rig.stop();
    const numbers = rig.lines.map(({ text }) => (JSON.parse(text) as { number: number }).number);
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      Array.from({ length: written }, (_, number) => number),
    );
    assert.equal(new Set(rig.ids()).size, written);
    assert.deepEqual(rig.troubles(), []);
  });
}
