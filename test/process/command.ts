import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** The command as it runs in a checkout. */
export const SOURCES = new URL('../../src/cli/main.ts', import.meta.url).pathname;
/** What `npm test` has built, as it is installed: it starts in a fraction of the time. Else the checkout's. */
const MAIN = process.env['LOGMILL_MAIN'] ?? SOURCES;

export type Result = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A fresh folder and what removes it; for what several tests share. */
export function scratchFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A fresh folder that is removed after the test. */
export function scratch(t: TestContext): string {
  const { folder, remove } = scratchFolder();
  t.after(remove);
  return folder;
}

/** Writes a file into a folder and gives its path. */
export function write(folder: string, name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Starts the real command as a child process; it is killed when the test ends. */
export function start(
  t: TestContext,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
  stdin: 'ignore' | 'pipe' = 'ignore',
): Running {
  return startNode(t, [MAIN, ...args], env, cwd, stdin);
}

/** Starts a program of this checkout under the Node of the tests; it is killed when the test ends. */
export function startNode(
  t: TestContext,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
  stdin: 'ignore' | 'pipe' = 'ignore',
): Running {
  const child = spawn(process.execPath, args, {
    stdio: [stdin, 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
    cwd,
  });
  t.after(() => child.kill('SIGKILL'));
  return new Running(child);
}

/** Runs the real command to its end. */
export function run(t: TestContext, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  return start(t, args, env).ended;
}

/** Root may read and write anything, so tests of what may not be read or written give that right up. */
const WITHOUT_RIGHTS = ['setpriv', '--inh-caps=-all', '--bounding-set=-all', process.execPath] as const;

/** Runs the real command to its end, bound by the permissions of files also where the tests run as root. */
export function runUnprivileged(t: TestContext, args: readonly string[]): Promise<Result> {
  const [program, ...rest] = process.getuid?.() === 0 ? WITHOUT_RIGHTS : [process.execPath];
  const child = spawn(program, [...rest, MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return new Running(child).ended;
}

/** A command that is running. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  #stdout = '';
  #stderr = '';
  #waiting: (() => void)[] = [];

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (chunk) => {
      this.#stdout += chunk;
      this.#wake();
    });
    child.stderr?.on('data', (chunk) => {
      this.#stderr += chunk;
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
        this.#wake();
      });
    });
  }

  /** Standard output so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** Resolves when the output (both streams) matches; fails when the process ends before it does. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#stdout + this.#stderr);
      if (match !== null) return match;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(
          `ended (${this.child.exitCode ?? this.child.signalCode}) before ${pattern}:\n${this.#stdout}${this.#stderr}`,
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
