import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildPackage, CLI, environment, flagsFor } from './main-line.ts';
import { measure, startSink } from './processes.ts';
import { showTable } from './table.ts';

/**
 * `npm run bench:files`: an agent on many files that it knows from a run before. How long until it ships a line that came
 * meanwhile, from the start of the process; what it uses while nothing happens, from /proc; how soon it ships one line more.
 */

const { values: flags } = parseArgs({
  options: { files: { type: 'string', default: '10000' }, seconds: { type: 'string', default: '60' } },
});
const FILES = Number(flags.files);
const IDLE_SECONDS = Number(flags.seconds);
/** Of the system's clock, in which /proc counts CPU time. */
const TICKS_PER_SECOND = 100;

await buildPackage();
const sink = await startSink();
const folder = await mkdtemp(join(tmpdir(), 'logmill-many-'));
try {
  process.stdout.write(showTable(await figures()));
} finally {
  await sink.stop();
  await rm(folder, { recursive: true });
}

async function figures() {
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  for (let n = 0; n < FILES; n++) append(logs, n, 20);
  const config = join(folder, 'logmill.yaml');
  const inputs = [{ name: 'many', files: [join(logs, '*.log')], pipeline: 'pino', service: 'bench' }];
  const store = { elasticsearch: { node: sink.url } };
  const host = { id: 'bench', name: 'bench' };
  writeFileSync(config, JSON.stringify({ data: join(folder, 'data'), host, store, inputs }));
  const first = await measure([...flagsFor('agent'), CLI, 'agent', '--config', config, '--once']);
  await sink.documents();

  append(logs, FILES - 1, 1);
  const began = performance.now();
  const child = spawn(process.execPath, [...flagsFor('agent'), CLI, 'agent', '--config', config], {
    stdio: 'ignore',
    env: environment(),
  });
  try {
    await arrival();
    const started = (performance.now() - began) / 1000;
    const startCpu = usageOf(child.pid!).cpuSeconds;
    // What the start left to do, such as the first checkpoint, is not idling.
    await sleep(10_000);
    const before = usageOf(child.pid!);
    await sleep(IDLE_SECONDS * 1000);
    const after = usageOf(child.pid!);
    append(logs, 0, 1);
    const appended = performance.now();
    await arrival();
    const told = performance.now() - appended;
    return [
      { what: `first run over ${FILES} files`, value: first.seconds, unit: 's' },
      { what: 'start with all of them known, to the first new line', value: started, unit: 's' },
      { what: 'CPU of that', value: startCpu, unit: 's' },
      {
        what: `idle for ${IDLE_SECONDS} s`,
        value: ((after.cpuSeconds - before.cpuSeconds) / IDLE_SECONDS) * 100,
        unit: '% of a core',
      },
      { what: 'memory', value: after.rssMegabytes, unit: 'MB' },
      { what: 'open files', value: after.handles, unit: '' },
      { what: 'from a line to its arrival', value: told, unit: 'ms' },
    ];
  } finally {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
}

function append(logs: string, number: number, lines: number): void {
  const line = JSON.stringify({ level: 30, time: Date.now(), pid: 1, hostname: 'bench', msg: `file ${number}` });
  appendFileSync(join(logs, `app-${number}.log`), `${line}\n`.repeat(lines));
}

async function arrival(): Promise<void> {
  while ((await sink.documents()) === 0) await sleep(5);
}

function usageOf(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [pages = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').slice(1).map(Number);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rssMegabytes: (pages * 4096) / 1e6,
    handles: readdirSync(`/proc/${pid}/fd`).length,
  };
}
