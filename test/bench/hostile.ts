import { parseArgs } from 'node:util';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { hostileBytes, KINDS, senderThrough } from '../pipeline/hostile.ts';

/**
 * Sends so many megabytes of random bytes, of random JSON, of ever new names and of the longest legal lines through the
 * shipped pipelines by turns (`--megabytes`, 100 of each by default), and says what they took: lines lost, faults, memory, the slowest
 * pipelines. Fails where a line is lost or a stage fails.
 */

const { values: flags } = parseArgs({
  options: { megabytes: { type: 'string', default: '100' }, pipeline: { type: 'string' } },
});
const MEGABYTE = 1024 * 1024;

const pipelines = await loadPipelines();
const names = flags.pipeline === undefined ? pipelines.names : [flags.pipeline];
const senders = new Map(names.map((name) => [name, senderThrough(pipelines, name)]));
let failed = false;
for (const kind of KINDS) {
  const memory: number[] = [];
  const slow = new Map<string, number>();
  let lines = 0;
  for (let block = 0; block < Number(flags.megabytes); block++) {
    const name = names[block % names.length]!;
    const bytes = hostileBytes(kind, MEGABYTE, block + 1);
    const start = performance.now();
    const result = await senders.get(name)!(bytes);
    slow.set(name, Math.max(slow.get(name) ?? 0, performance.now() - start));
    lines += result.lines;
    memory.push(process.memoryUsage().rss / MEGABYTE);
    if (result.lost === 0 && result.faults.length === 0) continue;
    failed = true;
    process.stdout.write(`${kind} seed ${block + 1} ${name}: ${result.lost} lost, ${result.faults.join('; ')}\n`);
  }
  const half = memory.length >> 1;
  const peak = (part: readonly number[]) => Math.round(Math.max(0, ...part));
  const slowest = [...slow].sort(([, one], [, other]) => other - one).slice(0, 8);
  process.stdout.write(
    `${kind}: ${flags.megabytes} MB, ${lines} lines; memory at most ${peak(memory.slice(0, half))} MB in the first half, ${peak(memory.slice(half))} MB in the second\n`,
  );
  process.stdout.write(
    `  slowest megabytes: ${slowest.map(([name, ms]) => `${name} ${Math.round(ms)} ms`).join(', ')}\n`,
  );
}
if (failed) process.exitCode = 1;
