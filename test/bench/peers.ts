import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findProgram, findSyslogNg } from '../lanes.ts';
import type { Usage } from './processes.ts';

/** Another shipper on the same lines, core and sink, so that figures can stand side by side. */
export type Peer = {
  readonly name: string;
  /** Why it cannot be measured here; undefined where it can. */
  readonly missing: string | undefined;
  /** Program, arguments and environment to run it on a folder with its configuration. */
  command(folder: string): { program: string; args: string[]; env: NodeJS.ProcessEnv };
  readonly config: string;
};

const SHARED = fileURLToPath(new URL('../../../shared/bench/', import.meta.url));
const LIBRARIES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib'];
const LOOK_MS = 20;
/** Kernel ticks a second; 100 on every Linux that Node runs on. */
const TICKS = 100;

const syslogNg = findSyslogNg();

/** The peers that Debian has, in the order of the table. */
export const PEERS: readonly Peer[] = [
  {
    name: 'rsyslog',
    config: 'rsyslog.conf',
    missing: missing(
      findProgram('rsyslogd') !== undefined &&
        LIBRARIES.some((folder) => existsSync(join(folder, 'rsyslog/omelasticsearch.so'))),
      'no rsyslogd with omelasticsearch',
    ),
    command: (folder) => ({
      program: findProgram('rsyslogd')!,
      args: ['-n', '-f', join(folder, 'rsyslog.conf'), '-iNONE'],
      env: process.env,
    }),
  },
  {
    name: 'syslog-ng',
    config: 'syslog-ng.conf',
    missing: missing(hasHttp(), 'no syslog-ng with its HTTP module (see .ci/run)'),
    command: (folder) => {
      const { program, args, env } = syslogNg!;
      const files = { f: 'syslog-ng.conf', R: 'persist', c: 'control', p: 'pid' };
      const own = Object.entries(files).flatMap(([flag, name]) => [`-${flag}`, join(folder, name)]);
      return { program, args: [...args, '-F', ...own], env };
    },
  },
];

function missing(isThere: boolean, what: string): string | undefined {
  if (!existsSync(SHARED)) return 'no ../shared/bench beside the checkout';
  if (findProgram('taskset') === undefined) return 'no taskset';
  return isThere ? undefined : what;
}

function hasHttp(): boolean {
  const path = syslogNg?.args[0]?.split('=')[1];
  if (path !== undefined) return existsSync(join(path, 'libhttp.so'));
  return LIBRARIES.some((folder) => {
    const versions = join(folder, 'syslog-ng');
    return existsSync(versions) && readdirSync(versions).some((name) => existsSync(join(versions, name, 'libhttp.so')));
  });
}

/** A peer that follows `file` into the sink on `port`, on core 0. */
export async function startPeer(peer: Peer, file: string, port: number) {
  const folder = await mkdtemp(join(tmpdir(), `logmill-bench-${peer.name}-`));
  await mkdir(join(folder, 'rsyslog'));
  await symlink(file, join(folder, 'in.log'));
  const text = readFileSync(join(SHARED, peer.config), 'utf8').replaceAll('RUN', folder).replace('9299', String(port));
  await writeFile(join(folder, peer.config), text);
  const { program, args, env } = peer.command(folder);
  const child = spawn(findProgram('taskset')!, ['-c', '0', program, ...args], { stdio: 'ignore', env });
  return {
    usage: () => usageOf(child),
    hasEnded: () => child.exitCode ?? child.signalCode ?? undefined,
    async stop(): Promise<void> {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One run of a peer over the file into the sink: from its start until `arrived` says that every line is there. */
export async function measurePeer(
  peer: Peer,
  file: string,
  port: number,
  arrived: () => Promise<boolean>,
): Promise<Usage> {
  const started = performance.now();
  const running = await startPeer(peer, file, port);
  try {
    while (!(await arrived())) {
      if (running.hasEnded() !== undefined) throw new Error(`${peer.name} ended with ${running.hasEnded()}`);
      await sleep(LOOK_MS);
    }
    const seconds = (performance.now() - started) / 1000;
    return { seconds, ...running.usage(), output: '' };
  } finally {
    await running.stop();
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
