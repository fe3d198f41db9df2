import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ownStreams } from '../../src/cli/own-streams.ts';
import type { Config } from '../../src/config/schema.ts';
import { openPipelines, SHIPPED_PIPELINES } from '../../src/pipeline/pipelines.ts';

/** A folder of pipelines with these files. */
function folderOf(t: TestContext, files: Readonly<Record<string, object>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-streams-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'schemas'));
  // JSON is YAML.
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), JSON.stringify(content));
  return folder;
}

function contractOf(field: string, type: string) {
  return { type: 'object', properties: { [field]: { type } } };
}

function configWith(inputs: readonly object[] = []): Config {
  return { inputs } as unknown as Config;
}

const SHOP = { name: 'shop-orders', summary: 's', dataset: 'shop.orders' };

async function typesIn(folder: string, config: Config): Promise<Record<string, Record<string, string>>> {
  const { contracts } = ownStreams(config, await openPipelines([SHIPPED_PIPELINES, folder]));
  return Object.fromEntries([...contracts!].map(([dataset, types]) => [dataset, Object.fromEntries(types)]));
}

test('contracts of one’s own count for streams that ship or are in use, and no other name is caught', async (t) => {
  const folder = folderOf(t, {
    'shop.yaml': { ...SHOP, stages: [] },
    'schemas/shop.orders.json': contractOf('shop.orders.total', 'number'),
    'schemas/nginx.access.json': contractOf('nginx.access.cost', 'number'),
    'schemas/web.json': contractOf('web.x', 'number'),
  });
  assert.deepEqual(await typesIn(folder, configWith()), {
    'shop.orders': { 'shop.orders.total': 'double' },
    'nginx.access': { 'nginx.access.cost': 'double' },
  });
});

test('a stream that an input or a stage of validation names has the types of that contract', async (t) => {
  const folder = folderOf(t, {
    'shop.yaml': { ...SHOP, stages: [{ 'validate-schema': { schema: 'order' } }] },
    'schemas/order.json': {
      type: 'object',
      properties: { 'shop.orders.id': { type: 'integer' }, 'shop.orders.total': { type: 'integer' } },
    },
    'schemas/shop.orders.json': contractOf('shop.orders.total', 'number'),
    'schemas/nginx.access.json': contractOf('nginx.access.cost', 'number'),
  });
  const config = configWith([
    { name: 'a', pipeline: 'shop-orders', dataset: 'shop.test' },
    { name: 'b', pipeline: 'nginx-access', dataset: 'shop.web' },
    { name: 'c', pipeline: 'gone', dataset: 'shop.gone' },
  ]);
  const both = { 'shop.orders.id': 'long', 'shop.orders.total': 'double' };
  assert.deepEqual(await typesIn(folder, config), {
    'nginx.access': { 'nginx.access.cost': 'double' },
    'shop.orders': both,
    'shop.test': both,
    'shop.web': { 'nginx.access.cost': 'double' },
  });
});

test('what a pipeline counts and validates that another one runs belongs to the stream of the events', async (t) => {
  const count = { 'count-metric': { name: 'orders' } };
  const validate = { 'validate-schema': { schema: 'order' } };
  const folder = folderOf(t, {
    'inner.yaml': { name: 'inner', summary: 's', dataset: 'inner.log', stages: [count, validate] },
    'middle.yaml': { ...SHOP, name: 'middle', dataset: 'middle.log', stages: [{ 'run-pipeline': { name: 'inner' } }] },
    'outer.yaml': { ...SHOP, name: 'outer', dataset: 'outer.log', stages: [{ 'run-pipeline': { name: 'middle' } }] },
    'own.yaml': {
      ...SHOP,
      name: 'own',
      dataset: 'own.log',
      stages: [{ 'run-pipeline': { name: 'middle', dataset: 'own' } }],
    },
    'schemas/order.json': contractOf('shop.total', 'number'),
  });
  const config = configWith([{ name: 'a', pipeline: 'outer', dataset: 'shop.test' }]);
  const { metrics } = ownStreams(config, await openPipelines([SHIPPED_PIPELINES, folder]));
  const datasets = ['inner.log', 'middle.log', 'outer.log', 'shop.test'];
  assert.deepEqual([...new Set(metrics)].sort(), datasets);
  assert.deepEqual(Object.keys(await typesIn(folder, config)).sort(), datasets);
});

test('a contract that no validator can be made of is refused with its file', async (t) => {
  const folder = folderOf(t, {
    'shop.yaml': { ...SHOP, stages: [] },
    'schemas/shop.orders.json': contractOf('shop.orders.total', 'money'),
  });
  await assert.rejects(typesIn(folder, configWith()), (error: Error & { code?: string }) => {
    return error.code === 'SCHEMA_INVALID' && error.message.includes('shop.orders.json');
  });
});
