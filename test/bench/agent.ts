import { parseArgs } from 'node:util';
import { measureMainLine, prepareLines } from './main-line.ts';
import { measureRsyslog, rsyslogMissing } from './peers.ts';
import { median, startSink, type Usage } from './processes.ts';
import { measureOutage, measureSteady } from './steady.ts';
import { type Row, showTable } from './table.ts';

/**
 * `npm run bench:agent`: logmill and rsyslog ship the same lines, one after the other, on core 0, into a null store on core 1.
 * Rsyslog parses the JSON and copies its fields; logmill besides maps to ECS, makes ids, judges every item and keeps the ledger.
 */

const { values: flags } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const RUNS = flags.quick ? 1 : 3;
const LINES = flags.quick ? 100_000 : 1_000_000;
const SECONDS = flags.quick ? 5 : 60;

const sink = await startSink();
const input = await prepareLines(LINES);
try {
  const ours = await median('logmill, s', RUNS, logmill, ({ seconds }) => seconds);
  const missing = rsyslogMissing();
  const theirs =
    missing === undefined ? await median('rsyslog, s', RUNS, rsyslog, ({ seconds }) => seconds) : undefined;
  const more = [
    ...(await measureSteady(input, 10_000, SECONDS)),
    ...(await measureSteady(input, 20, SECONDS)),
    ...(await measureOutage(input, LINES)),
  ];
  process.stdout.write(showTable([...rows('logmill', ours), ...peerRows(ours, theirs, missing), ...more]));
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

function rsyslog(): Promise<Usage> {
  let arrived = 0;
  return measureRsyslog(input.file, Number(new URL(sink.url).port), async () => {
    arrived += await sink.documents();
    return arrived >= LINES;
  });
}

function rows(who: string, { seconds, cpuSeconds, rssMegabytes }: Usage): Row[] {
  return [
    { what: `${who}: one core`, value: LINES / seconds, unit: 'lines/s' },
    { what: `${who}: CPU`, value: (cpuSeconds * 1e6) / LINES, unit: 'CPU s per 1,000,000 lines' },
    { what: `${who}: peak memory`, value: rssMegabytes, unit: 'MB' },
  ];
}

function peerRows(ours: Usage, theirs: Usage | undefined, missing: string | undefined): Row[] {
  if (theirs === undefined) return [{ what: 'rsyslog', value: undefined, unit: missing ?? '' }];
  return [
    ...rows('rsyslog', theirs),
    { what: 'logmill / rsyslog: lines/s', value: theirs.seconds / ours.seconds, unit: 'times' },
    { what: 'logmill / rsyslog: CPU', value: ours.cpuSeconds / theirs.cpuSeconds, unit: 'times' },
  ];
}
