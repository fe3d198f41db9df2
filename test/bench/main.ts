import { parseArgs } from 'node:util';
import { Client } from '@elastic/elasticsearch';
import { startElasticsearch } from '../elasticsearch.ts';
import type { IngestFigures } from './embedded-ingest.ts';
import { ingest } from './ingest.ts';
import { buildPackage, measureMainLine, prepareLines } from './main-line.ts';
import { measure, median, startSink } from './processes.ts';
import { type Row, showTable } from './table.ts';

/**
 * `npm run bench`: one table of logmill's own speed, as it is installed, medians of three. `--quick` measures a tenth once, `--json` prints the
 * rows as data. Absolute figures move from machine to machine and run to run: compare figures of one run.
 */

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const RUNS = flags.quick ? 1 : 3;
const LINES = flags.quick ? 100_000 : 1_000_000;
const DOCUMENTS = flags.quick ? 50_000 : 200_000;

await buildPackage();
const rows: Row[] = [...(await mainLine()), await delivery(), await embedded(), await elasticsearch()];
process.stdout.write(flags.json ? `${JSON.stringify(rows, undefined, 2)}\n` : showTable(rows));

async function mainLine(): Promise<Row[]> {
  const sink = await startSink();
  const input = await prepareLines(LINES);
  try {
    const run = async () => {
      const usage = await measureMainLine(input, sink.url);
      const arrived = await sink.documents();
      if (arrived !== LINES) throw new Error(`${arrived} of ${LINES} lines arrived`);
      return usage;
    };
    const { seconds, cpuSeconds, rssMegabytes } = await median('main line, s', RUNS, run, (usage) => usage.seconds);
    return [
      { what: 'main line: pino lines to a null store, one core', value: LINES / seconds, unit: 'lines/s' },
      { what: 'main line: CPU', value: (cpuSeconds * 1e6) / LINES, unit: 'CPU s per 1,000,000 lines' },
      { what: 'main line: peak memory', value: rssMegabytes, unit: 'MB' },
    ];
  } finally {
    await sink.stop();
    await input.remove();
  }
}

async function delivery(): Promise<Row> {
  const sink = await startSink();
  const program = new URL('delivery-run.ts', import.meta.url).pathname;
  const run = async () => {
    const { output } = await measure([program, sink.url, String(DOCUMENTS)]);
    return (JSON.parse(output) as { delivering: number }).delivering;
  };
  const value = await median('delivery, µs per document', RUNS, run, (result) => result);
  await sink.stop();
  return { what: 'delivery alone: CPU', value, unit: 'µs per document' };
}

async function embedded(): Promise<Row> {
  const program = new URL('embedded-ingest.ts', import.meta.url).pathname;
  // In a process of its own and on both cores: the store's threads work beside the shipper.
  const run = async () => {
    const { output } = await measure([program, String(DOCUMENTS)], 'unpinned');
    return (JSON.parse(output) as IngestFigures).documentsPerSecond;
  };
  const value = await median('embedded store, documents/s', RUNS, run, (result) => result);
  return { what: 'embedded store: ingest through _bulk, fsynced', value, unit: 'documents/s' };
}

async function elasticsearch(): Promise<Row> {
  const what = 'Elasticsearch: ingest through _bulk';
  const started = await startElasticsearch();
  if ('skip' in started) return { what, value: undefined, unit: started.skip };
  const client = new Client({ node: started.url });
  try {
    const value = await median(
      'Elasticsearch, documents/s',
      RUNS,
      () => ingest(client, DOCUMENTS),
      (rate) => rate,
    );
    return { what, value, unit: 'documents/s' };
  } finally {
    await client.close();
    await started.stop();
  }
}
