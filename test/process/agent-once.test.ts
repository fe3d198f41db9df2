import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { elasticsearchUrl } from '../elasticsearch.ts';
import { run, scratch, start, write } from './command.ts';

/*
 * The judge's run on real input: 10,000 requests of a public site, one of them cut off (line 8899), as a text log and as
 * JSON lines. Statuses and counts are those the data's README states.
 */
const ACCESS = new URL('../../../shared/data/access/', import.meta.url).pathname;
const APACHE = path.join(ACCESS, 'apache_logs');
const NGINX_JSON = path.join(ACCESS, 'apache_logs.as-nginx-json.ndjson');
const here = existsSync(APACHE) ? false : 'no ../shared/data beside the checkout';
const elasticsearch = elasticsearchUrl();

type Case = { readonly pipeline: string; readonly file: string; readonly dataset: string; readonly rejected: number };
const CASES: readonly Case[] = [
  { pipeline: 'apache-access', file: APACHE, dataset: 'apache.access', rejected: 1 },
  { pipeline: 'nginx-access', file: NGINX_JSON, dataset: 'nginx.access', rejected: 0 },
];
const HOMES = [
  { home: 'the embedded store', store: 'embedded: {}', skip: here },
  {
    home: 'Elasticsearch',
    store: `elasticsearch: { node: "${elasticsearch ?? ''}" }`,
    skip: here || (elasticsearch === undefined ? 'no Elasticsearch' : false),
  },
] as const;

let runs = 0;

function configure(folder: string, { pipeline, file }: Case, store: string): { config: string; namespace: string } {
  const namespace = `t${process.pid}_${runs++}`;
  const text = `data: ./data\nnamespace: ${namespace}\nhttp: { port: 0 }\nstore: { ${store} }\ninputs:\n  - { name: access, files: [${file}], pipeline: ${pipeline} }\n`;
  return { config: write(folder, 'logmill.yaml', text), namespace };
}

async function count(t: TestContext, config: string, kql: string, index: string): Promise<number> {
  const result = await run(t, ['search', kql, '--count', '--index', index, '--config', config]);
  assert.equal(result.code, 0, result.stderr);
  return Number(result.stdout);
}

async function assertCounts(
  t: TestContext,
  config: string,
  namespace: string,
  { dataset, rejected }: Case,
): Promise<void> {
  assert.equal(await count(t, config, '*', `logs-${dataset}-${namespace}`), 9_999, 'documents');
  assert.equal(await count(t, config, 'http.response.status_code: 404', `logs-${dataset}-${namespace}`), 213, '404s');
  assert.equal(await count(t, config, '*', `logs-logmill.dead_letter-${namespace}*`), rejected, 'dead letters');
}

for (const { home, store, skip } of HOMES) {
  for (const shape of CASES) {
    test(`${shape.pipeline} into ${home}: every line once, also when run again and after the state is lost`, {
      skip,
    }, async (t) => {
      const folder = scratch(t);
      const { config, namespace } = configure(folder, shape, store);
      for (const step of ['first run', 'second run', 'state deleted'] as const) {
        if (step === 'state deleted') rmSync(path.join(folder, 'data', 'state'), { recursive: true });
        const result = await run(t, ['agent', '--once', '--config', config]);
        assert.equal(result.code, 0, `${step}: ${result.stderr}`);
        await assertCounts(t, config, namespace, shape);
      }
    });
  }

  test(`kill -9 at several moments of the run into ${home}, then finished: the same counts`, { skip }, async (t) => {
    const folder = scratch(t);
    const shape = CASES[0]!;
    const { config, namespace } = configure(folder, shape, store);
    // The moments only decide how far a run gets before it is killed; the counts must hold whatever they are.
    for (const moment of [150, 400, 650, 900, 1200]) {
      const running = start(t, ['agent', '--once', '--config', config]);
      await Promise.race([sleep(moment), running.ended]);
      running.child.kill('SIGKILL');
      await running.ended;
    }
    const result = await run(t, ['agent', '--once', '--config', config]);
    assert.equal(result.code, 0, result.stderr);
    await assertCounts(t, config, namespace, shape);
  });
}

test('an unreachable store ends a --once run with exit code 1 after --wait, and the next run ships everything', {
  skip: here,
}, async (t) => {
  const folder = scratch(t);
  const shape = CASES[0]!;
  const dead = configure(folder, shape, 'elasticsearch: { node: "http://127.0.0.1:9" }');
  const failed = await run(t, ['agent', '--once', '--wait', '1s', '--config', dead.config]);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /127\.0\.0\.1:9.*does not answer/s);
  const { config, namespace } = configure(folder, shape, 'embedded: {}');
  assert.equal((await run(t, ['agent', '--once', '--config', config])).code, 0);
  await assertCounts(t, config, namespace, shape);
});
