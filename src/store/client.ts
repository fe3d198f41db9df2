import { type Client, errors } from '@elastic/elasticsearch';
import type { Config } from '../config/schema.ts';
import type { Engine } from './engine.ts';

/** The store, wherever it is. All code talks through `client`; only the HTTP routes under /es need `engine`. */
export type Store = {
  readonly client: Client;
  readonly home: 'elasticsearch' | 'embedded';
  /** Where it is, for people: `Elasticsearch at URL` without credentials, or the folder. */
  readonly place: string;
  /** Only of the embedded store. */
  readonly engine: Engine | undefined;
  /** Flushes and releases; the client is unusable afterwards. */
  close(): Promise<void>;
};

/**
 * Opens the configured store. Does not wait for a remote one to answer.
 * The embedded engine (and with it DuckDB) is loaded only here and only when configured.
 */
export async function openStore(config: Config): Promise<Store> {
  if (config.store.elasticsearch !== undefined) {
    const { connectElasticsearch } = await import('./elasticsearch/connect.ts');
    return connectElasticsearch(config.store.elasticsearch);
  }
  const { openEmbedded } = await import('./embedded/open.ts');
  return await openEmbedded(config);
}

/** What a shard says whose index is closed or deleted while others are asked with it. */
const GONE: ReadonlySet<string> = new Set(['index_closed_exception', 'index_not_found_exception']);

/**
 * Makes what was written to all indices of a pattern searchable. Elasticsearch answers 400 or 404 for all of them where one
 * is closed or deleted meanwhile, by whomever: no search would find anything in that one, so it is no fault here.
 * Throws the client's errors.
 */
export async function refreshAll(client: Client, index: string): Promise<void> {
  try {
    await client.indices.refresh({ index, ignore_unavailable: true, allow_no_indices: true });
  } catch (error) {
    if (!(error instanceof errors.ResponseError) || !isOnlyOfGone(error.body)) throw error;
  }
}

function isOnlyOfGone(body: unknown): boolean {
  type Failures = readonly { readonly reason?: { readonly type?: string } }[];
  const failures = (body as { _shards?: { failures?: Failures } } | undefined)?._shards?.failures ?? [];
  return failures.length > 0 && failures.every(({ reason }) => GONE.has(reason?.type ?? ''));
}

/** Why a call of the store's client failed, on one line; `status` is that of its answer, absent where there was none. */
export type StoreFailure = { readonly reason: string; readonly status?: number };

/** What a failure of the store's client says; undefined for any other error. */
export function storeFailure(error: unknown): StoreFailure | undefined {
  if (error instanceof errors.ResponseError) {
    const { statusCode: status } = error;
    return { reason: firstLine(reasonOf(error)), ...(status === undefined ? {} : { status }) };
  }
  return error instanceof errors.ElasticsearchClientError ? { reason: firstLine(error.message) } : undefined;
}

/** An error for the log: a failure of the store without the client's internals, a fault of ours with its stack. */
export function failureFields(error: unknown): StoreFailure | { readonly err: unknown } {
  return storeFailure(error) ?? { err: error };
}

/** The innermost reason of an Elasticsearch error body: the outer one only says that all shards failed. */
function reasonOf(error: InstanceType<typeof errors.ResponseError>): string {
  type Cause = {
    reason?: string;
    caused_by?: Cause;
    root_cause?: readonly Cause[];
    failed_shards?: { reason?: Cause }[];
  };
  const cause = (error.body as { error?: Cause | string } | undefined)?.error;
  if (cause === undefined || typeof cause === 'string') return cause ?? error.message;
  const inner = cause.failed_shards?.[0]?.reason ?? cause.root_cause?.[0] ?? cause;
  return inner.caused_by?.reason ?? inner.reason ?? cause.reason ?? error.message;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
