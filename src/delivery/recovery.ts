import { type Client, errors } from '@elastic/elasticsearch';
import type { Item } from './batch.ts';
import { type Fault, judgeFailure, judgeStatus } from './judge.ts';

/** Ids asked for at once; a search returns at most 10,000 hits. */
const IDS_PER_SEARCH = 5000;

export type LookUp =
  | { readonly kind: 'found'; readonly items: ReadonlySet<Item> }
  | { readonly kind: 'fault'; readonly fault: Fault };

/**
 * Recovery mode. A data stream refuses a second `create` of an id only within one backing index; after a rollover it
 * would take it again. So whatever may have been sent before is looked up over the whole stream first: batches whose
 * answer was lost, and after a start everything of an input until `budget` bytes have passed without a hit
 * (acknowledgements come out of order, and the checkpoint may be older than what the store holds).
 */
export function createRecovery(client: Client, budget: number) {
  /** Bytes by input that must still pass; an input not seen yet has all of the budget before it. */
  const left = new Map<string, number>();
  let hits = 0;
  const isOn = (input: string): boolean => (left.get(input) ?? budget) > 0;

  return {
    /** The items that must be looked up before they are sent. */
    suspects(items: readonly Item[], unknown: boolean): readonly Item[] {
      if (unknown) return items;
      let input: string | undefined;
      let on = false;
      return items.filter(({ account }) => {
        if (account.chunk.source.input !== input) {
          input = account.chunk.source.input;
          on = isOn(input);
        }
        return on;
      });
    },

    /** Which of the items the store holds already, wherever in their streams. */
    async lookUp(items: readonly Item[], signal: AbortSignal): Promise<LookUp> {
      const byIndex = Map.groupBy(items, ({ outgoing }) => outgoing.index);
      const found = new Set<Item>();
      try {
        for (const [index, group] of byIndex) await findIn(client, index, group, found, signal);
      } catch (error) {
        return { kind: 'fault', fault: judgeLookUp(error) };
      }
      return { kind: 'found', items: found };
    },

    /** An item was there already: its input is (again) in recovery. */
    hit({ account }: Item): void {
      hits++;
      left.set(account.chunk.source.input, budget);
    },

    /** Hits so far: whoever looked up can tell whether one came in the meantime. */
    hits: (): number => hits,

    /** The items were answered without a hit. */
    passed(items: readonly Item[]): void {
      let last: Item | undefined;
      for (const item of items) {
        const { chunk } = item.account;
        // Children of a split share the bytes of their line.
        const again = last?.account === item.account && last.outgoing.line === item.outgoing.line;
        last = item;
        const rest = left.get(chunk.source.input) ?? budget;
        if (rest > 0 && !again) left.set(chunk.source.input, rest - chunk.lines[item.outgoing.line]!.bytes);
      }
    },
  };
}

async function findIn(
  client: Client,
  index: string,
  items: readonly Item[],
  found: Set<Item>,
  signal: AbortSignal,
): Promise<void> {
  const options = { maxRetries: 0, signal };
  await client.indices.refresh({ index, ignore_unavailable: true }, options);
  for (let from = 0; from < items.length; from += IDS_PER_SEARCH) {
    const part = items.slice(from, from + IDS_PER_SEARCH);
    const answer = await client.search(
      {
        index,
        ignore_unavailable: true,
        allow_partial_search_results: false,
        size: part.length,
        track_total_hits: false,
        _source: false,
        query: { ids: { values: part.map(({ outgoing }) => outgoing.id) } },
        filter_path: ['hits.hits._id'],
      },
      options,
    );
    // filter_path leaves out `hits` where there are none.
    const hits: readonly { _id?: string }[] = answer.hits?.hits ?? [];
    const ids = new Set(hits.map(({ _id }) => _id));
    for (const item of part) if (ids.has(item.outgoing.id)) found.add(item);
  }
}

/** A look-up that fails in whatever way is tried again: only its answer tells what may be sent. */
function judgeLookUp(error: unknown): Fault {
  const fault =
    error instanceof errors.ResponseError
      ? judgeStatus(error.statusCode ?? 0, JSON.stringify(error.body))
      : judgeFailure(error);
  if (fault.kind === 'wait') return fault;
  return { kind: 'wait', reason: 'unavailable', detail: `${fault.detail} to a look-up`, unknown: true };
}
