import type { Command } from 'commander';
import { parseKql } from '../kql/parse.ts';
import { kqlToDsl } from '../kql/to-dsl.ts';
import { timeFilter } from './interval.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';
import { counted, grouped, printable, table } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

/** What every page and command reads unless told otherwise: everybody's events, not logmill's own bookkeeping. */
export const DEFAULT_INDICES = 'logs-*,-logs-logmill.*';

/** Elasticsearch's own limit of one answer. */
const MOST_HITS = 10_000;

type Options = CommonOptions & {
  from?: string;
  to?: string;
  index: string;
  size: number;
  sort: string;
  json?: boolean;
  count?: boolean;
};

type Source = Record<string, unknown>;

export function define(command: Command): void {
  withCommonOptions(command)
    .argument('[kql]', 'query in KQL', '*')
    .option('--from <time>', 'earliest time: ISO 8601 or now-1h (default: all time)')
    .option('--to <time>', 'time before which to end')
    .option('--index <pattern>', 'streams and indices to search', DEFAULT_INDICES)
    .option('--size <n>', 'most hits to print', wholeNumber(MOST_HITS), 20)
    .option('--sort <field[:asc|desc]>', 'order', '@timestamp:desc')
    .option('--json', 'one JSON document a line')
    .option('--count', 'print only the number of hits')
    .addHelpText(
      'after',
      `
Examples:
  $ logmill search 'http.response.status_code: 404' --count
  $ logmill search 'log.level: (error or fatal) and service.name: shop' --from now-1h
  $ logmill search 'source.ip: "10.0.0.0/8"' --json --size 1000 | jq .url.path`,
    )
    .action(search);
}

async function search(kql: string, options: Options): Promise<void> {
  const config = await readConfig(options);
  const query = { bool: { filter: [kqlToDsl(parseKql(kql)), ...timeFilter(options.from, options.to)] } };
  const { store, close } = await reachStore(config);
  try {
    if (options.count === true) {
      const { count } = await store.client.count({ index: options.index, query });
      process.stdout.write(`${count}\n`);
      return;
    }
    const [field = '@timestamp', order = 'asc'] = options.sort.split(/:(?=(?:asc|desc)$)/);
    const { hits } = await store.client.search<Source>({
      index: options.index,
      query,
      size: options.size,
      track_total_hits: true,
      sort: [
        { [field]: { order: order as 'asc' | 'desc', unmapped_type: 'keyword' } },
        { 'log.offset': { order: order as 'asc' | 'desc', unmapped_type: 'long' } },
      ],
    });
    const sources = hits.hits.map(({ _source }) => _source ?? {});
    if (options.json === true) {
      for (const source of sources) process.stdout.write(`${JSON.stringify(source)}\n`);
      return;
    }
    const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    process.stdout.write(`${eventTable(sources)}\n${counted(total, 'hit')}, ${grouped(sources.length)} shown\n`);
  } finally {
    await close();
  }
}

/** Events as the columns people read first. */
function eventTable(sources: readonly Source[]): string {
  return table(sources, [
    { title: 'time', value: (source) => String(source['@timestamp'] ?? '') },
    { title: 'level', value: (source) => text(at(source, 'log.level')) },
    { title: 'service', value: (source) => text(at(source, 'service.name') ?? at(source, 'event.dataset')), max: 24 },
    { title: 'message', value: (source) => text(source['message']), max: 160 },
  ]);
}

/** One event as a line, for live output. */
export function eventLine(source: Source): string {
  const service = text(at(source, 'service.name') ?? at(source, 'event.dataset'));
  return [
    source['@timestamp'],
    text(at(source, 'log.level')).padEnd(5),
    service,
    printable(text(source['message'])),
  ].join('  ');
}

function at(source: Source, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => (value as Source | undefined)?.[part], source);
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
