import { openPipelines, SHIPPED_PIPELINES } from '../../src/pipeline/pipelines.ts';
import { hostileBytes, KINDS, senderThrough } from './hostile.ts';

/**
 * Sends so many megabytes of a kind of text through pipelines that each stay the same, and prints what came of them and what
 * was alive, before the first one and at most after any. Arguments: kind, megabytes, pipelines. Run with --expose-gc.
 */

const MEGABYTE = 1024 * 1024;
const [, , kindName, megabytes, ...names] = process.argv;
const kind = KINDS.find((one) => one === kindName)!;
const collect = globalThis.gc!;

/** Code that is compiled when it is first run, and tables that are read then, are no growth. */
const WARM_UP = 0.05;

function alive(): number {
  collect();
  return process.memoryUsage().heapUsed / MEGABYTE;
}

const pipelines = await openPipelines([SHIPPED_PIPELINES]);
const senders = names.map((name) => senderThrough(pipelines, name));
let seed = 1;
for (const send of senders) await send(hostileBytes(kind, MEGABYTE * WARM_UP, seed++));
const before = alive();
const total = { lines: 0, lost: 0, faults: new Set<string>() };
let most = 0;
for (let block = 0; block < Number(megabytes); block++) {
  const { lines, lost, faults } = await senders[block % senders.length]!(hostileBytes(kind, MEGABYTE, seed++));
  total.lines += lines;
  total.lost += lost;
  for (const fault of faults) total.faults.add(fault);
  most = Math.max(most, alive());
}
process.stdout.write(JSON.stringify({ ...total, faults: [...total.faults], before, most }));
