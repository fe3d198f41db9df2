/**
 * A program that reads a log and rotates it with each look, writing the ids of each chunk to another file before it
 * acknowledges: to be killed. Ends when its standard input does, once nothing is left to do.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { startAgent } from '../../../src/agent/agent.ts';
import { Rotation } from '../../../src/agent/rotate/rotation.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { documentId } from '../../../src/model/line.ts';
import { createTelemetry } from '../../../src/telemetry.ts';
import { allIndexed } from '../rig.ts';
import { rotatedInput } from './rotation-rig.ts';

const [folder = '', rotate = '{}'] = process.argv.slice(2);
const inputs = [rotatedInput([path.join(folder, 'app.log')], JSON.parse(rotate))];
const stateFolder = path.join(folder, 'state');
const telemetry = createTelemetry();
const log = pino({ level: 'warn' }, pino.destination(2));
const agent = startAgent({
  inputs,
  stateFolder,
  host: { id: 'host' },
  inFlightBytes: 1024 * 1024,
  once: false,
  watch: false,
  choosePipeline: () => 'json',
  telemetry,
  log,
  // Saves at once: a checkpoint under way is what a kill should meet.
  clock: { ...systemClock, after: (_ms, run) => clearImmediate.bind(undefined, setImmediate(run)) },
});
const rotation = new Rotation({
  inputs,
  agent,
  stateFolder,
  telemetry,
  log,
  clock: systemClock,
  nextDue: () => Number.POSITIVE_INFINITY,
  quiet: 0,
});
let ending = false;
process.stdin.on('end', () => {
  ending = true;
});
process.stdin.resume();
const reading = (async () => {
  for await (const chunk of agent.chunks()) {
    const ids = chunk.lines.map((line) => `${documentId(line)} ${line.text}\n`);
    appendFileSync(path.join(folder, 'ids'), ids.join(''));
    chunk.acknowledge(allIndexed(chunk));
  }
})();
for (let last = false; ; ) {
  await agent.look();
  await rotation.check();
  process.stdout.write('.');
  if (last) break;
  last = ending;
}
await agent.stop();
await reading;
