import { parseArgs } from 'node:util';
import { buildPackage, measureMainLine, prepareLines } from './main-line.ts';
import { measurePeer, PEERS, type Peer } from './peers.ts';
import { medians, startSink, type Usage } from './processes.ts';
import { measureOutage, measurePeerSteady, measureSteady } from './steady.ts';
import { type Row, showTable } from './table.ts';

/**
 * `npm run bench:agent`: logmill, as it is installed, and rsyslog and syslog-ng from Debian ship the same lines, one after
 * the other, on core 0, into a null store on core 1. The peers parse the JSON and copy its fields; logmill besides maps to
 * ECS, makes ids, judges every item and keeps the ledger.
 */

const { values: flags } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const RUNS = flags.quick ? 1 : 3;
const LINES = flags.quick ? 100_000 : 1_000_000;
const SECONDS = flags.quick ? 5 : 60;
const STEADY = 10_000;

await buildPackage();
const sink = await startSink();
const input = await prepareLines(LINES);
try {
  const here = PEERS.filter(({ missing }) => missing === undefined);
  const runs = new Map<string, () => Promise<Usage>>([['logmill', logmill]]);
  for (const peer of here) runs.set(peer.name, () => shipWith(peer));
  // In turns: a slow minute of the machine then falls on everyone.
  const usages = await medians('s', RUNS, runs, ({ seconds }) => seconds);
  const ours = usages.get('logmill')!;
  const table = rows('logmill', ours);
  for (const peer of PEERS) {
    const theirs = usages.get(peer.name);
    if (theirs === undefined) table.push({ what: peer.name, value: undefined, unit: peer.missing! });
    else table.push(...beside(peer, theirs, ours), ...(await measurePeerSteady(peer, input, STEADY, SECONDS)));
  }
  table.push(
    ...(await measureSteady(input, STEADY, SECONDS)),
    ...(await measureSteady(input, 20, SECONDS)),
    ...(await measureOutage(input, LINES)),
  );
  process.stdout.write(showTable(table));
} finally {
  await sink.stop();
  await input.remove();
}

async function logmill(): Promise<Usage> {
  const usage = await measureMainLine(input, sink.url);
  const arrived = await sink.documents();
  if (arrived !== LINES) throw new Error(`${arrived} of ${LINES} lines arrived`);
  return usage;
}

function shipWith(peer: Peer): Promise<Usage> {
  let arrived = 0;
  return measurePeer(peer, input.file, Number(new URL(sink.url).port), async () => {
    arrived += await sink.documents();
    return arrived >= LINES;
  });
}

function beside(peer: Peer, theirs: Usage, ours: Usage): Row[] {
  return [
    ...rows(peer.name, theirs),
    { what: `logmill / ${peer.name}: lines/s`, value: theirs.seconds / ours.seconds, unit: 'times' },
    { what: `logmill / ${peer.name}: CPU`, value: ours.cpuSeconds / theirs.cpuSeconds, unit: 'times' },
  ];
}

function rows(who: string, { seconds, cpuSeconds, rssMegabytes }: Usage): Row[] {
  return [
    { what: `${who}: one core`, value: LINES / seconds, unit: 'lines/s' },
    { what: `${who}: CPU`, value: (cpuSeconds * 1e6) / LINES, unit: 'CPU s per 1,000,000 lines' },
    { what: `${who}: peak memory`, value: rssMegabytes, unit: 'MB' },
  ];
}
