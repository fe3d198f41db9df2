import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import type { Command } from 'commander';
import { parseKql } from '../kql/parse.ts';
import type { QueryDsl } from '../kql/to-dsl.ts';
import { kqlToDsl } from '../kql/to-dsl.ts';
import { DEFAULT_INDICES, eventLine } from './search.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';

const POLL_MS = 1000;
/** Events become visible some time after they were stamped; each poll looks back this far and leaves out what was shown. */
const OVERLAP_MS = 10_000;
const PAGE = 1000;

type Options = CommonOptions & { index: string; json?: boolean };

export function define(command: Command): void {
  withCommonOptions(command)
    .argument('[kql]', 'query in KQL', '*')
    .option('--index <pattern>', 'streams and indices to follow', DEFAULT_INDICES)
    .option('--json', 'one JSON document a line')
    .addHelpText('after', `\nExamples:\n  $ logmill tail\n  $ logmill tail 'log.level: error' --json`)
    .action(tail);
}

async function tail(kql: string, options: Options): Promise<void> {
  const query = kqlToDsl(parseKql(kql));
  const { store, close } = await reachStore(await readConfig(options));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const shown = new Map<string, number>();
  let since = Date.now() - OVERLAP_MS;
  try {
    while (!stop.signal.aborted) {
      const started = Date.now();
      const range = { range: { 'event.ingested': { gte: since, format: 'epoch_millis' } } };
      for await (const { _id, _source } of inIngestOrder(store.client, options.index, {
        bool: { filter: [query, range] },
      })) {
        if (shown.has(_id)) continue;
        shown.set(_id, started);
        process.stdout.write(`${options.json === true ? JSON.stringify(_source) : eventLine(_source)}\n`);
      }
      for (const [id, time] of shown) if (time < started - 2 * OVERLAP_MS) shown.delete(id);
      since = started - OVERLAP_MS;
      await sleep(POLL_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  } finally {
    await close();
  }
}

/** All hits in the order they were ingested, page by page. */
async function* inIngestOrder(client: Client, index: string, query: QueryDsl) {
  let after: (string | number | boolean | null)[] | undefined;
  for (;;) {
    const { hits } = await client.search<Record<string, unknown>>({
      index,
      ignore_unavailable: true,
      allow_no_indices: true,
      query,
      sort: [
        { 'event.ingested': { order: 'asc', unmapped_type: 'date' } },
        { 'log.offset': { order: 'asc', unmapped_type: 'long' } },
      ],
      size: PAGE,
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const { _id, _source } of hits.hits) if (_id !== undefined && _source !== undefined) yield { _id, _source };
    const last = hits.hits.at(-1);
    if (last?.sort === undefined || hits.hits.length < PAGE) return;
    after = last.sort as (string | number | boolean | null)[];
  }
}
