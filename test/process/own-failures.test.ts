import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratch, start, write } from './command.ts';
import { eventually, serverOf } from './server.ts';

/* What goes wrong with the lines of logmill's own log must not make further lines of it, which would go wrong as well. */

test('logmill’s own log whose every line is refused is read to its end and stays as it is', async (t) => {
  const folder = scratch(t);
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nhttp: { port: 0 }\nstore: { embedded: {} }\ninputs:\n  - { name: logmill, files: ["./data/logs/logmill.log*"], pipeline: nginx-access }\n`,
  );
  const up = start(t, ['up', '--config', config]);
  const server = await serverOf(up);
  const log = path.join(folder, 'data', 'logs', 'logmill.log');
  const linesOf = () => readFileSync(log, 'utf8').trimEnd().split('\n').length;
  // A refused configuration is a failure that is logged.
  write(folder, 'logmill.yaml', 'nonsense: true\n');
  up.child.kill('SIGHUP');
  await eventually('the failure is logged', async () => /is refused/.test(readFileSync(log, 'utf8')));
  await eventually('every line is a dead letter', async () => {
    const { files } = await server.ask('ledger');
    return files.reduce((sum, { tally }) => sum + tally.dead_lettered.lines, 0) === linesOf();
  });
  // The file's change and the signal may each have it read and refused once; nothing comes of that.
  await eventually('the log has come to rest', async () => {
    const { size } = statSync(log);
    await sleep(2000);
    return statSync(log).size === size;
  });
});
