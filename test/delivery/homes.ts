import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { openEmbedded } from '../../src/store/embedded/open.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';

export type OpenedHome = { readonly client: Client; close(): Promise<void> };

/** Both homes of the store; the Elasticsearch of a test run is shared, so a test takes names of its own. */
export const HOMES = [
  { name: 'embedded', skip: false as const, open: openEmbeddedHome },
  { name: 'Elasticsearch', skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP, open: openElasticsearchHome },
];

async function openEmbeddedHome(): Promise<OpenedHome> {
  const data = await mkdtemp(join(tmpdir(), 'logmill-delivery-'));
  const store = await openEmbedded({ data, store: { embedded: { memory_limit: '256MB', threads: 1 } } });
  const close = async () => {
    await store.close();
    await rm(data, { recursive: true });
  };
  return { client: store.client, close };
}

async function openElasticsearchHome(): Promise<OpenedHome> {
  const client = new Client({ node: elasticsearchUrl()! });
  return { client, close: () => client.close() };
}
