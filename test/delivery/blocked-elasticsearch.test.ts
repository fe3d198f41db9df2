import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';
import { chunkOf, sourceOf, startTestDelivery } from './chunks.ts';
import { impatientClock } from './impatient-clock.ts';

const LINES = Array.from({ length: 50 }, () => 'document' as const);

describe('delivery to a real index that takes nothing', {
  skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP,
}, () => {
  const run = randomBytes(4).toString('hex');
  let client: Client;
  before(() => {
    client = new Client({ node: elasticsearchUrl()! });
  });
  after(async () => {
    await client.indices.delete({
      index: `blocked-${run}-*,free-${run}-*`,
      allow_no_indices: true,
      expand_wildcards: 'all',
    });
    await client.close();
  });

  const put = (index: string, settings: object) => client.indices.putSettings({ index, settings });
  const ways: readonly (readonly [string, (index: string) => Promise<unknown>, (index: string) => Promise<unknown>])[] =
    [
      [
        'is read-only as above the flood stage',
        (index) => put(index, { 'index.blocks.read_only_allow_delete': true }),
        (index) => put(index, { 'index.blocks.read_only_allow_delete': null }),
      ],
      [
        'is read-only',
        (index) => put(index, { 'index.blocks.read_only': true }),
        (index) => put(index, { 'index.blocks.read_only': null }),
      ],
      ['is closed', (index) => client.indices.close({ index }), (index) => client.indices.open({ index })],
    ];
  for (const [at, [way, block, unblock]] of ways.entries()) {
    it(`lets others pass while one ${way}, and stores its lines once when it is not`, async () => {
      const [blocked, free] = [`blocked-${run}-${at}`, `free-${run}-${at}`];
      await client.indices.create({ index: blocked });
      await client.indices.create({ index: free });
      await block(blocked);
      const { delivery } = startTestDelivery(client, { clock: impatientClock });
      const waiting = chunkOf(LINES, { input: 'a', source: sourceOf('a', 0), stream: blocked });
      const passing = chunkOf(LINES, { input: 'b', source: sourceOf('b', 0), stream: free });
      await delivery.accept(waiting.processed);
      await delivery.accept(passing.processed);
      while (passing.tallies.length === 0 || delivery.status().lanes.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.deepEqual(
        delivery.status().lanes.map(({ index, reason, documents }) => [index, reason, documents]),
        [[blocked, 'blocked', 50]],
      );
      assert.equal(waiting.tallies.length, 0);
      await unblock(blocked);
      await delivery.drain();
      await delivery.close();
      await client.indices.refresh({ index: [blocked, free] });
      for (const index of [blocked, free]) assert.equal((await client.count({ index })).count, 50);
      assert.equal(waiting.tallies[0]!.indexed.lines, 50);
    });
  }
});
