import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import { listDeadLetters } from '../../src/delivery/dead-letter-list.ts';
import { type ReplayOptions, replayDeadLetters } from '../../src/delivery/replay.ts';
import type { Chunk, Processed } from '../../src/model/line.ts';
import { documentId } from '../../src/model/line.ts';
import { Rejected } from '../../src/model/rejected.ts';
import { chunkOf, startTestDelivery } from './chunks.ts';
import { HOMES, type OpenedHome } from './homes.ts';

const NOW = Date.parse('2026-11-21T10:00:00.000Z');

for (const home of HOMES) {
  describe(`replaying dead letters of the ${home.name} store`, { skip: home.skip }, () => {
    const namespace = `r${randomBytes(4).toString('hex')}`;
    const stream = `logs-replay-${namespace}`;
    const letters = `logs-logmill.dead_letter-${namespace}`;
    // The Elasticsearch of a test run is shared: letters of other tests are told apart by the pipeline.
    const of = `pipeline-${namespace}`;
    let opened: OpenedHome;
    let client: Client;
    let clock = NOW;

    before(async () => {
      opened = await home.open();
      client = opened.client;
      const keyword = { type: 'keyword' } as const;
      const properties = {
        reason: keyword,
        pipeline: { type: 'keyword', ignore_above: 8191 } as const,
        line: { type: 'keyword', ignore_above: 8191 } as const,
        replay: { properties: { at: { type: 'date' } } },
      };
      await client.indices.putIndexTemplate({
        name: `replay-${namespace}`,
        index_patterns: [stream, letters],
        priority: 500,
        data_stream: {},
        template: {
          mappings: {
            properties: {
              '@timestamp': { type: 'date' },
              number: { type: 'long' },
              log: { properties: { offset: { type: 'long' } } },
              logmill: { properties: { dead_letter: { properties } } },
            },
          },
        },
      } as object as Parameters<Client['indices']['putIndexTemplate']>[0]);
    });
    after(() => opened?.close());

    async function reject(count: number, start: number, text = 'some text'): Promise<Chunk> {
      const { delivery } = startTestDelivery(client, { namespace });
      const source = { id: namespace, input: 'app', path: '/var/log/x', pipeline: of, modifiedAt: 0 };
      const { processed } = chunkOf(
        Array.from({ length: count }, () => 'rejected' as const),
        { start, stream, source, text },
      );
      await delivery.accept(processed);
      await delivery.drain();
      await delivery.close();
      return processed.chunk;
    }

    async function count(index: string): Promise<number> {
      await client.indices.refresh({ index, ignore_unavailable: true });
      return (await client.count({ index, ignore_unavailable: true })).count;
    }

    /** A pipeline that has learnt to read the lines. */
    function mended(chunk: Chunk): Processed {
      const [line] = chunk.lines;
      const document = `{"@timestamp":"2026-11-21T09:00:00.000Z","message":${JSON.stringify(line!.text)},"event":{"dataset":"replay"`;
      return {
        chunk,
        documents: [{ id: documentId(line!), index: stream, document, line: 0 }],
        rejected: [],
        dropped: [],
      };
    }
    function still(chunk: Chunk): Processed {
      const rejected = [{ line: 0, rejected: new Rejected('invalid', 'still not right', 'a.b') }];
      return { chunk, documents: [], rejected, dropped: [] };
    }
    function dropping(chunk: Chunk): Processed {
      return { chunk, documents: [], rejected: [], dropped: [{ line: 0, rule: 'noise' }] };
    }
    function replay(run: ReplayOptions['run'], through = client) {
      clock += 1000;
      return replayDeadLetters({ client: through, of, run, now: () => clock });
    }

    it('makes documents of lines that the pipeline now reads, under the ids they would have had, once', async () => {
      const { lines } = await reject(250, 0);
      assert.equal(await count(letters), 250);
      assert.deepEqual(await replay(mended), { indexed: 250, dropped: 0, failed: 0, notWhole: 0 });
      assert.deepEqual([await count(stream), await count(letters)], [250, 0]);
      const { hits } = await client.search({ index: stream, size: 300 });
      assert.deepEqual(hits.hits.map(({ _id }) => _id).sort(), lines.map((line) => documentId(line)).sort());
      assert.deepEqual(await replay(mended), { indexed: 0, dropped: 0, failed: 0, notWhole: 0 });
    });

    it('keeps a letter that fails again, with both reasons, and tries it at the next replay', async () => {
      await reject(2, 500_000);
      assert.deepEqual(await replay(still), { indexed: 0, dropped: 0, failed: 2, notWhole: 0 });
      await client.indices.refresh({ index: letters });
      const { hits } = await client.search<{ logmill: { dead_letter: { reason: string; replay: object } } }>({
        index: letters,
      });
      for (const { _source } of hits.hits) {
        const { reason, replay: again } = _source!.logmill.dead_letter;
        assert.deepEqual(
          [reason, again],
          [
            'unparsable',
            { at: new Date(clock).toISOString(), reason: 'invalid', detail: 'still not right', field: 'a.b' },
          ],
        );
      }
      assert.equal((await listDeadLetters(client, { reason: 'unparsable', size: 10 })).total >= 2, true);
      assert.deepEqual(await replay(dropping), { indexed: 0, dropped: 2, failed: 0, notWhole: 0 });
      assert.equal(await count(letters), 0);
    });

    /** The client, with a look at each bulk before it goes. */
    function watched(look: (body: Buffer) => void): Client {
      const request = async (params: { path: string; bulkBody?: Buffer }, options: never) => {
        if (params.bulkBody !== undefined) look(params.bulkBody);
        return await client.transport.request(params as never, options);
      };
      const transport = Object.assign(Object.create(client.transport), { request });
      return new Proxy(client, { get: (target, key) => (key === 'transport' ? transport : Reflect.get(target, key)) });
    }

    it('sends letters of long lines in bodies that a store takes', async () => {
      await reject(20, 10_000_000, 'long '.repeat(120_000));
      const sizes: number[] = [];
      const through = watched((body) => void sizes.push(body.length));
      assert.deepEqual(await replay(mended, through), { indexed: 20, dropped: 0, failed: 0, notWhole: 0 });
      assert.equal(await count(letters), 0);
      assert.ok(Math.max(...sizes) < 10_000_000, `${Math.max(...sizes)} bytes at once`);
    });

    it('says which machine read a line, and in which namespace', async () => {
      await reject(1, 550_000);
      const origins: object[] = [];
      await replay((chunk, origin) => {
        origins.push(origin);
        return mended(chunk);
      });
      const host = { id: 'host-1', name: 'web1' };
      assert.deepEqual(origins, [{ readAt: Date.UTC(2026, 0, 1), host, namespace }]);
    });

    it('doubles nothing when it dies between a document and its letter, not even after a rollover', async () => {
      await reject(5, 600_000);
      const documents = await count(stream);
      const dying = watched((body) => {
        if (body.includes('"delete"')) throw new Error('killed here');
      });
      await assert.rejects(replay(mended, dying), /killed here/);
      assert.deepEqual([await count(stream), await count(letters)], [documents + 5, 5]);
      await client.indices.rollover({ alias: stream });
      assert.deepEqual(await replay(mended), { indexed: 5, dropped: 0, failed: 0, notWhole: 0 });
      assert.deepEqual([await count(stream), await count(letters)], [documents + 5, 0]);
    });

    it('keeps a letter whose document the store refuses, with the store’s reason and field', async () => {
      await reject(1, 700_000);
      const documents = await count(stream);
      const untimely = (chunk: Chunk) => {
        const processed = mended(chunk);
        const [{ document, ...rest }] = processed.documents as [Processed['documents'][number]];
        return {
          ...processed,
          documents: [{ ...rest, document: document.replace('2026-11-21T09:00:00.000Z', 'soon') }],
        };
      };
      assert.deepEqual(await replay(untimely), { indexed: 0, dropped: 0, failed: 1, notWhole: 0 });
      await client.indices.refresh({ index: letters });
      const { hits } = await client.search<{ logmill: { dead_letter: { replay: { reason: string; field: string } } } }>(
        {
          index: letters,
        },
      );
      const { reason, field } = hits.hits[0]!._source!.logmill.dead_letter.replay;
      assert.deepEqual([reason, field, await count(stream)], ['mapping', '@timestamp', documents]);
      assert.deepEqual(await replay(mended), { indexed: 1, dropped: 0, failed: 0, notWhole: 0 });
    });

    it('moves a field aside that the store refuses, and keeps the document', async () => {
      await reject(1, 800_000);
      const wrong = (chunk: Chunk) => {
        const processed = mended(chunk);
        const [{ document, ...rest }] = processed.documents as [Processed['documents'][number]];
        return {
          ...processed,
          documents: [
            { ...rest, document: document.replace('"message"', '"number":{"a":1},"log":"no object","message"') },
          ],
        };
      };
      assert.deepEqual(await replay(wrong), { indexed: 1, dropped: 0, failed: 0, notWhole: 0 });
      await client.indices.refresh({ index: stream });
      const { hits } = await client.search<{ logmill: { quarantined: { field: string; value: string }[] } }>({
        index: stream,
        query: { exists: { field: 'logmill.quarantined.field' } },
      });
      const moved = hits.hits[0]!._source!.logmill.quarantined.map(({ field, value }) => [field, value]);
      assert.deepEqual(
        new Map(moved as [string, string][]),
        new Map([
          ['number', '{"a":1}'],
          ['log', 'no object'],
        ]),
      );
    });

    it('leaves a letter alone whose line was never kept whole', async () => {
      const id = `${'c'.repeat(16)}-00000000001-0123abcd`;
      const letter = {
        reason: 'too_long',
        detail: 'x',
        pipeline: of,
        input: 'app',
        line: 'the beginning',
        length: 9_999_999,
      };
      const source = { '@timestamp': new Date(NOW).toISOString(), logmill: { dead_letter: letter } };
      await client.create({ index: letters, id, document: source });
      assert.deepEqual(await replay(mended), { indexed: 0, dropped: 0, failed: 0, notWhole: 1 });
      assert.equal(await count(letters), 1);
    });
  });
}
