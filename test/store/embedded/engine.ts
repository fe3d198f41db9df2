import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import { connectionTo, EMBEDDED_NODE } from '../../../src/store/embedded/connection.ts';
import { openEngine } from '../../../src/store/embedded/open.ts';
import type { Engine } from '../../../src/store/engine.ts';

const MEMORY = 256 * 1024 * 1024;

export type TestStore = { readonly client: Client; readonly engine: Engine; close(): Promise<void> };

/** A folder that goes when the test ends. */
export async function makeFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-store-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a store in a folder; `now` is the clock that its slices go by. */
export async function openStoreIn(test: TestContext, folder: string, now?: () => number): Promise<TestStore> {
  const engine = await openEngine({ folder, memoryBytes: MEMORY, threads: 1, ...(now === undefined ? {} : { now }) });
  const client = new Client({ node: EMBEDDED_NODE, Connection: connectionTo(engine), maxRetries: 0 });
  test.after(() => engine.close());
  return { client, engine, close: () => engine.close() };
}

/** A fresh store with a template that makes data streams of `logs-test-*`. */
export async function freshStore(test: TestContext, now?: () => number): Promise<TestStore> {
  const store = await openStoreIn(test, await makeFolder(test), now);
  await putStreamTemplate(store.client);
  return store;
}

export async function putStreamTemplate(client: Client): Promise<void> {
  await client.indices.putIndexTemplate({
    name: 'test',
    index_patterns: ['logs-test-*'],
    priority: 300,
    data_stream: {},
    template: {
      mappings: {
        date_detection: false,
        properties: {
          '@timestamp': { type: 'date' },
          message: { type: 'text' },
          status: { type: 'long' },
          host: { properties: { name: { type: 'keyword', ignore_above: 20 } } },
        },
        dynamic_templates: [{ text: { match_mapping_type: 'string', mapping: { type: 'keyword' } } }],
      },
    },
  });
}

export const STREAM = 'logs-test-default';
export const TIME = '2026-01-01T00:00:00.000Z';

/** Ids that a search over the stream finds, sorted. */
export async function storedIds(client: Client, index = STREAM): Promise<string[]> {
  const found = await client.search({ index, size: 10_000, _source: false });
  return found.hits.hits.map((hit) => hit._id ?? '').sort();
}

/** Sends documents as creates to the stream; the status of each. */
export async function create(client: Client, documents: readonly { id: string; [field: string]: unknown }[]) {
  const operations = documents.flatMap(({ id, ...document }) => [
    { create: { _index: STREAM, _id: id } },
    { '@timestamp': TIME, ...document },
  ]);
  const { items } = await client.bulk({ operations });
  return items.map((item) => item.create!.status);
}
