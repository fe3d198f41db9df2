import type { Client } from '@elastic/elasticsearch';
import { patiently } from './patience.ts';

/** Nothing a drill writes comes near it. */
const MOST = 10_000;

/** A document or dead letter as far as a verdict needs it. */
export type Stored = {
  readonly id: string;
  readonly kind: 'document' | 'letter';
  /** The message, or the dead letter's line. */
  readonly text: string | undefined;
  readonly sha256: string | undefined;
  readonly offset: number;
};

type Source = {
  readonly message?: string;
  readonly log?: { readonly offset?: number };
  readonly logmill?: { readonly dead_letter?: { readonly line?: string; readonly sha256?: string } };
};

/** Everything of a namespace, over all its backing indices. */
export function readStored(client: Client, namespace: string): Promise<Stored[]> {
  return patiently(() => read(client, namespace));
}

async function read(client: Client, namespace: string): Promise<Stored[]> {
  const index = `logs-*-${namespace}`;
  const absent = { ignore_unavailable: true, allow_no_indices: true };
  await client.indices.refresh({ index, ...absent });
  const answer = await client.search<Source>({
    index,
    ...absent,
    size: MOST,
    _source: ['message', 'log.offset', 'logmill.dead_letter.line', 'logmill.dead_letter.sha256'],
  });
  return answer.hits.hits.map(({ _id, _source: { message, log, logmill } = {} }) => {
    const letter = logmill?.dead_letter;
    return {
      id: _id ?? '',
      kind: letter === undefined ? 'document' : 'letter',
      text: letter === undefined ? message : letter.line,
      sha256: letter?.sha256,
      offset: log?.offset ?? -1,
    };
  });
}
