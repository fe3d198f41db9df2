import assert from 'node:assert/strict';
import { countBy, MINUTE, REQUESTS } from './store-documents.ts';
import type { Case } from './store-suite.ts';
import { aggregate, bucketsOf, sum } from './store-suite-aggregations.ts';

const HOUR = 60 * MINUTE;

/** Aggregations whose buckets hold pages, documents or further buckets. */
export const nestedAggregationCases: readonly Case[] = [
  {
    title: 'pages through all combinations of values',
    run: async (bench) => {
      const sources = [
        { service: { terms: { field: 'service.name' } } },
        { hour: { date_histogram: { field: '@timestamp', fixed_interval: '1h' } } },
      ];
      const seen: unknown[] = [];
      let after: unknown;
      do {
        const { pages } = await aggregate(bench, {
          pages: { composite: { size: 4, sources, ...(after === undefined ? {} : { after }) } },
        });
        seen.push(...bucketsOf(pages));
        after = pages?.['after_key'];
      } while (after !== undefined);
      const counts = countBy((one) => `${one.service.name} ${Math.floor(Date.parse(one['@timestamp']) / HOUR) * HOUR}`);
      const expected = [...counts.keys()].sort().map((key) => {
        const [service, hour] = key.split(' ');
        return { key: { service, hour: Number(hour) }, doc_count: counts.get(key) };
      });
      assert.deepEqual(seen, expected);
    },
  },
  {
    title: 'shows the first documents of every bucket',
    run: async (bench) => {
      const top_hits = { size: 2, sort: [{ took: 'desc' }], _source: ['took'] };
      const { services } = await aggregate(bench, {
        services: { terms: { field: 'service.name', order: { _key: 'asc' } }, aggs: { last: { top_hits } } },
      });
      const shown = bucketsOf<{
        key: string;
        last: { hits: { total: unknown; hits: { _id: string; _source: unknown; sort: unknown }[] } };
      }>(services).map(({ key, last }) => ({
        key,
        total: last.hits.total,
        ids: last.hits.hits.map((hit) => hit._id),
        first: last.hits.hits[0]?._source,
      }));
      const total = { value: 10, relation: 'eq' };
      assert.deepEqual(shown, [
        { key: 'Shop', total, ids: ['r29', 'r26'], first: { took: 7.25 } },
        { key: 'cart', total, ids: ['r28', 'r25'], first: { took: 7 } },
        { key: 'shop', total, ids: ['r27', 'r24'], first: { took: 6.75 } },
      ]);
    },
  },
  {
    title: 'counts inside buckets inside buckets',
    run: async (bench) => {
      const aggs = {
        services: {
          terms: { field: 'service.name' },
          aggs: {
            tags: {
              terms: { field: 'tags' },
              aggs: {
                hours: {
                  date_histogram: { field: '@timestamp', fixed_interval: '2h' },
                  aggs: { took: { avg: { field: 'took' } } },
                },
              },
            },
          },
        },
      };
      const { services } = await aggregate(bench, aggs);
      type Deep = {
        key: string;
        doc_count: number;
        tags: { buckets: { key: string; hours: { buckets: { doc_count: number; took: { value: number } }[] } }[] };
      };
      for (const { key, doc_count, tags } of bucketsOf<Deep>(services)) {
        const own = REQUESTS.filter((one) => one.service.name === key);
        assert.equal(doc_count, own.length);
        const seen = tags.buckets.find((bucket) => bucket.key === 'seen')?.hours.buckets ?? [];
        assert.equal(sum(seen.map((bucket) => bucket.doc_count)), own.length);
        const mean = sum(seen.map((bucket) => bucket.doc_count * bucket.took.value)) / own.length;
        assert.ok(Math.abs(mean - sum(own.map((one) => one.took)) / own.length) < 1e-9);
      }
    },
  },
];
