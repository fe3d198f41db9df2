import type { Client, estypes } from '@elastic/elasticsearch';
import type { LedgerEntry } from '../model/ledger.ts';
import { DEAD_LETTER_DATASET } from './dead-letters.ts';

/** Where a line went. `offset` is the byte at which it starts. */
export type Explanation =
  /** Several documents where the line was split. */
  | { readonly kind: 'indexed'; readonly documents: readonly Found[] }
  | { readonly kind: 'dead_letter'; readonly letter: Found & { reason: string; field?: string; detail: string } }
  /** Read and settled, but no document: dropped by a rule, blank, or since deleted by retention. */
  | { readonly kind: 'no_document'; readonly dropped: number; readonly skipped: number; readonly gaps: number }
  | { readonly kind: 'in_flight' }
  | { readonly kind: 'not_read'; readonly readUpTo: number }
  | { readonly kind: 'unknown_file'; readonly known: readonly string[] };

export type Found = { readonly index: string; readonly id: string; readonly timestamp: string };

type Source = {
  '@timestamp': string;
  logmill?: { dead_letter?: { reason: string; field?: string; detail: string } };
};

/**
 * Answers "where did the line at this offset of this file go?" from the store and, where it holds nothing of it, from the
 * ledger. `path` is the file's path as documents show it. Throws the client's errors.
 */
export async function explainLine(options: {
  readonly client: Client;
  readonly entries: readonly LedgerEntry[];
  readonly path: string;
  readonly offset: number;
}): Promise<Explanation> {
  const { entries, path, offset } = options;
  const hits = await findDocuments(options.client, path, offset);
  const letter = hits.find(({ _source }) => _source?.logmill?.dead_letter !== undefined);
  if (letter !== undefined) {
    return { kind: 'dead_letter', letter: { ...foundOf(letter), ...letter._source!.logmill!.dead_letter! } };
  }
  if (hits.length > 0) return { kind: 'indexed', documents: hits.map(foundOf) };
  return explainFromLedger(entries, path, offset);
}

/** Without a document in the store: what the ledger says. The newest generation of a path speaks for it. */
function explainFromLedger(entries: readonly LedgerEntry[], path: string, offset: number): Explanation {
  const entry = entries.findLast((candidate) => candidate.path === path);
  if (entry === undefined) {
    return { kind: 'unknown_file', known: [...new Set(entries.map((known) => known.path))] };
  }
  if (offset < entry.acknowledged) {
    const { dropped, skipped } = entry.tally;
    return { kind: 'no_document', dropped: dropped.lines, skipped: skipped.lines, gaps: entry.gaps };
  }
  const readUpTo = entry.acknowledged + entry.inFlight.bytes;
  return offset < readUpTo ? { kind: 'in_flight' } : { kind: 'not_read', readUpTo };
}

async function findDocuments(client: Client, path: string, offset: number) {
  const index = `logs-*,logs-${DEAD_LETTER_DATASET}-*`;
  const everywhere = { index, ignore_unavailable: true, allow_no_indices: true };
  await client.indices.refresh(everywhere);
  const filter: estypes.QueryDslQueryContainer[] = [
    { term: { 'log.file.path': path } },
    { term: { 'log.offset': offset } },
  ];
  const answer = await client.search<Source>({
    ...everywhere,
    size: 100,
    query: { bool: { filter } },
    _source: ['@timestamp', 'logmill.dead_letter.reason', 'logmill.dead_letter.field', 'logmill.dead_letter.detail'],
  });
  return answer.hits.hits;
}

function foundOf(hit: estypes.SearchHit<Source>): Found {
  return { index: hit._index, id: hit._id!, timestamp: hit._source!['@timestamp'] };
}
