import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../lanes.ts';
import { showFigure } from './table.ts';

/** What a process used: the figures of the table come from the process itself, so that nothing else is in them. */
export type Usage = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMegabytes: number;
  readonly output: string;
};

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Node on one core where the machine can pin; elsewhere wherever it runs. */
function command(core: number, args: readonly string[]): readonly [string, string[]] {
  const taskset = findProgram('taskset');
  if (taskset === undefined) return [process.execPath, [...args]];
  return [taskset, ['-c', String(core), process.execPath, ...args]];
}

/** Starts Node on a core, with its output thrown away. */
export function startPinned(core: number, args: readonly string[], environment = process.env): ChildProcess {
  const [program, all] = command(core, args);
  return spawn(program, all, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
}

/** Runs Node to its end, on core 0 unless told otherwise. Throws with its error output where it fails. */
export async function measure(
  args: readonly string[],
  where: 'pinned' | 'unpinned' = 'pinned',
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Usage> {
  const report = join(tmpdir(), `logmill-bench-usage-${process.pid}.json`);
  const reporting = ['--import', fileOf('usage.ts'), ...args];
  const [program, all] = where === 'pinned' ? command(0, reporting) : ([process.execPath, reporting] as const);
  const started = performance.now();
  const child = spawn(program, all, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, LOGMILL_BENCH_USAGE: report },
  });
  const parts: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => errors.push(part));
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${errors.join('').slice(0, 2000)}`);
  const usage = JSON.parse(await readFile(report, 'utf8'));
  await rm(report);
  return { seconds, ...usage, output: parts.join('') };
}

/** Starts the null sink on core 1. @param delays whether it measures how old each document is. */
export async function startSink(delays = false) {
  const [program, all] = command(1, [fileOf('sink.ts'), ...(delays ? ['--delays'] : [])]);
  const child = spawn(program, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url,
    /** Documents since the last call. */
    async documents(): Promise<number> {
      const answer = await fetch(`${url}/__stats`);
      return ((await answer.json()) as { documents: number }).documents;
    },
    /** 99th percentile of the documents' age when they were answered for, ms, since the last call. */
    async delay(): Promise<number> {
      const answer = await fetch(`${url}/__stats`);
      return ((await answer.json()) as { delay: number }).delay;
    },
    /** Cuts every connection, or takes them again. */
    async turn(way: 'up' | 'down'): Promise<void> {
      await fetch(`${url}/__${way}`, { method: 'POST' });
    },
    async stop(): Promise<void> {
      child.kill();
      await once(child, 'close');
    },
  };
}

/** The run in the middle of an odd number of them; each is said on stderr as it ends, for it all takes minutes. */
export async function median<T>(
  what: string,
  runs: number,
  run: () => Promise<T>,
  key: (result: T) => number,
): Promise<T> {
  return (await medians('', runs, new Map([[what, run]]), key)).get(what)!;
}

/** The same of several, which run in turns. @param unit said behind each name. */
export async function medians<T>(
  unit: string,
  rounds: number,
  runs: ReadonlyMap<string, () => Promise<T>>,
  key: (result: T) => number,
): Promise<Map<string, T>> {
  const results = new Map([...runs.keys()].map((what) => [what, [] as T[]]));
  for (let round = 1; round <= rounds; round++) {
    for (const [what, run] of runs) {
      const result = await run();
      results.get(what)!.push(result);
      const name = unit === '' ? what : `${what}, ${unit}`;
      process.stderr.write(`${name}, run ${round} of ${rounds}: ${showFigure(key(result))}\n`);
    }
  }
  const middle = (all: T[]): T => all.toSorted((a, b) => key(a) - key(b))[rounds >> 1]!;
  return new Map([...results].map(([what, all]) => [what, middle(all)]));
}
