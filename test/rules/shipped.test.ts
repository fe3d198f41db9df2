import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import type { Client } from '@elastic/elasticsearch';
import { parse } from 'yaml';
import { demoInputs, startDemoTraffic } from '../../src/cli/demo-traffic.ts';
import { closeDocument } from '../../src/model/document-writer.ts';
import type { Chunk } from '../../src/model/line.ts';
import { loadPipelines, SHIPPED_PIPELINES } from '../../src/pipeline/pipelines.ts';
import { backtestRule } from '../../src/rules/backtest.ts';
import { freshName, freshStream, ruleOf, store, type TestEvent } from './events.ts';
import { homes } from './homes.ts';
import { T0 } from './running.ts';

const RULES = new Map(
  globSync(fileURLToPath(new URL('../../config/rules/*.yaml', import.meta.url))).map((file) => {
    const keys = parse(readFileSync(file, 'utf8')) as { name: string };
    return [keys.name, keys];
  }),
);

/** The shipped rule of that name, reading `index`. */
function shipped(name: string, index: string) {
  return ruleOf({ ...RULES.get(name), index });
}

/** Lines of a file as the agent would hand them on. */
function chunkOf(text: string, input: { name: string; pipeline: string }, path: string): Chunk {
  const lines = text.trimEnd().split('\n');
  return {
    source: { id: path, input: input.name, path, pipeline: input.pipeline, modifiedAt: Date.now() },
    start: 0,
    end: text.length,
    lines: lines.map((line, at) => ({
      text: line,
      offset: at,
      bytes: line.length + 1,
      fileKey: 'k'.repeat(16),
      crc: crc32(line),
    })),
    skipped: { lines: 0, bytes: 0 },
    acknowledge: () => {},
  };
}

/** Half an hour of demo traffic through the shipped pipelines into streams of the namespace. */
async function shipDemo(client: Client, namespace: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-demo-'));
  const live = new AbortController();
  startDemoTraffic(folder, live.signal);
  live.abort();
  const pipelines = await loadPipelines([SHIPPED_PIPELINES]);
  const host = { id: 'h', name: 'demo' };
  for (const input of demoInputs(folder)) {
    const timezone = input.timezone ?? 'UTC';
    const compiled = pipelines.compile(input.pipeline, { input, namespace, host, timezone, sourceTime: Date.now });
    const file = input.files[0]!;
    const { documents } = compiled.run(chunkOf(await readFile(file, 'utf8'), input, file));
    for (let at = 0; at < documents.length; at += 2000) {
      const operations = documents
        .slice(at, at + 2000)
        .flatMap(({ index, document }) => [
          { create: { _index: index } },
          closeDocument(document, new Date().toISOString()),
        ]);
      const { errors } = await client.bulk({ operations });
      assert.equal(errors, false);
    }
  }
  await client.indices.refresh({ index: `logs-*-${namespace}` });
  await rm(folder, { recursive: true, force: true });
}

for (const home of homes()) {
  describe(`the shipped rules on ${home.name}`, async () => {
    const { client, close } = await home.open();
    const namespace = freshName('demo').replace('-', '');
    before(async () => await shipDemo(client, namespace));
    after(close);

    for (const name of RULES.keys()) {
      it(`${name} fires on demo traffic, names whom it is about and shows example events`, async () => {
        const now = Date.now();
        const { alerts } = await backtestRule(shipped(name, `logs-*-${namespace}`), client, now - 31 * 60_000, now);
        assert.ok(alerts.length > 0);
        for (const { group, evidence, summary } of alerts) {
          assert.ok(Object.values(group).some((value) => value !== ''));
          assert.ok(evidence.length > 0);
          assert.doesNotMatch(summary, /\{\{|undefined|NaN/);
        }
      });
    }

    const probes: readonly string[] = [
      '/wp-login.php',
      '/.env',
      '/a/../../etc/passwd',
      '/..%2f..%2fetc/passwd',
      "/item?id=1'+union+select+1",
      "/item?id=1'%20UNION%20SELECT%201",
      '/phpMyAdmin/',
      '/.git/config',
      '/?q=<script>alert(1)</script>',
    ];
    const calm: readonly string[] = [
      '/',
      '/environment',
      '/select?union=2',
      '/docs/etc',
      '/login',
      '/api/items?page=2',
    ];
    const requests = (paths: readonly string[], ip: string): TestEvent[] =>
      Array.from({ length: 5 }, (_, n) => n).flatMap((n) =>
        paths.map((path, at) => ({ at: T0 + n * 1000 + at, fields: { 'url.original': path, 'source.ip': ip } })),
      );

    it('web-attack-probes takes each kind of probe for one, and ordinary requests for none', async () => {
      const index = freshStream();
      await store(
        client,
        index,
        probes.flatMap((path, at) => requests([path], `203.0.113.${at}`)),
      );
      await store(client, index, requests(calm, '198.51.100.1'));
      const { alerts } = await backtestRule(shipped('web-attack-probes', index), client, T0 - 60_000, T0 + 60_000);
      const found = alerts.map(({ group }) => group['source.ip']).sort();
      assert.deepEqual(found, probes.map((_, at) => `203.0.113.${at}`).sort());
    });
  });

  const data = new URL('../../../shared/data/alert-cases/errors_in_logs/tests/test1.json', import.meta.url);
  const skip = existsSync(data) ? false : 'no ../shared/data beside the checkout';
  describe(`a published alert case on ${home.name}`, { skip }, async () => {
    const { client, close } = await home.open();
    after(close);
    it('errors in logs: the rule finds the three events that the case names', async () => {
      type Case = {
        events: { id: string; offset: number; message: string; loglevel: string }[];
        expected_response: string;
      };
      const { events, expected_response: expected } = JSON.parse(readFileSync(data, 'utf8')) as Case;
      const index = freshStream();
      const documents = events.map(({ id, offset, message, loglevel }) => ({
        at: T0 + offset * 1000,
        fields: { message, 'log.level': loglevel.toLowerCase(), 'event.id': id },
      }));
      await store(client, index, documents);
      const rule = ruleOf({
        kind: 'threshold',
        query: 'message: error or log.level: error',
        index,
        window: '1m',
        interval: '1m',
        when: '> 0',
        summary: '{{ value }} Errors have occured in the logs',
      });
      const { alerts } = await backtestRule(rule, client, T0 - 60_000, T0);
      assert.equal(alerts.length, 1);
      assert.ok(expected.startsWith(alerts[0]!.summary));
      assert.equal(alerts[0]!.evidence.length, 3);
    });
  });
}
