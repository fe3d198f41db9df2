import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { TraceMode } from '../../../src/agent/framing/traces.ts';
import { frameInBlocks, framer } from './blocks.ts';

/* Traces as runtimes print them, one file for each mode; a line of dashes stands between what are two events. */
const FOLDER = path.join(import.meta.dirname, 'traces');

describe('ready-made modes', () => {
  for (const name of readdirSync(FOLDER)) {
    const mode = path.basename(name, '.txt') as TraceMode;
    for (const chosen of [mode, 'traces'] as const)
      test(`${mode}: real traces are one event each, read by ${chosen}`, () => {
        const events = readFileSync(path.join(FOLDER, name), 'utf8')
          .split(/^-{8}\n/m)
          .map((event) => event.trimEnd());
        const framing = framer({ multiline: { mode: chosen, max_lines: 500, timeout: '5s' } });
        const bytes = Buffer.from(`${events.join('\n')}\n`);
        const { lines } = frameInBlocks(framing, bytes);
        assert.deepEqual(
          lines.map(({ text }) => text),
          events,
        );
        // No event of theirs begins like the middle of one.
        for (const { flags = [] } of lines) assert.ok(!flags.includes('multiline_continuation'));
      });
  }
});
