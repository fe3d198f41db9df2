import type { Client } from '@elastic/elasticsearch';
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
