import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../lanes.ts';
import type { Usage } from './processes.ts';

/** Other shippers on the same lines, core and sink, so that figures can stand side by side. */

const CONFIG = fileURLToPath(new URL('../../../shared/bench/rsyslog.conf', import.meta.url));
const MODULE = 'rsyslog/omelasticsearch.so';
const LIBRARIES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib'];
const LOOK_MS = 20;
/** Kernel ticks a second; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Why rsyslog cannot be measured here; undefined where it can. */
export function rsyslogMissing(): string | undefined {
  if (!existsSync(CONFIG)) return 'no ../shared/bench beside the checkout';
  if (findProgram('rsyslogd') === undefined || findProgram('taskset') === undefined) return 'no rsyslogd or taskset';
  if (!LIBRARIES.some((folder) => existsSync(join(folder, MODULE)))) return `no ${MODULE}`;
  return undefined;
}

/** One run of rsyslog over the file into the sink: from its start until `arrived` says that every line is there. */
export async function measureRsyslog(file: string, port: number, arrived: () => Promise<boolean>): Promise<Usage> {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-bench-rsyslog-'));
  await mkdir(join(folder, 'rsyslog'));
  await symlink(file, join(folder, 'in.log'));
  const text = readFileSync(CONFIG, 'utf8').replaceAll('RUN', folder).replace('9299', String(port));
  await writeFile(join(folder, 'rsyslog.conf'), text);
  const started = performance.now();
  const child = spawn(
    findProgram('taskset')!,
    ['-c', '0', findProgram('rsyslogd')!, '-n', '-f', join(folder, 'rsyslog.conf'), '-iNONE'],
    { stdio: 'ignore' },
  );
  try {
    while (!(await arrived())) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`rsyslogd ended with ${child.exitCode ?? child.signalCode}`);
      await sleep(LOOK_MS);
    }
    const seconds = (performance.now() - started) / 1000;
    return { seconds, ...usageOf(child), output: '' };
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a running process has used so far. Linux only. */
export function usageOf({ pid }: Pick<ChildProcess, 'pid'>): { cpuSeconds: number; rssMegabytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold blanks: state is field 3, user and system time are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS, rssMegabytes: (Number(peak) * 1024) / 1e6 };
}
