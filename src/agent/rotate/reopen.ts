import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { RotateConfig } from '../../config/rotate-schema.ts';

const TIMEOUT = 30_000;
const run = promisify(execFile);

/**
 * What makes the writer of a rotated file open it again; undefined where it is not told.
 * The promise rejects with why it did not work.
 */
export function reopening({
  command,
  signal,
}: Pick<RotateConfig, 'command' | 'signal'>): ((file: string) => Promise<void>) | undefined {
  if (command !== undefined) {
    const [program = '', ...rest] = command;
    return async (file) => {
      await run(program, rest, { timeout: TIMEOUT, env: { ...process.env, LOGMILL_FILE: file } });
    };
  }
  if (signal !== undefined) return async () => sendSignal(signal);
  return undefined;
}

function sendSignal({ pid_file: pidFile, name }: NonNullable<RotateConfig['signal']>): void {
  const text = readFileSync(pidFile, 'utf8').trim();
  const pid = Number(text);
  // 0 and negative numbers would be whole groups of processes.
  if (!/^\d+$/.test(text) || pid <= 1) throw new Error(`${pidFile} holds no process id`);
  process.kill(pid, `SIG${name}`);
}
