import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import fc from 'fast-check';
import { aggregations } from './store-aggregation-arbitraries.ts';
import { document, type Json, MAPPINGS, query, sort } from './store-arbitraries.ts';
import { HOMES, type Home } from './store-homes.ts';

const INDEX = `logmill-differential-${process.pid}`;
const DOCUMENTS = 150;
const RUNS = Number(process.env['LOGMILL_DIFFERENTIAL_RUNS'] ?? 30);
const embedded = HOMES[0];
const elasticsearch = HOMES.find(({ name }) => name === 'Elasticsearch');

describe('the embedded store and Elasticsearch agree', { skip: elasticsearch!.skip }, () => {
  let homes: Home[] = [];

  before(async () => {
    homes = [await embedded!.open(), await elasticsearch!.open()];
    const documents = fc.sample(document, { numRuns: DOCUMENTS });
    await Promise.all(homes.map(({ client }) => fill(client, documents)));
  });

  after(async () => {
    await homes[1]?.client.indices.delete({ index: INDEX, ignore_unavailable: true });
    await Promise.all(homes.map((home) => home.close()));
  });

  const agree = async (body: Json) => {
    const [ours, theirs] = await Promise.all(homes.map(({ client }) => ask(client, body)));
    compare(ours, theirs, '');
  };

  it('on the hits and count of random queries', async () => {
    const one = fc.asyncProperty(query, (asked) =>
      agree({ query: asked, size: DOCUMENTS, sort: [{ number: 'asc' }], track_total_hits: true }),
    );
    await fc.assert(one, { numRuns: RUNS * 2 });
  });

  it('on random orders, and on the page after', async () => {
    const one = fc.asyncProperty(query, sort, async (asked, order) => {
      await agree({ query: asked, size: 20, sort: order });
      const first = await homes[1]!.client.search({ index: INDEX, query: asked, size: 7, sort: order } as object);
      const last = first.hits.hits.at(-1)?.sort;
      // Elasticsearch refuses its own sort values of a missing boolean.
      if (last !== undefined && !order.some((key) => 'ok' in key))
        await agree({ query: asked, size: 7, sort: order, search_after: last });
    });
    await fc.assert(one, { numRuns: RUNS });
  });

  it('on random trees of aggregations over random queries', async () => {
    const one = fc.asyncProperty(query, aggregations, (asked, aggs) => agree({ query: asked, size: 0, aggs }));
    await fc.assert(one, { numRuns: RUNS * 2 });
  });

  it('on every page of a composite aggregation', async () => {
    const sources = [
      { host: { terms: { field: 'host.name' } } },
      { tag: { terms: { field: 'tags', missing_bucket: true } } },
    ];
    let afterKey: Json | undefined;
    for (let page = 0; page < 20; page += 1) {
      const composite = { size: 4, sources, ...(afterKey === undefined ? {} : { after: afterKey }) };
      await agree({ size: 0, aggs: { pages: { composite } } });
      const answer = (await ask(homes[1]!.client, { size: 0, aggs: { pages: { composite } } })) as Json;
      afterKey = ((answer['aggregations'] as Json)['pages'] as Json)['after_key'] as Json | undefined;
      if (afterKey === undefined) return;
    }
    assert.fail('the pages did not end');
  });
});

async function fill(client: Client, documents: readonly Json[]): Promise<void> {
  const settings = { number_of_shards: 1, number_of_replicas: 0 };
  await client.indices.create({ index: INDEX, mappings: MAPPINGS, settings } as object as Parameters<
    Client['indices']['create']
  >[0]);
  const operations = documents.flatMap((one, number) => [{ create: { _id: `d${number}` } }, { ...one, number }]);
  const answer = await client.bulk({ index: INDEX, operations, refresh: true });
  assert.equal(answer.errors, false, JSON.stringify(answer.items.find((item) => item.create?.error !== undefined)));
}

/** What a store answers, without what is its own: time taken, shards, scores, names of ignored fields; of an error only its status. */
async function ask(client: Client, body: Json): Promise<unknown> {
  try {
    return own(await client.search({ index: INDEX, ...body } as object));
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status === undefined) throw error;
    return { status };
  }
}

function own(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(own);
  if (typeof value !== 'object' || value === null) return value;
  const left = Object.entries(value).filter(
    ([key]) => !['took', '_shards', '_score', 'max_score', '_ignored'].includes(key),
  );
  return Object.fromEntries(left.map(([key, member]) => [key, own(member)]));
}

/** Deep equality, numbers up to the last few bits: sums depend on the order of addition. */
function compare(ours: unknown, theirs: unknown, path: string): void {
  if (typeof ours === 'number' && typeof theirs === 'number') {
    const scale = Math.max(1, Math.abs(ours), Math.abs(theirs));
    if (Math.abs(ours - theirs) <= scale * 1e-9) return;
  }
  if (typeof ours === 'object' && typeof theirs === 'object' && ours !== null && theirs !== null) {
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort(), path);
    for (const [key, value] of Object.entries(ours)) compare(value, (theirs as Json)[key], `${path}.${key}`);
    return;
  }
  assert.deepEqual(ours, theirs, path);
}
