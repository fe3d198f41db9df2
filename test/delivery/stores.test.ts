import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type Client, errors } from '@elastic/elasticsearch';
import { listDeadLetters } from '../../src/delivery/dead-letter-list.ts';
import type { Processed } from '../../src/model/line.ts';
import { chunkOf, type Kind, startTestDelivery } from './chunks.ts';
import { HOMES, type OpenedHome } from './homes.ts';

/** The Elasticsearch of a test run is shared: the newest few dead letters may be those of other tests. */
const ALL = 10_000;
const EMBEDDED_HAS_NO_BLOCK = 'the embedded store has no write block, closes no index and limits no shards';

const namespace = `t${randomBytes(4).toString('hex')}`;
const stream = `logs-delivery-${namespace}`;
const letters = `logs-logmill.dead_letter-${namespace}`;

async function installTemplate(client: Client): Promise<void> {
  const keyword = { type: 'keyword' } as const;
  const log = { properties: { file: { properties: { path: keyword } }, offset: { type: 'long' } } } as const;
  const letter = {
    properties: { reason: keyword, field: keyword, pipeline: keyword, line: { type: 'keyword', ignore_above: 1024 } },
  } as const;
  const quarantined = { properties: { field: keyword, reason: keyword, value: keyword } } as const;
  await client.indices.putIndexTemplate({
    name: `delivery-${namespace}`,
    index_patterns: [stream, letters],
    priority: 500,
    data_stream: {},
    template: {
      mappings: {
        properties: {
          '@timestamp': { type: 'date' },
          number: { type: 'long' },
          host: { properties: { name: keyword } },
          ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`n${at}`, { type: 'long' as const }])),
          log,
          logmill: { properties: { dead_letter: letter, quarantined } },
        },
      },
    },
  });
}

/** A client whose first `_bulk` does its work, after which `between` happens and the answer is lost. */
function losingFirstAnswer(client: Client, between: () => Promise<unknown>): Client {
  let lost = false;
  const request = async (params: never, options: never) => {
    const answer = await client.transport.request(params, options);
    if (lost || (params as { path: string }).path !== '/_bulk') return answer;
    lost = true;
    await between();
    throw new errors.ConnectionError('other side closed');
  };
  const transport = Object.assign(Object.create(client.transport), { request });
  return new Proxy(client, { get: (target, key) => (key === 'transport' ? transport : Reflect.get(target, key)) });
}

for (const home of HOMES) {
  describe(`delivery to the ${home.name} store`, { skip: home.skip }, () => {
    let opened: OpenedHome;
    let client: Client;
    before(async () => {
      opened = await home.open();
      client = opened.client;
      await installTemplate(client);
    });
    after(() => opened?.close());

    async function count(index: string): Promise<number> {
      await client.indices.refresh({ index, ignore_unavailable: true });
      return (await client.count({ index, ignore_unavailable: true })).count;
    }

    async function ship(kinds: Kind[], start: number, through = client) {
      const { delivery } = startTestDelivery(through, { namespace });
      const { processed, tallies } = chunkOf(kinds, { start, stream });
      await delivery.accept(processed);
      await delivery.drain();
      await delivery.close();
      return { processed, tally: tallies[0]! };
    }

    it('makes a document of every line and a dead letter of every rejected one', async () => {
      const { tally } = await ship(['document', 'split', 'rejected', 'dropped', 'document'], 0);
      assert.deepEqual([tally.indexed.lines, tally.dead_lettered.lines, tally.dropped.lines], [3, 1, 1]);
      assert.deepEqual([await count(stream), await count(letters)], [5, 1]);
    });

    it('adds nothing when the same lines come again, not even after a rollover', async () => {
      const before = [await count(stream), await count(letters)];
      await client.indices.rollover({ alias: stream });
      const { tally } = await ship(['document', 'split', 'rejected', 'dropped', 'document'], 0);
      assert.deepEqual([tally.already_there.lines, tally.dead_lettered.lines], [3, 1]);
      assert.deepEqual([await count(stream), await count(letters)], before);
    });

    it('does not double a batch whose answer was lost, with a rollover between sending and sending again', async () => {
      const before = await count(stream);
      const through = losingFirstAnswer(client, () => client.indices.rollover({ alias: stream }));
      const { tally } = await ship(
        Array.from({ length: 40 }, () => 'document' as const),
        100_000,
        through,
      );
      assert.equal(tally.already_there.lines, 40);
      assert.equal(await count(stream), before + 40);
    });

    it('lists dead letters by reason and pipeline', async () => {
      const { processed } = await ship(['document', 'rejected', 'dropped'], 200_000);
      await client.indices.refresh({ index: letters });
      const list = await listDeadLetters(client, { reason: 'unparsable', size: ALL });
      const group = list.groups.find(({ pipeline }) => pipeline === 'plain-text');
      assert.ok(group !== undefined && group.count >= 2 && group.samples.length >= 2);
      const rejected = processed.chunk.lines[1]!;
      const letter = list.letters.find(({ offset }) => offset === rejected.offset);
      assert.deepEqual([letter?.reason, letter?.path, letter?.line], ['unparsable', '/var/log/x', rejected.text]);
    });

    /** The processed chunk of one line whose document carries these members instead. */
    function odd(instead: object, start: number) {
      const { processed, tallies } = chunkOf(['document'], { start, stream });
      const [{ document, ...rest }] = processed.documents as [Processed['documents'][number]];
      const { event, ...members } = JSON.parse(`${document}}}`);
      const text = JSON.stringify({ ...members, ...instead, event }).slice(0, -2);
      return { processed: { ...processed, documents: [{ ...rest, document: text }] }, tallies };
    }

    async function shipOdd(members: object, start: number) {
      const { delivery, telemetry } = startTestDelivery(client, { namespace });
      const { processed, tallies } = odd(members, start);
      await delivery.accept(processed);
      await delivery.drain();
      await delivery.close();
      await client.indices.refresh({ index: [stream, letters] });
      const counted = (await telemetry.quarantined.get()).values.reduce((sum, { value }) => sum + value, 0);
      return { id: processed.documents[0]!.id, tally: tallies[0]!, counted };
    }

    it('report 3: keeps a document whose fields clash with the mapping, with these moved aside and searchable', async () => {
      const { id, tally, counted } = await shipOdd({ number: { deep: [1, 'x'] }, host: 'web1', ok: true }, 300_000);
      assert.deepEqual([tally.indexed.lines, tally.dead_lettered.lines, counted], [1, 0, 1]);
      const { hits } = await client.search<Record<string, unknown>>({
        index: stream,
        query: { bool: { filter: [{ term: { 'logmill.quarantined.field': 'number' } }, { ids: { values: [id] } }] } },
      });
      const { number, host, ok, message, logmill } = hits.hits[0]!._source!;
      assert.deepEqual([number, host, ok, typeof message], [undefined, undefined, true, 'string']);
      const { quarantined } = logmill as { quarantined: { field: string; value: string; reason: string }[] };
      assert.deepEqual(
        new Map(quarantined.map(({ field, value }) => [field, value])),
        new Map([
          ['number', '{"deep":[1,"x"]}'],
          ['host', 'web1'],
        ]),
      );
      assert.match(quarantined.find(({ field }) => field === 'number')!.reason, /failed to parse field \[number\]/);
    });

    it('makes a dead letter of a document with more bad fields than are moved aside, and names the one that was too many', async () => {
      const fields = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`n${at}`, { deep: 1 }]));
      const { id, tally } = await shipOdd(fields, 310_000);
      assert.deepEqual([tally.indexed.lines, tally.dead_lettered.lines], [0, 1]);
      const list = await listDeadLetters(client, { reason: 'mapping', size: ALL });
      const letter = list.letters.find((each) => each.id === id);
      assert.match(letter!.field!, /^n\d$/);
      assert.match(letter!.detail, new RegExp(`failed to parse field \\[${letter!.field}\\] of type \\[long\\]`));
    });

    it('report 3: makes a dead letter, line whole, of a document whose time the mapping refuses', async () => {
      const { id, tally } = await shipOdd({ '@timestamp': 'soon', number: 1 }, 320_000);
      assert.deepEqual([tally.indexed.lines, tally.dead_lettered.lines], [0, 1]);
      const list = await listDeadLetters(client, { reason: 'mapping', size: ALL });
      const letter = list.letters.find((each) => each.id === id);
      assert.deepEqual([letter?.field, letter?.line?.startsWith('document some text')], ['@timestamp', true]);
    });

    const only = home.name === 'embedded' && EMBEDDED_HAS_NO_BLOCK;
    it('waits while the stream is read-only, and goes on when it is not', { skip: only }, async () => {
      const block = (write: boolean) =>
        client.indices.putSettings({ index: stream, settings: { 'blocks.write': write } });
      await block(true);
      const { delivery } = startTestDelivery(client, { namespace });
      const { processed, tallies } = chunkOf(['document'], { start: 400_000, stream });
      await delivery.accept(processed);
      const drained = delivery.drain();
      while (delivery.status().lanes.length === 0) await new Promise(setImmediate);
      const [lane] = delivery.status().lanes;
      assert.deepEqual([lane?.index, lane?.reason, lane?.documents], [stream, 'blocked', 1]);
      assert.match(lane!.detail, /write/);
      await block(false);
      await drained;
      assert.equal(tallies[0]!.indexed.lines, 1);
      await delivery.close();
    });
  });
}
