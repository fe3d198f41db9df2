import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type prepareLines, startAgent } from './main-line.ts';
import { type Peer, startPeer } from './peers.ts';
import { startPinned, startSink } from './processes.ts';
import type { Row } from './table.ts';

type Input = Awaited<ReturnType<typeof prepareLines>>;

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));
/** Until an agent that has just been started has nothing left to do. */
const SETTLE_MS = 4000;

/** What an agent takes while lines come at a steady pace, and how old they are when the store has answered for them. */
export async function measureSteady(input: Input, rate: number, seconds: number): Promise<Row[]> {
  const sink = await startSink(true);
  const file = join(input.folder, `steady-${rate}.log`);
  await writeFile(file, '');
  const agent = await startAgent({ folder: input.folder, file }, sink.url);
  try {
    await sleep(SETTLE_MS);
    const before = agent.usage().cpuSeconds;
    await once(startPinned(1, [WRITER, input.file, file, String(rate), String(seconds)]), 'close');
    const { cpuSeconds, rssMegabytes } = agent.usage();
    const delay = await sink.delay();
    const what = `logmill at ${rate.toLocaleString('en-GB')} lines/s for ${seconds} s`;
    return [
      { what: `${what}: CPU`, value: (100 * (cpuSeconds - before)) / seconds, unit: '% of a core' },
      { what: `${what}: peak memory`, value: rssMegabytes, unit: 'MB' },
      { what: `${what}: from line to acknowledgement, P99`, value: delay, unit: 'ms' },
    ];
  } finally {
    await agent.stop();
    await sink.stop();
  }
}

/** What a peer takes at the same pace. */
export async function measurePeerSteady(peer: Peer, input: Input, rate: number, seconds: number): Promise<Row[]> {
  const sink = await startSink();
  const file = join(input.folder, `steady-${peer.name}.log`);
  await writeFile(file, '');
  const running = await startPeer(peer, file, Number(new URL(sink.url).port));
  try {
    await sleep(SETTLE_MS);
    const before = running.usage().cpuSeconds;
    await once(startPinned(1, [WRITER, input.file, file, String(rate), String(seconds)]), 'close');
    const { cpuSeconds, rssMegabytes } = running.usage();
    const what = `${peer.name} at ${rate.toLocaleString('en-GB')} lines/s for ${seconds} s`;
    return [
      { what: `${what}: CPU`, value: (100 * (cpuSeconds - before)) / seconds, unit: '% of a core' },
      { what: `${what}: peak memory`, value: rssMegabytes, unit: 'MB' },
    ];
  } finally {
    await running.stop();
    await sink.stop();
  }
}

/** What an agent takes while its store is away, and how fast and whether exactly it catches up afterwards. */
export async function measureOutage(input: Input, lines: number): Promise<Row[]> {
  const sink = await startSink();
  const first = join(input.folder, 'outage.log');
  await writeFile(first, '');
  const agent = await startAgent({ folder: input.folder, file: first }, sink.url);
  try {
    await sleep(SETTLE_MS);
    await sink.turn('down');
    await once(startPinned(1, [WRITER, input.file, first, String(lines / 10), '10']), 'close');
    const early = agent.usage().rssMegabytes;
    await sleep(20_000);
    const late = agent.usage().rssMegabytes;
    await sink.turn('up');
    // It knocks ever more seldom, at least every 30 s; what counts is the pace once it is let in.
    let arrived = 0;
    while (arrived === 0) {
      await sleep(50);
      arrived += await sink.documents();
    }
    const [before, started] = [arrived, performance.now()];
    while (arrived < lines) {
      await sleep(50);
      arrived += await sink.documents();
    }
    const taken = performance.now() - started;
    // Whatever came twice comes with the next bulks.
    await sleep(SETTLE_MS);
    arrived += await sink.documents();
    return [
      { what: 'logmill without a store: growth of peak memory in 20 s', value: late - early, unit: 'MB' },
      { what: 'logmill without a store: peak memory', value: late, unit: 'MB' },
      { what: 'logmill afterwards: catching up', value: (1000 * (lines - before)) / taken, unit: 'lines/s' },
      { what: 'logmill afterwards: documents more than lines', value: arrived - lines, unit: '' },
    ];
  } finally {
    await agent.stop();
    await sink.stop();
  }
}
