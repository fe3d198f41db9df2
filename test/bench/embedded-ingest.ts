import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../src/store/embedded/open.ts';
import { ingest } from './ingest.ts';

/** Documents per second that the embedded store acknowledges through `_bulk`, in this process. */

export type IngestFigures = { readonly documentsPerSecond: number; readonly rssMegabytes: number };

/** One run into a fresh store: `documents` ECS documents like those of the generated pino lines. */
export async function measureEmbeddedIngest(documents: number): Promise<IngestFigures> {
  const data = await mkdtemp(join(tmpdir(), 'logmill-bench-'));
  const store = await openEmbedded({ data, store: { embedded: { memory_limit: '512MB', threads: 2 } } });
  try {
    const documentsPerSecond = await ingest(store.client, documents);
    return { documentsPerSecond, rssMegabytes: process.memoryUsage.rss() / 1e6 };
  } finally {
    await store.close();
    await rm(data, { recursive: true });
  }
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(await measureEmbeddedIngest(Number(process.argv[2] ?? 200_000)))}\n`);
}
