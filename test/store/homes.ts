import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import type { Store } from '../../src/store/client.ts';
import { connectElasticsearch } from '../../src/store/elasticsearch/connect.ts';
import { openEmbedded } from '../../src/store/embedded/open.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';

export type Home = { readonly name: string; readonly skip: string | false; open(test: TestContext): Promise<Store> };

export const HOMES: readonly Home[] = [
  {
    name: 'embedded',
    skip: false,
    open: async (t) => {
      const data = await mkdtemp(join(tmpdir(), 'logmill-templates-'));
      t.after(() => rm(data, { recursive: true, force: true }));
      return await openEmbedded({ data, store: { embedded: { memory_limit: '256MB', threads: 1 } } });
    },
  },
  {
    name: 'elasticsearch',
    skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP,
    open: async () => connectElasticsearch({ node: elasticsearchUrl()!, dataStreams: true, timeout: '30s' }),
  },
];

/** Streams of Elasticsearch's core cannot be deleted, so each run takes names of its own. */
export function streamOf(dataset: string, type = 'logs'): string {
  return `${type}-${dataset}-t${process.pid}${Date.now().toString(36)}`;
}

/** The status of a document's creation, which is searched at once. */
export async function add(client: Client, index: string, document: object): Promise<number> {
  const { items } = await client.bulk({ refresh: true, operations: [{ create: { _index: index } }, document] });
  return items[0]!.create!.status;
}
