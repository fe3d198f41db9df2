/** A program that reads one file with an agent and, per chunk, writes its ids to another before it acknowledges: to be killed. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { startAgent } from '../../src/agent/agent.ts';
import { systemClock } from '../../src/model/clock.ts';
import { documentId } from '../../src/model/line.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { allIndexed, fileInput } from './rig.ts';

const [folder = ''] = process.argv.slice(2);
const agent = startAgent({
  inputs: [fileInput([path.join(folder, 'app.log')])],
  stateFolder: path.join(folder, 'state'),
  host: { id: 'host' },
  inFlightBytes: 512 * 1024,
  once: true,
  choosePipeline: () => 'json',
  telemetry: createTelemetry(),
  log: pino({ level: 'silent' }),
  // Saves at once: a checkpoint under way is what a kill should meet.
  clock: { ...systemClock, after: (_ms, run) => clearImmediate.bind(undefined, setImmediate(run)) },
});
for await (const chunk of agent.chunks()) {
  appendFileSync(path.join(folder, 'ids'), chunk.lines.map((line) => `${documentId(line)} ${line.text}\n`).join(''));
  chunk.acknowledge(allIndexed(chunk));
  process.stdout.write('.');
  await new Promise((resolve) => setImmediate(resolve));
}
await agent.stop();
