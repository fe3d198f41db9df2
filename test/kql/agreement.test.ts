import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import { openEmbedded } from '../../src/store/embedded/open.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';
import { agreesWithPredicate } from './agreement-case.ts';

test('the embedded store and the predicate answer every query alike', async () => {
  const data = mkdtempSync(path.join(tmpdir(), 'logmill-kql-'));
  const store = await openEmbedded({ data, store: { embedded: { memory_limit: '256MB', threads: 1 } } });
  try {
    await agreesWithPredicate(store.client, 'kql-agreement', 200);
  } finally {
    await store.close();
    rmSync(data, { recursive: true });
  }
});

const node = elasticsearchUrl();
test('Elasticsearch and the predicate answer every query alike', {
  skip: node === undefined && ELASTICSEARCH_SKIP,
}, async () => {
  const client = new Client({ node: node ?? '', maxRetries: 0 });
  const index = `kql-agreement-${process.pid}`;
  try {
    await agreesWithPredicate(client, index, 300);
  } finally {
    await client.indices.delete({ index });
    await client.close();
  }
});
