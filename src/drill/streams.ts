import type { Client } from '@elastic/elasticsearch';
import { patiently } from './patience.ts';

/** What the drill's pipelines write to. */
const DATASETS = ['json', 'plain', 'logmill.dead_letter'];
const ABSENT = { ignore_unavailable: true, allow_no_indices: true } as const;

/** Makes new backing indices; a stream to which nothing was written yet has none. */
export async function rollOver(client: Client, namespace: string): Promise<void> {
  for (const dataset of DATASETS) {
    const alias = `logs-${dataset}-${namespace}`;
    await patiently(() => client.indices.rollover({ alias }, { ignore: [400, 404] }));
  }
}

/** Makes the indices read-only as a full disk does, or takes that back. */
export async function blockWrites(client: Client, namespace: string, isBlocked: boolean): Promise<void> {
  const settings = { 'index.blocks.read_only_allow_delete': isBlocked ? true : null };
  await patiently(() => client.indices.putSettings({ index: `logs-*-${namespace}`, ...ABSENT, settings }));
}

/**
 * Removes the streams of a namespace. The core of Elasticsearch has no request for that, and will not delete the index that
 * a stream writes to: it is closed, so that it counts no longer among the shards of a node.
 */
export async function removeStreams(client: Client, namespace: string): Promise<void> {
  const name = `logs-*-${namespace}`;
  const isRemoved = await client.indices.deleteDataStream({ name }).then(
    () => true,
    () => false,
  );
  if (isRemoved) return;
  const indices = await client.indices.getSettings({ index: name, ...ABSENT, expand_wildcards: 'all' });
  for (const index of Object.keys(indices)) {
    await client.indices.delete({ index }).catch(() => client.indices.close({ index }));
  }
}
