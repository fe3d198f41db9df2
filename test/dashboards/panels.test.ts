import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import type { LensAttributes } from '../../src/dashboards/kibana/lens.ts';
import { lensOf } from '../../src/dashboards/kibana/lens.ts';
import { loadDashboards } from '../../src/dashboards/load.ts';
import { DATA_VIEWS, type DataViewName, dataViewOf, type PanelSpec } from '../../src/dashboards/spec.ts';
import { parseKql } from '../../src/kql/parse.ts';
import { kqlToDsl } from '../../src/kql/to-dsl.ts';
import { kqlToPredicate } from '../../src/kql/to-predicate.ts';
import { closeDocument, createDocumentWriter } from '../../src/model/document-writer.ts';
import type { Store } from '../../src/store/client.ts';
import { connectElasticsearch } from '../../src/store/elasticsearch/connect.ts';
import { openEmbedded } from '../../src/store/embedded/open.ts';
import { installTemplates } from '../../src/store/templates.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';
import { type PanelRow, panelRows, panelSearch } from './panel-search.ts';
import { plainRows } from './plain-loop.ts';
import { FROM, type Seeded, seededEvents, TO } from './seed.ts';

const INTERVAL_MS = 600_000;
const WINDOW = { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString(), interval: '10m' };
/** Streams of our own, for others may use the same Elasticsearch. */
const NAMESPACE = `panels${process.pid}`;
const events = seededEvents();
const dashboards = await loadDashboards(path.join(import.meta.dirname, '..', '..', 'dashboards'));

type Home = { readonly name: string; readonly skip: string | false; open(): Promise<{ store: Store; clear(): void }> };
const HOMES: readonly Home[] = [
  {
    name: 'the embedded store',
    skip: false,
    open: async () => {
      const data = mkdtempSync(path.join(tmpdir(), 'logmill-panels-'));
      const store = await openEmbedded({ data, store: { embedded: { memory_limit: '256MB', threads: 1 } } });
      return { store, clear: () => rmSync(data, { recursive: true }) };
    },
  },
  {
    name: 'Elasticsearch',
    skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP,
    open: async () => {
      const store = await connectElasticsearch({ node: elasticsearchUrl() ?? '', dataStreams: true, timeout: '60s' });
      return { store, clear: () => undefined };
    },
  },
];

for (const home of HOMES) {
  suite(`every panel on ${home.name}`, { skip: home.skip }, () => {
    let opened: Awaited<ReturnType<Home['open']>>;
    before(async () => {
      opened = await home.open();
      const retention = { default: '3650d', datasets: {}, schedule: '17 3 * * *' };
      await installTemplates(opened.store, { inputs: [], retention, store: {} });
      await index(opened.store.client, events);
    });
    after(async () => {
      await opened.store.close();
      opened.clear();
    });
    for (const { spec } of dashboards) {
      for (const panel of spec.panels) {
        test(`${spec.title}: "${panel.title}" shows what a plain loop counts`, async () => {
          const check = panel.kind === 'lines' ? checkLines : checkNumbers;
          await check(opened.store.client, panel);
        });
      }
    }
  });
}

async function index(client: Client, seeded: readonly Seeded[]): Promise<void> {
  const write = createDocumentWriter();
  const operations = seeded.flatMap(({ dataset, event }) => [
    { create: { _index: `logs-${dataset}-${NAMESPACE}` } },
    JSON.parse(closeDocument(write(event))) as object,
  ]);
  const { errors, items } = await client.bulk({ operations, refresh: true });
  assert.equal(errors, false, JSON.stringify(items.find(({ create }) => create?.error !== undefined)));
}

async function checkNumbers(client: Client, panel: PanelSpec): Promise<void> {
  const lens: LensAttributes = lensOf(panel);
  const answer = await client.search({ index: streams(panel.data), ...panelSearch(lens, WINDOW) });
  const rows = panelRows(lens, answer.aggregations ?? {});
  const expected = plainRows(panel, eventsOf(panel.data), INTERVAL_MS);
  assert.ok(
    expected.length > 0 && expected.every((row) => Object.keys(row).length > 0),
    'the seed has something for it',
  );
  assert.ok(
    expected.some((row) => Object.values(row).some((value) => typeof value === 'number' && value > 0)),
    'it is not all zero',
  );
  const shown = Object.keys(expected[0] ?? {});
  assert.deepEqual(
    rows.map((row) => rounded(row, shown)),
    expected.map((row) => rounded(row, shown)),
  );
}

async function checkLines(client: Client, panel: PanelSpec): Promise<void> {
  const range = { range: { '@timestamp': { gte: WINDOW.from, lt: WINDOW.to } } };
  const query = { bool: { filter: [range, kqlToDsl(parseKql(panel.filter))] } };
  const answer = await client.search<{ '@timestamp': string }>({
    index: streams(panel.data),
    query,
    sort: [{ '@timestamp': 'desc' }],
    size: 50,
  });
  const expected = eventsOf(panel.data)
    .filter(kqlToPredicate(parseKql(panel.filter)))
    .map((event) => String(event['@timestamp']));
  assert.ok(expected.length > 0, 'the seed has something for it');
  assert.deepEqual(
    answer.hits.hits.map(({ _source }) => _source?.['@timestamp']),
    expected.toSorted().toReversed().slice(0, 50),
  );
}

/** The panel's data view, but only this test's streams of it. */
function streams(name: DataViewName): string {
  return dataViewOf({ data: name }).title.replaceAll('-*', `-*${NAMESPACE}`);
}

function eventsOf(name: DataViewName) {
  const own = { dead_letters: 'logmill.dead_letter', alerts: 'logmill.alert', own: 'logmill.log', logs: undefined }[
    name
  ];
  const chosen = events.filter(({ dataset }) =>
    own === undefined ? !dataset.startsWith('logmill.') : dataset === own,
  );
  return chosen.map(({ event }) => event);
}

/** Floating-point sums depend on their order; the last digits are no difference. */
function rounded(row: PanelRow, keys: readonly string[]): unknown[] {
  return keys.map((key) => {
    const value = row[key];
    return typeof value === 'number' ? Number(value.toPrecision(9)) : value;
  });
}

test('the seed has events for every data view', () => {
  for (const name of Object.keys(DATA_VIEWS) as DataViewName[]) assert.ok(eventsOf(name).length > 50, name);
});
