import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogmillError } from '../errors.ts';

/** Commands that keep a folder until they are stopped. */
const LASTING = ['up', 'serve', 'agent'];
/** Reading commands are done within this; a folder that is held for longer is refused, ms. */
const PATIENCE_MS = 5000;
const RETRY_MS = 50;

/** What a lock file tells about its holder. */
export type Holder = {
  readonly pid: number;
  /** Name of its command; undefined in the lock of an earlier version. */
  readonly command: string | undefined;
  /** Start time of the process in clock ticks since boot where the system tells it: a reused pid is not the holder. */
  readonly started: string | undefined;
  /** Port of the holder's HTTP server; undefined while it serves none. */
  readonly port: number | undefined;
  /** Bearer token for commands of the same user; the file is readable by its owner only. */
  readonly token: string;
};

/** A folder claimed by this process. */
export type Lock = {
  readonly token: string;
  /** Publishes the port once the server listens. */
  announce(port: number): void;
  release(): void;
};

/**
 * Claims a lock file for a command of this process. A holder that is gone (kill -9 is normal) is replaced.
 * @throws LogmillError DATA_LOCKED when a living process holds it, DATA_UNWRITABLE when the folder cannot be written.
 */
export function acquireLock(file: string, command: string): Lock {
  const own: Holder = {
    pid: process.pid,
    command,
    started: startOf(process.pid),
    port: undefined,
    token: randomBytes(24).toString('base64url'),
  };
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o750 });
    while (!create(file, own)) {
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) throw locked(file, holder);
      setAside(file, holder);
    }
  } catch (error) {
    if (error instanceof LogmillError) throw error;
    throw new LogmillError(
      'DATA_UNWRITABLE',
      { path: path.dirname(file), detail: (error as Error).message },
      {},
      error,
    );
  }
  return {
    token: own.token,
    announce: (port) => {
      const next = `${file}.${process.pid}`;
      writeFileSync(next, JSON.stringify({ ...own, port }), { mode: 0o600 });
      renameSync(next, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/**
 * The same for a command that can wait: a holder that reads and goes again is waited for.
 * @throws LogmillError as `acquireLock` does; at once where the holder is one that stays.
 */
export async function claimLock(file: string, command: string, patienceMs = PATIENCE_MS): Promise<Lock> {
  for (const end = performance.now() + patienceMs; ; ) {
    try {
      return acquireLock(file, command);
    } catch (error) {
      const isHeld = error instanceof LogmillError && error.code === 'DATA_LOCKED';
      const { command: by = '', port } = lockHolder(file) ?? {};
      if (!isHeld || port !== undefined || LASTING.includes(by) || performance.now() >= end) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** The living holder of a lock file; undefined when there is none. */
export function lockHolder(file: string): Holder | undefined {
  const holder = readHolder(file);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

function create(file: string, holder: Holder): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, JSON.stringify(holder));
    closeSync(handle);
    // Another process may have read it half-written, taken it for damaged and replaced it.
    return readHolder(file)?.token === holder.token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a stale lock away. Another process may have replaced it since it was read: then that one is put back. */
function setAside(file: string, judged: Holder | undefined): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.token !== judged?.token && isAlive(moved)) {
    renameSync(aside, file);
    throw locked(file, moved);
  }
  rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === undefined || startOf(pid) === started;
}

/** Field 22 of /proc/PID/stat; the command name before it may hold spaces, so counting starts after its bracket. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function locked(file: string, { pid, command, port }: Holder): LogmillError {
  return new LogmillError('DATA_LOCKED', {
    path: path.dirname(file),
    pid,
    command: command === undefined ? '' : ` (logmill ${command})`,
    port: port === undefined ? '' : ` on port ${port}`,
  });
}
