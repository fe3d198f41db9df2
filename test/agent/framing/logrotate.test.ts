import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../../../src/model/clock.ts';
import { findProgram } from '../../lanes.ts';
import { fileInput, Rig } from '../rig.ts';
import { Writer } from '../writer.ts';
import { JAVA } from './event-rig.ts';

/* The real logrotate over an application in the middle of events of four lines: none is torn where both files are seen. */

const WRITER = fileURLToPath(new URL('fixture-trace-writer.ts', import.meta.url));
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
  /** The end of an event that was rotated into a compressed file is an event of its own. */
  readonly tears?: boolean;
};

/** Over only when nobody writes to the old file any more, as logrotate's manual asks. */
const HANGUP = ['create', 'postrotate', '  kill -HUP PID', '  until [ -s FILE ]; do sleep 0.02; done', 'endscript'];
const CASES: readonly Case[] = [
  { title: 'create', options: ['rotate 20', ...HANGUP], rotated: ['app.log.*'] },
  { title: 'dateext', options: ['rotate 20', 'dateext', 'dateformat -%Y%m%d-%s', ...HANGUP], rotated: ['app.log-*'] },
  {
    title: 'compress',
    options: ['rotate 20', 'compress', ...HANGUP],
    rotated: ['app.log.*', 'app.log.*.gz'],
    tears: true,
  },
  { title: 'copytruncate', options: ['rotate 20', 'copytruncate'], rotated: ['app.log.*'], pauses: true },
];

for (const { title, options, rotated, pauses = false, tears = false } of CASES) {
  test(`report 11: logrotate with ${title} in the middle of events loses and doubles no line of them`, {
    skip,
  }, async (t) => {
    const rig = new Rig();
    t.after(() => rig.dispose());
    const log = rig.file('app.log');
    const inputs = [
      fileInput([log, ...rotated.map((name) => rig.file(name))], { multiline: { ...JAVA, timeout: '2s' } }),
    ];
    const writer = new Writer(t, log, WRITER);
    await writer.goesOn();
    const config = rig.file('rotate.conf');
    const lines = options.map((line) => line.replace('PID', String(writer.child.pid)).replace('FILE', log));
    writeFileSync(config, `${log} {\n  ${lines.join('\n  ')}\n}\n`);
    // It refuses a configuration that others could have written.
    chmodSync(config, 0o600);
    chmodSync(rig.folder, 0o755);
    const rotate = async () => {
      if (pauses) writer.child.kill('SIGSTOP');
      // Names by the second must not meet.
      if (title === 'dateext') await pause(1100);
      await run(program!, ['--force', '--state', rig.file('rotate.state'), config]);
      writer.child.kill('SIGCONT');
      if (!pauses) await writer.says(/reopened\n/);
      await writer.goesOn();
    };

    await rig.started(inputs, { clock: systemClock });
    for (let round = 0; round < 3; round++) {
      await rotate();
      await rig.agent.look();
    }
    await rig.stop();
    for (let round = 0; round < 2; round++) await rotate();
    await rig.started(inputs, { clock: systemClock });
    await rotate();
    const written = await writer.stop();
    const stored = () => {
      const byId = new Map(rig.lines.toReversed().map(({ id, text }) => [id, text]));
      return [...byId.values()].map((text) => [...text.matchAll(/<(\d+)>/g)].map(([, number]) => Number(number)));
    };
    for (let look = 0; stored().flat().length < written && look < 400; look++) {
      await rig.agent.look();
      await pause(50);
    }
    await rig.stop();
    assert.deepEqual(
      stored()
        .flat()
        .sort((a, b) => a - b),
      Array.from({ length: written }, (_, number) => number),
    );
    assert.deepEqual(rig.troubles(), []);
    const whole = stored().filter(
      (numbers) => numbers[0]! % 4 === 0 && numbers.every((n, at) => n === numbers[0]! + at),
    );
    if (!tears) assert.equal(whole.length, Math.ceil(written / 4));
    assert.ok(whole.filter(({ length }) => length === 4).length >= Math.floor(written / 4) - 8);
  });
}
