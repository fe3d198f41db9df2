/** A program that reads all files of a folder to their ends and stops: to be run where few files may be open. */
import path from 'node:path';
import { pino } from 'pino';
import { startAgent } from '../../src/agent/agent.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { allIndexed, fileInput } from './rig.ts';

const [folder = ''] = process.argv.slice(2);
const agent = startAgent({
  inputs: [fileInput([path.join(folder, 'logs', '*.log')])],
  stateFolder: path.join(folder, 'state'),
  host: { id: 'host' },
  inFlightBytes: 32 * 1024 * 1024,
  once: false,
  choosePipeline: () => 'json',
  telemetry: createTelemetry(),
  log: pino({ level: 'warn' }, pino.destination(2)),
});
let lines = 0;
let open = 0;
let chunks = 0;
void agent.settledOnce().then(() => agent.stop());
for await (const chunk of agent.chunks()) {
  lines += chunk.lines.length;
  if (chunks++ % 100 === 0) open = Math.max(open, agent.status().open);
  chunk.acknowledge(allIndexed(chunk));
}
await agent.stop();
process.stdout.write(JSON.stringify({ lines, open, unreadable: agent.status().unreadable.length }));
