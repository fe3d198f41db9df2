import { type Command, InvalidArgumentError } from 'commander';
import { INDEX_PATTERN } from '../api/contract/scope.ts';
import { SORT_PATTERN } from '../api/contract/search.ts';
import { asking } from '../api/queries/read-store.ts';
import { all, resolveScope } from '../api/queries/scope.ts';
import { searchEvents } from '../api/queries/search.ts';
import { sourceText } from '../api/queries/source-field.ts';
import { EVENT_INDICES } from '../model/indices.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';
import { counted, grouped, printable, table } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

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
    .option('--index <pattern>', 'streams and indices to search', indexPattern, EVENT_INDICES)
    .option('--size <n>', 'most hits to print', wholeNumber(MOST_HITS), 20)
    .option('--sort <field[:asc|desc]>', 'order', sortOrder, '@timestamp:desc')
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
  const { from, to, index, size, sort } = options;
  const now = Date.now();
  const request = {
    query: kql,
    index,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const query = all(resolveScope(request, now).filter);
  const { store, close } = await reachStore(config, 'search');
  try {
    // Unlike the API's search a count fails for a stream that is named and not there.
    if (options.count === true || index !== EVENT_INDICES) {
      const { count } = await asking(store, () => store.client.count({ index, query }));
      if (options.count === true) {
        process.stdout.write(`${count}\n`);
        return;
      }
    }
    const { total, hits } = await searchEvents({ store, now }, { ...request, size, sort });
    const sources = hits.map(({ source }) => source);
    if (options.json === true) {
      for (const source of sources) process.stdout.write(`${JSON.stringify(source)}\n`);
      return;
    }
    process.stdout.write(`${eventTable(sources)}\n${counted(total, 'hit')}, ${grouped(sources.length)} shown\n`);
  } finally {
    await close();
  }
}

/** Names and wildcards as the API takes them. */
export function indexPattern(text: string): string {
  if (!new RegExp(INDEX_PATTERN).test(text)) throw new InvalidArgumentError('Index names and wildcards, with commas.');
  return text;
}

function sortOrder(text: string): string {
  if (!new RegExp(SORT_PATTERN).test(text))
    throw new InvalidArgumentError('A field, and perhaps :asc or :desc behind it.');
  return text;
}

/** Events as the columns people read first. */
function eventTable(sources: readonly Source[]): string {
  return table(sources, [
    { title: 'time', value: (source) => String(source['@timestamp'] ?? '') },
    { title: 'level', value: (source) => textOf(source, 'log.level') },
    { title: 'service', value: (source) => serviceOf(source), max: 24 },
    { title: 'message', value: (source) => textOf(source, 'message'), max: 160 },
  ]);
}

/** One event as a line, for live output. */
export function eventLine(source: Source): string {
  const service = serviceOf(source);
  return [
    source['@timestamp'],
    textOf(source, 'log.level').padEnd(5),
    service,
    printable(textOf(source, 'message')),
  ].join('  ');
}

function serviceOf(source: Source): string {
  return sourceText(source, 'service.name') ?? textOf(source, 'event.dataset');
}

function textOf(source: Source, field: string): string {
  return sourceText(source, field) ?? '';
}
