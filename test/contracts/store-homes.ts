import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { openEmbedded } from '../../src/store/embedded/open.ts';
import { openTestStore, testServer } from '../api/test-server.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';

/** A place where the store rests, opened for one test file. */
export type Home = { readonly client: Client; close(): Promise<void> };

export type HomeKind = { readonly name: string; readonly skip: string | undefined; open(): Promise<Home> };

/** The homes that all must behave alike. */
export const HOMES: readonly HomeKind[] = [
  { name: 'the embedded store', skip: undefined, open: openEmbeddedHome },
  { name: 'the embedded store over HTTP', skip: undefined, open: openHttpHome },
  {
    name: 'Elasticsearch',
    skip: elasticsearchUrl() === undefined ? ELASTICSEARCH_SKIP : undefined,
    open: async () => {
      const client = new Client({ node: elasticsearchUrl()!, maxRetries: 0 });
      return { client, close: () => client.close() };
    },
  },
];

async function openEmbeddedHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-contract-'));
  const { client, close } = await openEmbedded({
    data: folder,
    store: { embedded: { memory_limit: '512MB', threads: 2 } },
  });
  return {
    client,
    close: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openHttpHome(): Promise<Home> {
  const store = await openTestStore();
  const server = testServer(store);
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = new Client({ node: `${address}/es`, maxRetries: 0 });
  return {
    client,
    close: async () => {
      await client.close();
      await server.close();
      await store.close();
    },
  };
}
