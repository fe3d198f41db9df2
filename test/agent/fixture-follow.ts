/** A program that follows the logs of a folder until it is ended, and prints what it reads and what it says. */
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
  inFlightBytes: 1024 * 1024,
  once: false,
  choosePipeline: () => 'json',
  telemetry: createTelemetry(),
  log: pino({ level: 'warn' }, pino.destination(1)),
});
for await (const chunk of agent.chunks()) {
  for (const { text } of chunk.lines) process.stdout.write(`read ${text}\n`);
  chunk.acknowledge(allIndexed(chunk));
}
