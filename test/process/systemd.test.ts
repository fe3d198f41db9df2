import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../lanes.ts';

/* The unit for systemd. No systemd runs services where these tests do, so it is read by systemd's own checker. */

const UNIT = fileURLToPath(new URL('../../config/systemd/logmill.service', import.meta.url));
const analyze = findProgram('systemd-analyze');
const skip = analyze === undefined && 'no systemd-analyze here';
/** Of 100, in systemd's own reckoning of what a service could reach if it were taken over. */
const MOST_EXPOSED = 20;
const text = readFileSync(UNIT, 'utf8');

test('systemd understands every line of the unit', { skip }, () => {
  assert.equal(execFileSync(analyze!, ['verify', UNIT], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }), '');
});

test('the unit keeps the service away from what it does not need', { skip }, () => {
  execFileSync(analyze!, ['security', '--offline=true', `--threshold=${MOST_EXPOSED}`, '--no-pager', UNIT], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
});

test('the service runs as a user of its own, takes its configuration anew at a reload and has time to stop', () => {
  const settingOf = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
  assert.notEqual(settingOf('User') ?? 'root', 'root');
  assert.match(settingOf('ExecReload') ?? '', /-HUP \$MAINPID$/);
  assert.ok(Number.parseInt(settingOf('TimeoutStopSec') ?? '0', 10) >= 20, 'longer than what is under way may take');
});
