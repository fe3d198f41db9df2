import { readFileSync } from 'node:fs';
import { Client, type ClientOptions } from '@elastic/elasticsearch';
import type { Config } from '../../config/schema.ts';
import { readSecret } from '../../config/secret.ts';
import { LogmillError } from '../../errors.ts';
import { parseDuration } from '../../model/units.ts';
import type { Store } from '../client.ts';
import { NodePool } from './nodes.ts';

export type ElasticsearchSection = NonNullable<Config['store']['elasticsearch']>;

/**
 * A client for a cluster; does not wait for it to answer. The client itself never repeats a request: each caller knows
 * whether it may. Throws LogmillError for a secret or certificate file that cannot be read.
 */
export function connectElasticsearch(section: ElasticsearchSection): Store {
  const nodes = Array.isArray(section.node) ? section.node : [section.node];
  const auth = authOf(section);
  const client = new Client({
    nodes,
    ConnectionPool: NodePool,
    ...(auth === undefined ? {} : { auth }),
    ...(section.caFile === undefined ? {} : { tls: { ca: readCertificate(section.caFile) } }),
    requestTimeout: parseDuration(section.timeout),
    maxRetries: 0,
    // Errors carry the request that failed; headers with credentials must not.
    redaction: { type: 'replace' },
  });
  return {
    client,
    home: 'elasticsearch',
    place: `Elasticsearch at ${nodes.map(withoutCredentials).join(', ')}`,
    engine: undefined,
    close: async () => await client.close(),
  };
}

function authOf(section: ElasticsearchSection): ClientOptions['auth'] {
  const { apiKey, username, password } = section;
  if (apiKey !== undefined) return { apiKey: readSecret(apiKey) };
  if (username === undefined || password === undefined) return undefined;
  return { username, password: readSecret(password) };
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const detail = `cannot be read: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`;
    const fields = { key: 'store.elasticsearch.caFile', detail, page: 'docs/reference/configuration.md' };
    throw new LogmillError('CONFIG_INVALID', fields, { file }, cause);
  }
}

function withoutCredentials(node: string): string {
  const url = new URL(node);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
}
