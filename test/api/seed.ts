import type { Config } from '../../src/config/schema.ts';
import type { Alert } from '../../src/model/alert.ts';
import { writeAlert } from '../../src/rules/alerts.ts';
import type { Store } from '../../src/store/client.ts';
import { eventMappings } from '../../src/store/mappings.ts';
import { installTemplates } from '../../src/store/templates.ts';

/** The moment the seeded world is looked at. */
export const NOW = Date.parse('2026-11-21T10:00:00.000Z');
const MINUTE = 60_000;

export type Document = Record<string, unknown> & { '@timestamp': string };
export type Seeded = { readonly index: string; readonly id: string; readonly document: Document };

const ERRORS = [
  {
    type: 'ConnectionError',
    message: 'connect ECONNREFUSED 10.0.3.17:5432',
    key: 'group-db',
    services: ['shop', 'checkout'],
  },
  {
    type: 'TypeError',
    message: "Cannot read properties of undefined (reading 'price')",
    key: 'group-price',
    services: ['shop'],
  },
] as const;

/**
 * An hour of a small shop: one API line every ten seconds (a burst of errors in the last minutes), requests with 404
 * and 500 among them, an attack on ssh, one probe, and lines that were rejected. Always the same but for the namespace,
 * which is the last part of the streams' names and, where it is not `default`, the first folder of the API's file.
 */
export function seedDocuments(namespace = 'default'): Seeded[] {
  const root = namespace === 'default' ? '' : `/${namespace}`;
  const file = `${root}/srv/shop/api.log`;
  return [...apiLines(file), ...requests(), ...logins(), ...rejected(file)].map((seeded) => ({
    ...seeded,
    index: `${seeded.index}-${namespace}`,
  }));
}

function apiLines(file: string): Seeded[] {
  return Array.from({ length: 360 }, (_, at) => {
    const time = NOW - (360 - at) * 10_000;
    const failing = at % 40 === 0 || (at > 330 && at % 2 === 0);
    const error = ERRORS[at % 4 === 0 ? 0 : 1];
    const service = failing ? error.services[at % error.services.length]! : ['shop', 'checkout', 'search'][at % 3]!;
    return event('logs-shop.api', `api-${at}`, time, file, at * 200, {
      message: failing ? error.message : `request ${at} completed`,
      log: { level: failing ? 'error' : at % 20 === 1 ? 'warn' : at % 20 === 2 ? 'debug' : 'info' },
      service: { name: service },
      event: { dataset: 'shop.api', duration: (at % 100) * 10_000_000 },
      ...(failing ? { error: { type: error.type, message: error.message, grouping_key: error.key } } : {}),
    });
  });
}

function requests(): Seeded[] {
  return Array.from({ length: 120 }, (_, at) => {
    const probe = at === 100;
    const status = probe || at % 10 === 3 ? 404 : at % 30 === 7 ? 500 : 200;
    const path = probe ? '/wp-login.php' : `/item/${at % 7}`;
    return event(
      'logs-nginx.access',
      `web-${at}`,
      NOW - (120 - at) * 30_000 + 5,
      '/var/log/nginx/access.log',
      at * 150,
      {
        message: `"GET ${path} HTTP/1.1" ${status}`,
        url: { path },
        http: { request: { method: 'GET' }, response: { status_code: status } },
        source: { ip: probe ? '203.0.113.9' : '198.51.100.7' },
        service: { name: 'web' },
        event: { dataset: 'nginx.access' },
      },
    );
  });
}

function logins(): Seeded[] {
  return Array.from({ length: 25 }, (_, at) => {
    const failed = at < 20;
    return event('logs-system.auth', `auth-${at}`, NOW - 20 * MINUTE + at * 1000, '/var/log/auth.log', at * 90, {
      message: failed ? 'Failed password for root from 203.0.113.66' : 'Accepted publickey for deploy from 10.0.0.12',
      event: { dataset: 'system.auth', category: ['authentication'], outcome: failed ? 'failure' : 'success' },
      user: { name: failed ? ['root', 'admin'][at % 2] : 'deploy' },
      source: { ip: failed ? '203.0.113.66' : '10.0.0.12' },
    });
  });
}

function rejected(file: string): Seeded[] {
  return Array.from({ length: 4 }, (_, at) =>
    event('logs-logmill.dead_letter', `dead-${at}`, NOW - 30 * MINUTE + at, file, 100_000 + at * 50, {
      message: 'json rejected a line, unparsable: no JSON',
      logmill: {
        dead_letter: {
          reason: at === 3 ? 'invalid_time' : 'unparsable',
          pipeline: 'json',
          detail: 'no JSON',
          line: '{"cut',
        },
      },
      event: { kind: 'pipeline_error', dataset: 'logmill.dead_letter' },
    }),
  );
}

function event(index: string, id: string, time: number, path: string, offset: number, fields: object): Seeded {
  const document = { '@timestamp': new Date(time).toISOString(), log: { file: { path }, offset }, ...fields };
  const { log } = fields as { log?: object };
  return { index, id, document: { ...document, log: { ...log, file: { path }, offset } } };
}

/** A firing alert of the seeded world; its id and its rule's name end in the namespace where that is not `default`. */
export function seededAlert(namespace = 'default'): Alert {
  const suffix = namespace === 'default' ? '' : `-${namespace}`;
  return {
    id: `alert-high-error-rate${suffix}`,
    rule: { name: `high-error-rate${suffix}`, uuid: 'a1b2', author: 'the shop team' },
    severity: 'critical',
    group: { 'service.name': 'shop' },
    state: 'firing',
    status: 'open',
    summary: 'shop answers 12.4% of requests with an error',
    runbook: 'https://runbooks.example/errors',
    value: 0.124,
    threshold: '> 5%',
    window: { start: new Date(NOW - 5 * MINUTE).toISOString(), end: new Date(NOW).toISOString() },
    started_at: new Date(NOW - 4 * MINUTE).toISOString(),
    updated_at: new Date(NOW - MINUTE).toISOString(),
    evidence: [{ index: `logs-shop.api-${namespace}`, id: 'api-356' }],
  };
}

/**
 * Templates, events and one firing alert. The streams of another namespace than `default` become plain indices: an
 * Elasticsearch core that tests share can make data streams, but has no request to delete them.
 */
export async function seed(store: Store, config: Config, namespace = 'default'): Promise<void> {
  const { client } = store;
  await installTemplates(store, config, { datasets: ['shop.api'] });
  if (namespace !== 'default') {
    await client.indices.putIndexTemplate({
      name: `logmill-test-${namespace}`,
      index_patterns: [`logs-*-${namespace}`],
      priority: 900,
      template: { mappings: eventMappings(), settings: { number_of_replicas: 0 } },
    } as object as Parameters<typeof client.indices.putIndexTemplate>[0]);
  }
  const documents = seedDocuments(namespace);
  const answer = await client.bulk({
    refresh: true,
    operations: documents.flatMap(({ index, id, document }) => [{ create: { _index: index, _id: id } }, document]),
  });
  if (answer.errors) throw new Error(JSON.stringify(answer.items.find((item) => item.create?.error !== undefined)));
  await writeAlert({ client, namespace, now: () => NOW }, seededAlert(namespace), undefined, true);
}
