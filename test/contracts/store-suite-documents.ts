import assert from 'node:assert/strict';
import type { Client } from '@elastic/elasticsearch';
import type { Bench, Case } from './store-suite.ts';

type Template = Parameters<Client['indices']['putIndexTemplate']>[0];

async function withStream({ client, name }: Bench, use: (stream: string) => Promise<void>): Promise<void> {
  const stream = name('stream');
  const template = {
    name: name('template'),
    index_patterns: [`${stream}*`],
    priority: 900,
    data_stream: {},
    template: { mappings: { properties: { '@timestamp': { type: 'date' }, level: { type: 'keyword' } } } },
  } as object as Template;
  await client.indices.putIndexTemplate(template);
  await use(stream);
}

/** Reading and writing documents, templates and streams. */
export const documentCases: readonly Case[] = [
  {
    title: 'judges every item of a bulk on its own: created, there already, unfit for its field',
    run: async ({ client, name }) => {
      const index = name('bulk');
      await client.indices.create({
        index,
        mappings: { properties: { at: { type: 'date' }, deep: { properties: { number: { type: 'long' } } } } },
      });
      const operations = [
        { create: { _id: 'a' } },
        { at: '2026-11-21T12:00:00Z' },
        { create: { _id: 'a' } },
        { at: '2026-11-21T12:00:00Z' },
        { create: { _id: 'b' } },
        { deep: 'no object' },
        { index: { _id: 'c' } },
        { deep: { number: 7 } },
      ];
      const answer = await client.bulk({ index, operations, refresh: true });
      const items = answer.items.map((item) => Object.values(item)[0]!);
      assert.equal(answer.errors, true);
      assert.deepEqual(
        items.map(({ status }) => status),
        [201, 409, 400, 201],
      );
      assert.equal(items[1]!.error?.type, 'version_conflict_engine_exception');
      assert.equal(items[2]!.error?.type, 'document_parsing_exception');
      assert.equal((await client.count({ index })).count, 2);
    },
  },
  {
    title: 'gives a document back as it was written, and 404 for one that is not there',
    run: async ({ client, index }) => {
      const found = await client.get<{ took: number }>({ index, id: 'r7' });
      assert.equal(found._source?.took, 1.75);
      const missing = await client.get({ index, id: 'nobody' }, { ignore: [404], meta: true });
      assert.equal(missing.statusCode, 404);
      assert.equal((missing.body as { found: boolean }).found, false);
    },
  },
  {
    title: 'writes under a condition on sequence number and term, and refuses when another was quicker',
    run: async ({ client, name }) => {
      const index = name('state');
      const first = await client.index({ index, id: 'one', document: { value: 1 } });
      const condition = { if_seq_no: first._seq_no!, if_primary_term: first._primary_term! };
      const second = await client.index({ index, id: 'one', document: { value: 2 }, ...condition });
      assert.equal(second.result, 'updated');
      const late = await client.index(
        { index, id: 'one', document: { value: 3 }, ...condition },
        { ignore: [409], meta: true },
      );
      assert.equal(late.statusCode, 409);
      assert.deepEqual((await client.get({ index, id: 'one' }))._source, { value: 2 });
      await client.delete({ index, id: 'one' });
      assert.equal(await client.exists({ index, id: 'one' }), false);
    },
  },
  {
    title: 'makes a data stream from its template with the first create, and shows hits in its backing index',
    run: async (bench) =>
      withStream(bench, async (stream) => {
        const document = { '@timestamp': '2026-11-21T12:00:00.000Z', level: 'info' };
        const answer = await bench.client.bulk({
          index: stream,
          refresh: true,
          operations: [{ create: { _id: '1' } }, document],
        });
        assert.equal(answer.errors, false);
        const { hits } = await bench.client.search({ index: stream, query: { term: { level: 'info' } } });
        assert.equal(hits.hits.length, 1);
        assert.match(hits.hits[0]!._index, new RegExp(`^\\.ds-${stream}-\\d{4}\\.\\d\\d\\.\\d\\d-000001$`));
        const byStream = await bench.client.count({ index: `${stream}*`, query: { term: { _index: stream } } });
        assert.equal(byStream.count, 1);
      }),
  },
  {
    title: 'refuses a data stream document without @timestamp',
    run: async (bench) =>
      withStream(bench, async (stream) => {
        const answer = await bench.client.bulk({ index: stream, operations: [{ create: {} }, { level: 'info' }] });
        assert.equal(answer.items[0]?.create?.status, 400);
      }),
  },
  {
    title: 'shows the mapping it was given and what documents added to it',
    run: async ({ client, name }) => {
      const index = name('mapping');
      await client.indices.create({ index, mappings: { properties: { code: { type: 'keyword' } } } });
      await client.index({ index, document: { code: 'x', count: 3 }, refresh: true });
      const mapping = await client.indices.getMapping({ index });
      assert.equal(mapping[index]?.mappings.properties?.['code']?.type, 'keyword');
      assert.equal(mapping[index]?.mappings.properties?.['count']?.type, 'long');
    },
  },
];
