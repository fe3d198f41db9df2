import { setTimeout as sleep } from 'node:timers/promises';
import type { estypes } from '@elastic/elasticsearch';
import type { Command } from 'commander';
import { searchStore } from '../api/queries/read-store.ts';
import { parseKql } from '../kql/parse.ts';
import type { QueryDsl } from '../kql/to-dsl.ts';
import { kqlToDsl } from '../kql/to-dsl.ts';
import { EVENT_INDICES } from '../model/indices.ts';
import type { Store } from '../store/client.ts';
import { eventLine, indexPattern } from './search.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';
import { stopSignal } from './stop-signal.ts';

const POLL_MS = 1000;
/** Events become visible some time after they were stamped; each poll looks back this far and leaves out what was shown. */
const OVERLAP_MS = 10_000;
const PAGE = 1000;

type Options = CommonOptions & { index: string; json?: boolean };

export function define(command: Command): void {
  withCommonOptions(command)
    .argument('[kql]', 'query in KQL', '*')
    .option('--index <pattern>', 'streams and indices to follow', indexPattern, EVENT_INDICES)
    .option('--json', 'one JSON document a line')
    .addHelpText('after', `\nExamples:\n  $ logmill tail\n  $ logmill tail 'log.level: error' --json`)
    .action(tail);
}

async function tail(kql: string, options: Options): Promise<void> {
  const query = kqlToDsl(parseKql(kql));
  const { store, close } = await reachStore(await readConfig(options), 'tail', 'refuse');
  const stop = stopSignal();
  const shown = new Map<string, number>();
  let since = Date.now() - OVERLAP_MS;
  try {
    while (!stop.aborted) {
      const started = Date.now();
      const range = { range: { 'event.ingested': { gte: since, format: 'epoch_millis' } } };
      for await (const { _id, _source } of inIngestOrder(store, options.index, {
        bool: { filter: [query, range] },
      })) {
        if (shown.has(_id)) continue;
        shown.set(_id, started);
        process.stdout.write(`${options.json === true ? JSON.stringify(_source) : eventLine(_source)}\n`);
      }
      for (const [id, time] of shown) if (time < started - 2 * OVERLAP_MS) shown.delete(id);
      since = started - OVERLAP_MS;
      await sleep(POLL_MS, undefined, { signal: stop }).catch(() => {});
    }
  } finally {
    await close();
  }
}

/** All hits in the order they were ingested, page by page. */
async function* inIngestOrder(store: Store, index: string, query: QueryDsl) {
  let after: (string | number | boolean | null)[] | undefined;
  for (;;) {
    const sort: estypes.Sort = [
      { 'event.ingested': { order: 'asc', unmapped_type: 'date' } },
      { 'log.offset': { order: 'asc', unmapped_type: 'long' } },
    ];
    const body = {
      query,
      sort,
      size: PAGE,
      ...(after === undefined ? {} : { search_after: after }),
    };
    const { hits } = await searchStore({ store, now: Date.now() }, index, body);
    for (const { _id, _source } of hits) if (_id !== undefined && _source !== undefined) yield { _id, _source };
    const last = hits.at(-1);
    if (last?.sort === undefined || hits.length < PAGE) return;
    after = last.sort as (string | number | boolean | null)[];
  }
}
