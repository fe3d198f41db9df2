import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';
import { chunkOf, STREAM, startTestDelivery } from './chunks.ts';
import { type FaultStore, startFaultStore } from './fault-store.ts';

const LINES = Array.from({ length: 500 }, () => 'document' as const);

async function ship(client: Client, compression: 'none' | 'gzip', stream = STREAM) {
  const { delivery } = startTestDelivery(client, {
    compression,
    settings: { in_flight: '32MB', batch: '4MB', concurrency: 2, linger: '10ms' },
  });
  const { processed, tallies } = chunkOf(LINES, { stream });
  await delivery.accept(processed);
  await delivery.drain();
  await delivery.close();
  return tallies[0]!;
}

describe('compressed bulks', () => {
  it('are a fraction of the bytes, sent and sent again', async () => {
    const sizes: number[] = [];
    for (const compression of ['none', 'gzip'] as const) {
      const store: FaultStore = await startFaultStore();
      store.bulkFaults.push({ kind: 'status', status: 503 });
      const client = store.client();
      await ship(client, compression);
      assert.equal(store.ids(STREAM).length, LINES.length);
      assert.equal(store.bulkBytes.length, 2);
      sizes.push(store.bulkBytes.reduce((sum, bytes) => sum + bytes, 0));
      await client.close();
      await store.close();
    }
    assert.ok(sizes[1]! < sizes[0]! / 5, `${sizes[1]} of ${sizes[0]} bytes`);
  });

  describe('to Elasticsearch', { skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP }, () => {
    const stream = `logs-packed-g${randomBytes(4).toString('hex')}`;
    let client: Client;
    before(() => {
      client = new Client({ node: elasticsearchUrl()! });
    });
    after(async () => {
      await client.indices.delete({ index: stream }, { ignore: [404] });
      await client.close();
    });

    it('are taken', async () => {
      await client.indices.create({ index: stream });
      const tally = await ship(client, 'gzip', stream);
      assert.equal(tally.indexed.lines, LINES.length);
      await client.indices.refresh({ index: stream });
      assert.equal((await client.count({ index: stream })).count, LINES.length);
    });
  });
});
