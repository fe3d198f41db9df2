import { type Client, errors } from '@elastic/elasticsearch';

/**
 * Elasticsearch's own word for who rolls over and deletes a stream's backing indices (`next_generation_managed_by` of
 * the get-data-stream API).
 */
const BY_LIFECYCLE = 'Data stream lifecycle';
const BY_NOBODY = 'Unmanaged';

type Stream = {
  readonly name: string;
  readonly next_generation_managed_by?: string;
  readonly lifecycle?: { readonly data_retention?: string };
};

/** Retention as Elasticsearch's lifecycle takes it, which knows no weeks. */
export function dataRetention(retention: string): string {
  const weeks = /^(\d+)w$/.exec(retention);
  return weeks === null ? retention : `${Number(weeks[1]) * 7}d`;
}

/**
 * Those of `streams` that Elasticsearch ages by itself (data stream lifecycle, ILM), which the sweep leaves alone. Those under
 * the data stream lifecycle are given their retention where it differs, for a template reaches only streams made after
 * it. None where the store has no such service. Throws the client's errors.
 */
export async function agedByElasticsearch(
  client: Client,
  streams: readonly string[],
  retentionOf: (stream: string) => string,
): Promise<ReadonlySet<string>> {
  const aged = new Set<string>();
  for (const { name, lifecycle, next_generation_managed_by: manager = BY_NOBODY } of await dataStreams(client)) {
    if (manager === BY_NOBODY || !streams.includes(name)) continue;
    aged.add(name);
    const retention = dataRetention(retentionOf(name));
    if (manager !== BY_LIFECYCLE || lifecycle?.data_retention === retention) continue;
    await client.indices.putDataLifecycle({ name, data_retention: retention });
  }
  return aged;
}

async function dataStreams(client: Client): Promise<readonly Stream[]> {
  try {
    const { data_streams: streams } = await client.transport.request<{ data_streams: readonly Stream[] }>({
      method: 'GET',
      path: '/_data_stream/logs-*,metrics-*',
    });
    return streams;
  } catch (error) {
    if (error instanceof errors.ResponseError && saysNone(error)) return [];
    throw error;
  }
}

/** No stream yet (404), or no data stream service at all. Any other refusal must not let the sweep take streams for unmanaged. */
function saysNone({ statusCode, body }: errors.ResponseError): boolean {
  return statusCode === 404 || (statusCode === 400 && JSON.stringify(body).includes('no handler found'));
}
