import type { estypes } from '@elastic/elasticsearch';
import { LogmillError } from '../../errors.ts';
import { type Store, storeFailure } from '../../store/client.ts';
import type { Hit } from '../contract/search.ts';

/** What a query needs besides the request. */
export type Reading = {
  readonly store: Store;
  readonly now: number;
  /** Aborted when the person has gone. */
  readonly signal?: AbortSignal;
};

type Body = Omit<estypes.SearchRequest, 'index'>;
export type StoreHit = { _index: string; _id?: string; _source?: Record<string, unknown>; sort?: readonly unknown[] };
export type Found<Aggregations> = {
  readonly total: number;
  readonly took: number;
  readonly hits: readonly StoreHit[];
  readonly aggregations: Aggregations;
};

/**
 * One search, with exact totals; streams that do not exist (yet) are empty. `Aggregations` is the shape of what the
 * body asks for.
 * @throws LogmillError STORE_UNREACHABLE, STORE_REFUSED, STORE_FORBIDDEN
 */
export async function searchStore<Aggregations = undefined>(
  { store, signal }: Reading,
  index: string,
  body: Body,
): Promise<Found<Aggregations>> {
  const answer = await asking(store, () =>
    store.client.search<Record<string, unknown>>(
      { index, ignore_unavailable: true, allow_no_indices: true, track_total_hits: true, ...body },
      { signal, maxRetries: 0 },
    ),
  );
  const { total } = answer.hits;
  return {
    total: typeof total === 'number' ? total : (total?.value ?? 0),
    took: answer.took,
    hits: answer.hits.hits as readonly StoreHit[],
    aggregations: (answer.aggregations ?? {}) as Aggregations,
  };
}

/** Runs a call of the store's client and turns its failures into errors for people. */
export async function asking<Answer>(store: Store, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw storeFault(store.place, error);
  }
}

/**
 * A failure of the store's client as an error for people; anything else as it is.
 * @param place the store, for people
 */
export function storeFault(place: string, error: unknown): unknown {
  const failure = storeFailure(error);
  if (failure === undefined) return error;
  const { reason: detail, status } = failure;
  if (status === 401 || status === 403) return new LogmillError('STORE_FORBIDDEN', { place, detail }, {}, error);
  if (status !== undefined && status < 500 && status !== 429)
    return new LogmillError('STORE_REFUSED', { detail }, {}, error);
  return new LogmillError('STORE_UNREACHABLE', { place, detail }, {}, error);
}

/** A hit in the API's shape. */
export function toHit(hit: StoreHit): Hit {
  return { index: hit._index, id: hit._id ?? '', source: hit._source ?? {} };
}
