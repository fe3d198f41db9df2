import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';

/** A place where the store's data rests; the rule tests run on each. */
export type Home = { readonly name: string; open(): Promise<{ client: Client; close(): Promise<void> }> };

const TEMPLATE = {
  priority: 500,
  template: {
    mappings: {
      dynamic_templates: [
        { ip: { path_match: '*.ip', mapping: { type: 'ip' } } },
        { texts: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: 1024 } } },
      ],
      properties: {
        '@timestamp': { type: 'date' },
        message: { type: 'text' },
        event: { properties: { ingested: { type: 'date' }, duration: { type: 'long' } } },
        logmill: {
          properties: {
            alert: {
              properties: { value: { type: 'double' }, started_at: { type: 'date' }, ended_at: { type: 'date' } },
            },
          },
        },
      },
    },
  },
};

async function prepare(client: Client): Promise<Client> {
  await client.indices.putIndexTemplate({
    name: 'rules-test',
    index_patterns: ['rt-*', 'logmill-alerts', 'logmill-state'],
    ...TEMPLATE,
  } as object as Parameters<Client['indices']['putIndexTemplate']>[0]);
  await client.indices.putIndexTemplate({
    name: 'rules-test-alerts',
    index_patterns: ['logs-logmill.alert-*'],
    data_stream: {},
    ...TEMPLATE,
  } as object as Parameters<Client['indices']['putIndexTemplate']>[0]);
  return client;
}

/** Every home there is here. */
export async function homes(): Promise<Home[]> {
  const url = process.env['ELASTICSEARCH_URL'];
  const elasticsearch: Home = {
    name: 'Elasticsearch',
    open: async () => {
      const client = await prepare(new Client({ node: url! }));
      return { client, close: () => client.close() };
    },
  };
  if (process.env['ONLY'] === 'es') return [elasticsearch];
  return url === undefined ? [embedded] : [embedded, elasticsearch];
}

const embedded: Home = {
  name: 'the embedded store',
  open: async () => {
    const { openEmbedded } = await import('../../src/store/embedded/open.ts');
    const folder = await mkdtemp(join(tmpdir(), 'logmill-rules-'));
    const { client, close } = await openEmbedded({
      data: folder,
      store: { embedded: { memory_limit: '512MB', threads: 2 } },
    });
    await prepare(client);
    return {
      client,
      close: async () => {
        await close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};
