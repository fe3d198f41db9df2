/** A program that reads its standard input with an agent and prints what came out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { startAgent } from '../../src/agent/agent.ts';
import type { Multiline } from '../../src/config/multiline.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { allIndexed } from './rig.ts';

const JOINED: Multiline = { start: '^begin', max_lines: 100, timeout: '1s' };
const state = mkdtempSync(path.join(tmpdir(), 'logmill-stdin-'));
const agent = startAgent({
  inputs: [{ name: 'in', stdin: true, start: 'beginning', encoding: 'utf-8', max_line_bytes: '1MB' }],
  stateFolder: state,
  host: { id: 'host' },
  inFlightBytes: 64 * 1024,
  once: true,
  choosePipeline: (_path, [first]) => (first === 'begin' ? 'joined' : 'plain-text'),
  multilineOf: (pipeline) => (pipeline === 'joined' ? JOINED : undefined),
  telemetry: createTelemetry(),
  log: pino({ level: 'silent' }),
});
for await (const chunk of agent.chunks()) {
  for (const { fileKey, offset, text, raw } of chunk.lines) {
    console.log(
      `${fileKey} ${offset} ${text.replaceAll('\n', '|')}${raw === undefined ? '' : ` raw=${raw.toString('hex')}`}`,
    );
  }
  chunk.acknowledge(allIndexed(chunk));
}
await agent.stop();
rmSync(state, { recursive: true });
