import type { FastifyInstance } from 'fastify';
import type { ServerOptions } from '../../src/api/options.ts';
import { ALERTS_INDEX } from '../../src/model/indices.ts';
import type { Store } from '../../src/store/client.ts';
import { connectElasticsearch } from '../../src/store/elasticsearch/connect.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';
import { type Asker, createAsker } from './answers.ts';
import { type Document, type Seeded, seed, seedDocuments, seededAlert } from './seed.ts';
import { openSeededStore, testConfig, testServer } from './test-server.ts';

/** The seeded events in a store, and a server over it. */
export type World = {
  readonly store: Store;
  readonly server: FastifyInstance;
  readonly ask: Asker;
  readonly namespace: string;
  /** Names the events of this world and nothing else: other tests may use the same Elasticsearch. */
  readonly index: string;
  /** The same for plain loops: what `index` names, oldest first. */
  readonly events: readonly Document[];
  /** All that was stored, dead letters too. */
  readonly seeded: readonly Seeded[];
  /** Path of the API's log file. */
  readonly file: string;
  close(): Promise<void>;
};

type WorldKind = {
  readonly name: string;
  readonly skip: string | false;
  open(change?: Partial<ServerOptions>): Promise<World>;
};

/** Where the same questions must get the same answers. */
export const WORLDS: readonly WorldKind[] = [
  { name: 'the embedded store', skip: false, open: openEmbeddedWorld },
  {
    name: 'Elasticsearch',
    skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP,
    open: openElasticsearchWorld,
  },
];

async function openEmbeddedWorld(change?: Partial<ServerOptions>): Promise<World> {
  const store = await openSeededStore();
  return await worldOf(store, 'default', change, () => store.close());
}

async function openElasticsearchWorld(change?: Partial<ServerOptions>): Promise<World> {
  const namespace = `api${process.pid}${Date.now().toString(36)}`;
  const section = { node: elasticsearchUrl()!, dataStreams: true, timeout: '30s' };
  const store = connectElasticsearch(section);
  await seed(store, testConfig(`store: { elasticsearch: { node: "${section.node}" } }`), namespace);
  return await worldOf(store, namespace, change, async () => {
    const index = [...new Set(seedDocuments(namespace).map((one) => one.index))];
    await store.client.indices.delete({ index, ignore_unavailable: true });
    await store.client.delete({ index: ALERTS_INDEX, id: seededAlert(namespace).id, refresh: true }, { ignore: [404] });
    await store.client.indices.deleteIndexTemplate({ name: `logmill-test-${namespace}` });
    await store.close();
  });
}

async function worldOf(
  store: Store,
  namespace: string,
  change: Partial<ServerOptions> | undefined,
  leave: () => Promise<void>,
): Promise<World> {
  const server = testServer(store, change);
  const seeded = seedDocuments(namespace);
  const events = seeded.filter(({ index }) => !index.startsWith('logs-logmill.')).map(({ document }) => document);
  return {
    store,
    server,
    ask: await createAsker(server),
    namespace,
    index: `logs-*-${namespace},-logs-logmill.*`,
    events: events.toSorted((left, right) => timeOf(left) - timeOf(right)),
    seeded,
    file: String(fieldOf(seeded[0]!.document, 'log.file.path')),
    close: async () => {
      await server.close();
      await leave();
    },
  };
}

/** `@timestamp` in ms since the epoch. */
export function timeOf(document: Document): number {
  return Date.parse(document['@timestamp']);
}

/** The value at a dotted name of a nested document. */
export function fieldOf(document: Document, name: string): unknown {
  return name.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], document);
}
