import { type Client, errors } from '@elastic/elasticsearch';
import { addressOf, type Batch } from './batch.ts';
import { judgeFailure, judgeStatus, type Wait } from './judge.ts';
import type { Account } from './settle.ts';

/** Ids asked for at once; a search returns at most 10,000 hits. */
const IDS_PER_SEARCH = 5000;

export type LookUp =
  | { readonly kind: 'found'; readonly positions: ReadonlySet<number> }
  | { readonly kind: 'fault'; readonly fault: Wait };

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
    /** Positions of the documents that must be looked up before the batch is sent. */
    suspects(batch: Batch): readonly number[] {
      const positions: number[] = [];
      let account: Account | undefined;
      let on = batch.unknown;
      for (let position = 0; position < batch.ends.length; position++) {
        const owner = batch.accounts[position]!;
        if (!batch.unknown && owner !== account) on = isOn(owner.chunk.source.input);
        account = owner;
        if (on) positions.push(position);
      }
      return positions;
    },

    /** Which of them the store holds already, wherever in their streams. */
    async lookUp(batch: Batch, positions: readonly number[], signal: AbortSignal): Promise<LookUp> {
      const addresses = positions.map((position) => ({ position, ...addressOf(batch, position) }));
      const found = new Set<number>();
      try {
        for (const [index, group] of Map.groupBy(addresses, (address) => address.index)) {
          await findIn(client, index, group, found, signal);
        }
      } catch (error) {
        return { kind: 'fault', fault: judgeLookUp(error) };
      }
      return { kind: 'found', positions: found };
    },

    /** A document was there already: its input is (again) in recovery. */
    hit(account: Account): void {
      hits++;
      left.set(account.chunk.source.input, budget);
    },

    /** Hits so far: whoever looked up can tell whether one came in the meantime. */
    hits: (): number => hits,

    /** The batch was answered without a hit, but for the documents at the positions in `but`. */
    passed(batch: Batch, but: ReadonlySet<number>): void {
      for (let position = 0; position < batch.ends.length; position++) {
        const { chunk } = batch.accounts[position]!;
        const line = batch.lines[position]!;
        // Children of a split share the bytes of their line.
        const again = line === batch.lines[position - 1] && batch.accounts[position] === batch.accounts[position - 1];
        if (again || but.has(position)) continue;
        const rest = left.get(chunk.source.input) ?? budget;
        if (rest > 0) left.set(chunk.source.input, rest - chunk.lines[line]!.bytes);
      }
    },
  };
}

async function findIn(
  client: Client,
  index: string,
  addresses: readonly { readonly position: number; readonly id: string }[],
  found: Set<number>,
  signal: AbortSignal,
): Promise<void> {
  const options = { maxRetries: 0, signal };
  await client.indices.refresh({ index, ignore_unavailable: true }, options);
  for (let from = 0; from < addresses.length; from += IDS_PER_SEARCH) {
    const part = addresses.slice(from, from + IDS_PER_SEARCH);
    const answer = await client.search(
      {
        index,
        ignore_unavailable: true,
        allow_partial_search_results: false,
        size: part.length,
        track_total_hits: false,
        _source: false,
        query: { ids: { values: part.map(({ id }) => id) } },
        filter_path: ['error', 'hits.hits._id'],
      },
      options,
    );
    // filter_path leaves out `hits` where there are none.
    const hits: readonly { _id?: string }[] = answer.hits?.hits ?? [];
    const ids = new Set(hits.map(({ _id }) => _id));
    for (const { id, position } of part) if (ids.has(id)) found.add(position);
  }
}

/** A look-up that fails in whatever way is tried again: only its answer tells what may be sent. */
function judgeLookUp(error: unknown): Wait {
  const fault =
    error instanceof errors.ResponseError
      ? judgeStatus(error.statusCode ?? 0, JSON.stringify(error.body))
      : judgeFailure(error);
  if (fault.kind === 'wait') return fault;
  return { kind: 'wait', reason: 'unavailable', detail: `${fault.detail} to a look-up`, unknown: true };
}
