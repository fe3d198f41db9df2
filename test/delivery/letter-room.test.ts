import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import { deadLetterIndex } from '../../src/delivery/dead-letters.ts';
import { HeldBack } from '../../src/model/held-back.ts';
import { chunkOf, type Kind, sourceOf, startTestDelivery } from './chunks.ts';
import { HOMES, type OpenedHome } from './homes.ts';
import { impatientClock } from './impatient-clock.ts';

const ROOM = 300_000;

for (const home of HOMES) {
  describe(`the room of dead letters in the ${home.name} store`, { skip: home.skip }, () => {
    const namespace = `f${randomBytes(4).toString('hex')}`;
    const letters = deadLetterIndex(namespace);
    const stream = `logs-room-${namespace}`;
    let opened: OpenedHome;
    let client: Client;
    before(async () => {
      opened = await home.open();
      client = opened.client;
      await client.indices.putIndexTemplate({
        name: `room-${namespace}`,
        index_patterns: [letters, stream],
        priority: 500,
        data_stream: {},
        template: { mappings: { properties: { '@timestamp': { type: 'date' } } } },
      });
    });
    after(() => opened?.close());

    it('is told of before it runs out, is never exceeded by much, holds up only what makes letters, and loses none', async () => {
      const heldBack = new HeldBack(1);
      const { delivery, messages, telemetry } = startTestDelivery(client, {
        namespace,
        maxLetterBytes: ROOM,
        heldBack,
        clock: impatientClock,
      });
      const broken = sourceOf('broken', 0);
      const sound = sourceOf('sound', 0);
      const all: ReturnType<typeof chunkOf>[] = [];
      const ship = async (kind: Kind, start: number) => {
        const source = kind === 'rejected' ? broken : sound;
        // Text that does not shrink when it is stored.
        const text = randomBytes(500).toString('hex');
        const chunk = chunkOf(
          Array.from({ length: 25 }, () => kind),
          { input: source.input, source, start, stream, text },
        );
        all.push(chunk);
        await delivery.accept(chunk.processed);
        return chunk;
      };
      const isFull = (): boolean => delivery.status().deadLetters.state === 'full';
      // The store may still find room by merging.
      for (let start = 0; ; start += 100_000) {
        const waiting = await ship('rejected', start);
        const passing = await ship('document', start);
        while (passing.tallies.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        if (isFull() && waiting.tallies.length === 0) break;
      }
      assert.deepEqual([heldBack.holds(broken), heldBack.holds(sound)], [true, false]);
      const said = messages.map(({ msg }) => String(msg)).filter((msg) => /dead letters/.test(msg));
      assert.match(said[0]!, /take up most of their room/);
      assert.match(said.at(-1)!, /no room left/);
      assert.deepEqual(
        delivery.status().lanes.map(({ index, reason }) => [index, reason]),
        [[letters, 'dead_letters_full']],
      );
      // The store may have merged some since; only below 95 % is there room again.
      assert.ok((await telemetry.deadLetterBytes.get()).values[0]!.value >= ROOM * 0.95);
      await client.indices.refresh({ index: letters });
      const { hits } = await client.search({ index: letters, size: 10_000, _source: false });
      const rows = hits.hits.map(({ _index, _id }) => ({ delete: { _index, _id: _id! } }));
      if (home.name === 'embedded') {
        await client.bulk({ operations: rows });
        await delivery.drain();
        await delivery.close();
        assert.ok(messages.some(({ msg }) => /have room again/.test(String(msg))));
        assert.equal((await client.count({ index: letters })).count + rows.length, (all.length * 25) / 2);
      } else {
        // Elasticsearch gives the room of what is deleted back when it pleases; so the bound is raised instead.
        await delivery.close();
        const waiting = all.filter(({ tallies }) => tallies.length === 0);
        assert.equal(rows.length, (all.length * 25) / 2 - waiting.length * 25);
        const raised = startTestDelivery(client, { namespace, maxLetterBytes: ROOM * 100 });
        for (const { processed } of waiting) await raised.delivery.accept(processed);
        await raised.delivery.drain();
        await raised.delivery.close();
        await client.indices.refresh({ index: letters });
        assert.equal((await client.count({ index: letters })).count, (all.length * 25) / 2);
      }
      assert.ok(all.every(({ tallies }) => tallies.length === 1));
    });
  });
}
