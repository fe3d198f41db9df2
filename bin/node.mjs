// Plain JavaScript for Node >= 20: finds a Node that can run this project's TypeScript, and installs packages when missing.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const WANTED_MAJOR = 24;
const require = createRequire(import.meta.url);

/** Path of a Node >= 24: this one, else the binary that came as an optional dependency. Undefined when there is none. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) return process.execPath;
  const os = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const folder = path.dirname(require.resolve(`node-${os}-${process.arch}/package.json`));
    const binary = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** As findNode, but ends the process with one clear line when there is none. */
export function requireNode() {
  const node = findNode();
  if (node !== undefined) return node;
  console.error(
    `logmill: needs Node ${WANTED_MAJOR} or newer, this is ${process.versions.node}, and no packaged Node fits ` +
      `${process.platform}-${process.arch}. Run "npm ci" in ${root}, or install Node ${WANTED_MAJOR}.`,
  );
  process.exit(1);
}

/** Installs the locked packages when they are missing or older than the lock file. Does nothing in a published package. */
export async function ensureInstalled() {
  const lock = path.join(root, 'package-lock.json');
  if (!existsSync(lock)) return;
  const stamp = path.join(root, 'node_modules', '.logmill-installed');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const stop = showProgress('installing packages (once)');
  const { code, output } = await runQuietly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  stop(code === 0);
  if (code !== 0) {
    console.error(output.trim().split('\n').slice(-15).join('\n'));
    console.error('logmill: "npm ci" failed; check the network and the npm registry setting, then try again.');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

/**
 * Lines that wait for the store at the start teach V8 that lines live long: all that come after them would then be made in
 * the old generation, in one process and not in the next (ADR 12).
 */
const YOUNG = ['--max-semi-space-size=4', '--no-allocation-site-pretenuring'];

/**
 * V8's flags for a command, all to keep resident memory down where V8 would size itself by the machine's: what runs for
 * days keeps its young generation small and may give back what its start left behind; the agent, whose work is garbage
 * line by line, is as fast with 4 MB as with more (ADR 12), and lets its heap grow by a third, not twofold, before it collects;
 * `pipeline` does the same work, and measures it.
 */
export function flagsFor(command) {
  if (command === 'up' || command === 'serve') return [...YOUNG, '--expose-gc'];
  const runsLines = command === 'agent' || command === 'pipeline';
  return runsLines ? [...YOUNG, '--heap-growing-percent=30'] : [];
}

/**
 * Compiled code is kept between runs, which halves the cost of a short command and leaves Node's TypeScript compiler out of
 * the memory of a long one. Where the folder cannot be written, Node does without. Two arenas of the C library's memory do
 * for a process with one busy thread; by default each thread would keep one of its own.
 */
export function environment() {
  const cache = path.join(root, 'node_modules', '.cache', 'logmill');
  return { NODE_COMPILE_CACHE: cache, MALLOC_ARENA_MAX: '2', ...process.env };
}

/** Runs a file under the right Node as a child that gets this terminal, and ends with its exit code. */
export async function runUnderNode(args, options = {}) {
  const child = spawn(requireNode(), args, {
    stdio: 'inherit',
    cwd: options.cwd ?? process.cwd(),
    env: environment(),
  });
  // The terminal sends Ctrl-C to the whole group; the launcher only waits, so that the child ends in its own time.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve) =>
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 0 : 1))),
  );
}

function runQuietly(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}

function showProgress(label) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  if (!process.stderr.isTTY) {
    process.stderr.write(`${label} …\n`);
    return (ok) => process.stderr.write(`${label}: ${ok ? 'done' : 'failed'} in ${seconds()} s\n`);
  }
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  let tick = 0;
  const timer = setInterval(
    () => process.stderr.write(`\r${frames[tick++ % frames.length]} ${label} ${seconds()} s `),
    100,
  );
  return (ok) => {
    clearInterval(timer);
    process.stderr.write(`\r\x1b[K${ok ? '✓' : '✗'} ${label} ${seconds()} s\n`);
  };
}
