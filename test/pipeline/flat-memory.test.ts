import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KINDS } from './hostile.ts';

/** Of each kind; LOGMILL_HOSTILE_MEGABYTES=100 for the long form, with `--test-timeout=1200000`. */
const MEGABYTES = process.env['LOGMILL_HOSTILE_MEGABYTES'] ?? '4';
/** By turns, as far as their caches go: names from JSON, names from pairs, a text. */
const PIPELINES = ['json', 'logfmt', 'plain-text'];
/** What caches may take for good, in all three pipelines, MB. */
const MOST_GROWTH = 30;
/** With what the pipelines take and what a line is while it is worked on; without bounds 100 MB need several times as much. */
const HEAP = ['--expose-gc', '--max-semi-space-size=4', '--max-old-space-size=100'];

const PROGRAM = fileURLToPath(new URL('flat-memory-run.ts', import.meta.url));
const run = promisify(execFile);

describe(`memory while ${MEGABYTES} MB of each kind of hostile text pass (the long form sends 100)`, () => {
  for (const kind of KINDS) {
    test(`stays flat on ${kind} in a small heap, and no line is lost`, async () => {
      const { stdout } = await run(process.execPath, [...HEAP, PROGRAM, kind, MEGABYTES, ...PIPELINES]);
      const { lines, lost, faults, before, most } = JSON.parse(stdout) as Record<string, number>;
      assert.deepEqual({ lost, faults }, { lost: 0, faults: [] });
      assert.ok(lines! > 0);
      assert.ok(most! - before! < MOST_GROWTH, `${before} MB before, ${most} MB at most`);
    });
  }
});
