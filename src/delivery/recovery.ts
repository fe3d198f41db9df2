import { type Client, errors } from '@elastic/elasticsearch';
import { documentId, type Source } from '../model/line.ts';
import type { RetryReason } from './answers.ts';
import { addressOf, type Batch } from './batch.ts';
import { type ItemAnswer, judgeFailure, judgeItem, judgeStatus, type Wait } from './judge.ts';
import type { Settlement } from './settle.ts';

/** Ids asked for at once; a search returns at most 10,000 hits. */
const IDS_PER_SEARCH = 5000;

export type LookUp =
  | {
      readonly kind: 'found';
      readonly positions: ReadonlySet<number>;
      /** Of these, events that are there with fewer records than they have: with how many. */
      readonly shorter: ReadonlyMap<number, number>;
      /** Indices that could not be searched, though the store answers: what is for them waits, and nothing else. */
      readonly closed: ReadonlyMap<string, Closed>;
    }
  | { readonly kind: 'fault'; readonly fault: Wait };

export type Closed = {
  readonly reason: RetryReason;
  readonly detail: string;
  readonly positions: readonly number[];
};

/** How far an input is out of recovery. */
type Input = {
  /** Bytes that must still pass without a hit. */
  left: number;
  /** There was a hit where none can be: what is known of its sources is not to be relied on. */
  surprised: boolean;
};

/**
 * Recovery mode. A data stream refuses a second `create` of an id only within one backing index; after a rollover it
 * would take it again. So whatever may have been sent before is looked up over the whole stream first: batches whose
 * answer was lost, and after a start everything that was in the sources before they were opened, until `budget` bytes of
 * the input have passed without a hit (acknowledgements come out of order, and the checkpoint may be older than what the
 * store holds). What was written after that cannot have been sent by a process before this one; it is looked up only as
 * long as hits go on, and should a hit show that it was there (a second agent on the same files), all of the input is
 * until the budget has passed (ADR 4).
 */
export function createRecovery(client: Client, budget: number) {
  const inputs = new Map<string, Input>();
  /** Sources whose last look-up found something: what follows, e.g. in a copy still being made, may be there as well. */
  const finding = new WeakSet<Source>();
  let hits = 0;

  function inputOf({ source }: Settlement): Input {
    const { input } = source;
    const known = inputs.get(input) ?? { left: budget, surprised: false };
    inputs.set(input, known);
    return known;
  }

  /** Whether a process before this one may have sent lines of the chunk. */
  function wasThere({ source, start }: Settlement): boolean {
    const { seenUntil } = source;
    return seenUntil === undefined || start < seenUntil;
  }

  function isOn(settlement: Settlement): boolean {
    if (settlement.source.repeats === true) return true;
    const input = inputOf(settlement);
    return input.left > 0 && (input.surprised || wasThere(settlement) || finding.has(settlement.source));
  }

  return {
    /** Positions of the documents that must be looked up before the batch is sent. */
    suspects(batch: Batch): readonly number[] {
      const positions: number[] = [];
      let settlement: Settlement | undefined;
      let on = batch.unknown;
      for (let position = 0; position < batch.ends.length; position++) {
        const owner = batch.settlements[position]!;
        if (!batch.unknown && owner !== settlement) on = isOn(owner);
        settlement = owner;
        if (on) positions.push(position);
      }
      return positions;
    },

    /** Which of them the store holds already, wherever in their streams. */
    async lookUp(batch: Batch, positions: readonly number[], signal: AbortSignal): Promise<LookUp> {
      const addresses = positions.map((position) => ({
        position,
        ...addressOf(batch, position),
        mayBeShorter: mayBeShorter(batch, position),
      }));
      const found = new Map<number, number | undefined>();
      const closed = new Map<string, Closed>();
      for (const [index, group] of Map.groupBy(addresses, (address) => address.index)) {
        try {
          const failed = await findIn(client, index, group, found, signal);
          if (failed === 0) continue;
          const detail = `${failed} shards could not be refreshed for a look-up`;
          closed.set(index, { reason: 'unavailable', detail, positions: positionsNotIn(found, group) });
        } catch (error) {
          if (isAbsent(error)) continue;
          const why = whyUnsearchable(error);
          if (why === undefined) return { kind: 'fault', fault: judgeLookUp(error) };
          closed.set(index, { ...why, positions: positionsNotIn(found, group) });
        }
      }
      const shorter = new Map<number, number>();
      for (const [position, records] of found) if (records !== undefined) shorter.set(position, records);
      return { kind: 'found', positions: new Set(found.keys()), shorter, closed };
    },

    /**
     * A document of the batch was there already: its input is (again) in recovery. Where this process has sent the batch
     * before, without hearing the answer, that was to be expected and says nothing of others.
     */
    hit(batch: Batch, position: number): void {
      hits++;
      const settlement = batch.settlements[position]!;
      // Nor does a sender's repetition.
      if (batch.unknown || settlement.source.repeats === true) return;
      const input = inputOf(settlement);
      finding.add(settlement.source);
      input.left = budget;
      input.surprised ||= !wasThere(settlement);
    },

    /** Hits so far: whoever looked up can tell whether one came in the meantime. */
    hits: (): number => hits,

    /** The batch was answered without a hit, but for the documents at the positions in `but`. */
    passed(batch: Batch, but: ReadonlySet<number>): void {
      for (let position = 0; position < batch.ends.length; position++) {
        const settlement = batch.settlements[position]!;
        const line = batch.lines[position]!;
        // Children of a split share the bytes of their line.
        const again = line === batch.lines[position - 1] && settlement === batch.settlements[position - 1];
        if (again || but.has(position) || !isOn(settlement)) continue;
        const input = inputOf(settlement);
        finding.delete(settlement.source);
        input.left -= settlement.sizeOf(line);
        if (input.left <= 0) input.surprised = false;
      }
    },
  };
}

type Address = { readonly position: number; readonly id: string; readonly mayBeShorter: boolean };

/** Where a document says how many records its event had when it was handed out though more might have come. */
const COUNT = 'logmill.line.count';

/** What was not found where not all could be looked at may be there all the same. */
function positionsNotIn(found: ReadonlyMap<number, unknown>, addresses: readonly Address[]): number[] {
  return addresses.map(({ position }) => position).filter((position) => !found.has(position));
}

/**
 * @param found by position, of events of several records how many are there where more might have come.
 * @returns how many shards may hold what no search sees.
 */
async function findIn(
  client: Client,
  index: string,
  addresses: readonly Address[],
  found: Map<number, number | undefined>,
  signal: AbortSignal,
): Promise<number> {
  const options = { maxRetries: 0, signal };
  const refreshed = await client.indices.refresh({ index, ignore_unavailable: true }, options);
  for (let from = 0; from < addresses.length; from += IDS_PER_SEARCH) {
    const part = addresses.slice(from, from + IDS_PER_SEARCH);
    const answer = await client.search<Counted>(
      {
        index,
        ignore_unavailable: true,
        allow_partial_search_results: false,
        size: part.length,
        track_total_hits: false,
        _source: part.some(({ mayBeShorter }) => mayBeShorter) ? [COUNT] : false,
        query: { ids: { values: part.map(({ id }) => id) } },
        filter_path: ['error', 'hits.hits._id', `hits.hits._source.${COUNT}`],
      },
      options,
    );
    // filter_path leaves out `hits` where there are none.
    const hits: readonly { _id?: string; _source?: Counted }[] = answer.hits?.hits ?? [];
    const counts = new Map(hits.map(({ _id, _source }) => [_id, _source?.logmill?.line?.count]));
    for (const { id, position, mayBeShorter } of part) {
      if (counts.has(id)) found.set(position, mayBeShorter ? counts.get(id) : undefined);
    }
  }
  return refreshed._shards?.failed ?? 0;
}

type Counted = { readonly logmill?: { readonly line?: { readonly count?: number } } };

/** Of the first part of an event of several records a process before this one may have sent fewer. */
export function mayBeShorter(batch: Batch, position: number): boolean {
  const settlement = batch.settlements[position]!;
  const line = batch.lines[position]!;
  if (settlement.afterOf(line) === undefined) return false;
  return addressOf(batch, position).id === documentId(settlement.lineAt(line));
}

/** There is no such stream, so nothing of ours is in it: what stands in front of a store may not know `ignore_unavailable`. */
function isAbsent(error: unknown): boolean {
  return error instanceof errors.ResponseError && causeOf(error)?.type === 'index_not_found_exception';
}

function causeOf({ body }: InstanceType<typeof errors.ResponseError>): ItemAnswer['error'] | undefined {
  return (body as { error?: ItemAnswer['error'] } | undefined)?.error;
}

/** Statuses that Elasticsearch answers for one index: closed, forbidden, missing, without a shard. */
const OF_ONE_INDEX = new Set([400, 403, 404, 503]);

/** Why this one index cannot be searched; undefined for a failure that says nothing of the index. */
function whyUnsearchable(error: unknown): Omit<Closed, 'positions'> | undefined {
  if (!(error instanceof errors.ResponseError) || !OF_ONE_INDEX.has(error.statusCode ?? 0)) return undefined;
  const cause = causeOf(error);
  if (typeof cause?.type !== 'string') return undefined;
  const verdict = judgeItem({ status: error.statusCode!, error: cause });
  const reason = verdict.kind === 'retry' ? verdict.reason : 'unavailable';
  return { reason, detail: `${cause.type}: ${cause.reason}` };
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
