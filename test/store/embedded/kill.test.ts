import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeFolder, openStoreIn, STREAM } from './engine.ts';
import { BATCH_SIZE, BATCHES, idOf } from './ingest-child.ts';

const CHILD = fileURLToPath(new URL('./ingest-child.ts', import.meta.url));

/** Runs the child until it has printed `kills` acknowledgements, then kills it; resolves with the batches acknowledged. */
async function runUntilKilled(folder: string, acknowledgements: number): Promise<Set<number>> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stored = new Set<number>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, batch] = line.split(' ');
    assert.equal(word, 'stored', line);
    stored.add(Number(batch));
    if (stored.size === acknowledgements) child.kill('SIGKILL');
  }
  return stored;
}

test('kill -9 in the middle of loading loses no acknowledged document and doubles none', async (t) => {
  const folder = await makeFolder(t);
  const acknowledged = new Set<number>();
  for (const acknowledgements of [1, 5, 12, 23, 37]) {
    for (const batch of await runUntilKilled(folder, acknowledgements)) acknowledged.add(batch);
    const { client, close } = await openStoreIn(t, folder);
    const ids = [...acknowledged].flatMap((batch) => Array.from({ length: BATCH_SIZE }, (_, at) => idOf(batch, at)));
    const { docs } = await client.mget({ index: STREAM, ids }, { querystring: { _source: 'false' } });
    const lost = docs.filter((doc) => !('found' in doc) || !doc.found);
    assert.equal(lost.length, 0, `acknowledged and gone: ${JSON.stringify(lost[0])}`);
    await close();
  }
  assert.equal((await runUntilKilled(folder, Number.POSITIVE_INFINITY)).size, BATCHES);
  const { client } = await openStoreIn(t, folder);
  const { count } = await client.count({ index: STREAM });
  assert.equal(count, BATCHES * BATCH_SIZE);
  const ids = await client.search({
    index: STREAM,
    size: 0,
    aggs: { batches: { terms: { field: 'batch', size: BATCHES }, aggs: { tags: { value_count: { field: 'tags' } } } } },
  });
  const { buckets } = ids.aggregations!['batches'] as { buckets: { doc_count: number; tags: { value: number } }[] };
  assert.equal(buckets.length, BATCHES);
  for (const bucket of buckets) assert.deepEqual([bucket.doc_count, bucket.tags.value], [BATCH_SIZE, 2 * BATCH_SIZE]);
});
