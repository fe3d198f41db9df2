import { randomUUID } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import { seededRandom } from './generate.ts';

/** ECS documents like those of the generated pino lines, sent to a store through `_bulk` as a shipper does. */

const BULKS_UNDER_WAY = 4;
const DOCUMENTS_PER_BULK = 5000;
const HEX = '0123456789abcdef';

/** Sends so many documents into a fresh stream `logs-bench-*`; returns documents acknowledged per second. */
export async function ingest(client: Client, documents: number): Promise<number> {
  await prepare(client);
  const stream = `logs-bench-${randomUUID()}`;
  const bodies = bulkBodies(documents);
  const started = performance.now();
  await Promise.all(Array.from({ length: BULKS_UNDER_WAY }, () => send(client, stream, bodies)));
  return documents / ((performance.now() - started) / 1000);
}

async function prepare(client: Client): Promise<void> {
  await client.transport.request({
    method: 'PUT',
    path: '/_index_template/bench',
    body: {
      index_patterns: ['logs-bench-*'],
      priority: 300,
      data_stream: {},
      template: {
        mappings: {
          date_detection: false,
          properties: { '@timestamp': { type: 'date' }, message: { type: 'text' } },
          dynamic_templates: [
            { strings: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: 1024 } } },
          ],
        },
      },
    },
  });
}

async function send(client: Client, stream: string, bodies: Iterator<string>): Promise<void> {
  for (let next = bodies.next(); next.done !== true; next = bodies.next()) {
    const answer = await client.transport.request<{ errors: boolean; items: unknown[] }>({
      method: 'POST',
      path: `/${stream}/_bulk`,
      body: undefined,
      bulkBody: Buffer.from(next.value),
      querystring: { filter_path: 'errors,items.*.status,items.*.error' },
    });
    if (answer.errors) throw new Error(`refused: ${JSON.stringify(answer.items[0])}`);
  }
}

function* bulkBodies(documents: number): Generator<string, undefined> {
  const random = seededRandom(42);
  let lines: string[] = [];
  for (let at = 0; at < documents; at++) {
    const offset = (at * 284).toString(36).padStart(10, '0');
    lines.push(`{"create":{"_id":"bench0000file000-${offset}-${hex(random, 8)}"}}`, documentText(random, at));
    if (lines.length === 2 * DOCUMENTS_PER_BULK || at === documents - 1) {
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
  }
  return undefined;
}

function documentText(random: () => number, at: number): string {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
  const status = pick([200, 200, 200, 200, 404, 500]);
  return JSON.stringify({
    '@timestamp': new Date(1_763_600_000_000 + at * 3.6).toISOString(),
    message: pick(['request completed', 'cache refreshed for user', 'slow query detected in pool']),
    ecs: { version: '9.5.0' },
    log: { level: status >= 500 ? 'error' : 'info', file: { path: '/var/log/app.log' }, offset: at * 284 },
    host: { name: `web-${1 + Math.floor(random() * 8)}.prod`, id: 'b0a1' },
    service: { name: pick(['api', 'auth', 'billing', 'cart', 'search']) },
    process: { pid: 1000 + Math.floor(random() * 16) },
    http: { request: { method: pick(['GET', 'POST', 'PUT']), id: hex(random, 32) }, response: { status_code: status } },
    url: { path: `/api/v1/users/${Math.floor(random() * 5000)}` },
    source: { ip: `10.${at % 256}.${Math.floor(random() * 256)}.7` },
    event: {
      dataset: 'bench',
      category: ['web'],
      duration: Math.floor(random() * 1e9),
      ingested: '2026-11-21T10:00:00.000Z',
    },
  });
}

function hex(random: () => number, length: number): string {
  let text = '';
  while (text.length < length) text += HEX[Math.floor(random() * 16)];
  return text;
}
