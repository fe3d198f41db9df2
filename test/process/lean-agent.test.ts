import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';
import { SOURCES, scratch, startNode, write } from './command.ts';

/* What an agent on a small machine loads: seen in the scripts V8 counted coverage for. */

const elasticsearch = elasticsearchUrl();

/** Names of the packages of which `agent --once` loaded a script. */
async function packagesLoaded(t: TestContext, store: string): Promise<Set<string>> {
  const folder = scratch(t);
  const coverage = path.join(folder, 'coverage');
  mkdirSync(coverage);
  write(folder, 'app.log', '{"message":"one"}\nno JSON\n');
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nnamespace: lean${process.pid}\nstore: { ${store} }\ninputs:\n  - { name: app, files: [./app.log], pipeline: json }\n`,
  );
  // The sources, in which every package has its own scripts.
  const command = [SOURCES, 'agent', '--once', '--config', config];
  const { code, stdout, stderr } = await startNode(t, command, { NODE_V8_COVERAGE: coverage }).ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /2 lines of 1 file: 1 indexed, 0 already there, 1 dead letter/);
  const urls = readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(path.join(coverage, file), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
  const names = urls.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

test('an agent that ships to Elasticsearch loads neither the embedded store nor the HTTP server', {
  skip: elasticsearch === undefined ? ELASTICSEARCH_SKIP : false,
}, async (t) => {
  const loaded = await packagesLoaded(t, `elasticsearch: { node: "${elasticsearch}" }`);
  assert.ok(loaded.has('@elastic/elasticsearch'), 'the look sees what is loaded');
  for (const name of ['@duckdb/node-api', '@duckdb/node-bindings', 'fastify', '@fastify/swagger', 'nodemailer'])
    assert.ok(!loaded.has(name), `${name} is loaded`);
});

test('an agent beside its own store loads that store, and still no HTTP server', async (t) => {
  const loaded = await packagesLoaded(t, 'embedded: {}');
  assert.ok(loaded.has('@duckdb/node-api'), 'the look sees what is loaded');
  for (const name of ['fastify', '@fastify/swagger', 'nodemailer']) assert.ok(!loaded.has(name), `${name} is loaded`);
});
