import type { Config } from '../config/schema.ts';
import { parseDuration } from '../model/units.ts';
import type { Store } from './client.ts';
import { isManaged } from './mappings.ts';
import { agedByElasticsearch } from './stream-lifecycle.ts';

/** `.ds-logs-nginx.access-default-2026.11.21-000003`: stream, dataset and generation. */
const BACKING = /^\.ds-((?:logs|metrics)-([a-z0-9_.]+)-.+)-\d{4}\.\d{2}\.\d{2}-(\d{6,})$/;
/** How long a backing index is written to at most, by retention: Elasticsearch's own defaults. */
const MAX_AGES: readonly (readonly [retention: string, age: string])[] = [
  ['1d', '1h'],
  ['14d', '1d'],
  ['90d', '7d'],
];
const MAX_AGE_OTHERWISE = '30d';

type Backing = {
  readonly name: string;
  readonly stream: string;
  readonly dataset: string;
  readonly generation: number;
  readonly created: number;
};

/**
 * Deletes backing indices (slices) whose youngest possible document is older than their dataset's retention, and rolls
 * over streams whose write index has been written to for long, so that it can go one day. Never touches a write index, nor
 * streams of others, nor those that Elasticsearch ages by itself. Resolves with the names removed.
 */
export async function sweepRetention(
  store: Store,
  retention: Config['retention'],
  now: number = Date.now(),
): Promise<string[]> {
  const removed: string[] = [];
  const streams = await backingIndices(store);
  const retentionOf = (stream: string) =>
    retention.datasets[streams.get(stream)?.[0]?.dataset ?? ''] ?? retention.default;
  const aged = await agedByElasticsearch(store.client, [...streams.keys()], retentionOf);
  for (const [stream, indices] of streams) {
    if (aged.has(stream)) continue;
    const keep = parseDuration(retentionOf(stream));
    for (const [at, { name }] of indices.entries()) {
      // An index stops being written to when the next one is made: its documents are at least as old as that.
      const next = indices[at + 1];
      if (next === undefined || now - next.created <= keep) break;
      await store.client.indices.delete({ index: name, ignore_unavailable: true });
      removed.push(name);
    }
    await rollOver(store, stream, maxAge(keep), indices.at(-1)!, now);
  }
  return removed;
}

/**
 * Backing indices of logmill's streams, oldest first. The name does not tell whose a stream is, for Elastic Agent writes
 * to the same datasets: a stream is logmill's when all its indices were made by logmill's templates.
 */
async function backingIndices({ client }: Store): Promise<Map<string, Backing[]>> {
  const found = await client.indices.get({
    index: '.ds-logs-*,.ds-metrics-*',
    expand_wildcards: 'all',
    ignore_unavailable: true,
    allow_no_indices: true,
    filter_path: '*.settings.index.creation_date,*.mappings._meta',
  });
  const streams = new Map<string, Backing[]>();
  const foreign = new Set<string>();
  for (const [name, { settings, mappings }] of Object.entries(found)) {
    const [, stream, dataset = '', generation] = BACKING.exec(name) ?? [];
    if (stream === undefined) continue;
    if (!isManaged(mappings)) foreign.add(stream);
    const created = Number(settings?.index?.creation_date ?? 0);
    const backing = { name, stream, dataset, generation: Number(generation), created };
    streams.set(stream, [...(streams.get(stream) ?? []), backing]);
  }
  for (const stream of foreign) streams.delete(stream);
  for (const indices of streams.values()) indices.sort((a, b) => a.generation - b.generation);
  return streams;
}

async function rollOver({ client }: Store, stream: string, age: string, write: Backing, now: number): Promise<void> {
  if (now - write.created <= parseDuration(age)) return;
  await client.indices.rollover({ alias: stream, conditions: { max_age: age, min_docs: 1 } });
}

function maxAge(retentionMs: number): string {
  return MAX_AGES.find(([retention]) => retentionMs <= parseDuration(retention))?.[1] ?? MAX_AGE_OTHERWISE;
}
