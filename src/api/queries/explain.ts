import type { LedgerEntry } from '../../model/ledger.ts';
import type { ExplainAnswer, ExplainRequest } from '../contract/explain.ts';
import type { Hit } from '../contract/search.ts';
import { type Reading, searchStore, toHit } from './read-store.ts';
import { all, DEAD_LETTER_INDICES } from './scope.ts';
import { sourceField } from './source-field.ts';

/** Generations of a file (rotated copies with the same path) looked at. */
const MOST_DOCUMENTS = 20;

/**
 * What became of the line that holds a byte of a file. Documents carry where their line begins, so the line is the one
 * with the largest offset up to that byte; whether the byte lies in it or in a line after it that was not kept is then
 * judged by the ledger.
 */
export async function explainByte(
  reading: Reading,
  request: ExplainRequest,
  files: readonly LedgerEntry[],
): Promise<ExplainAnswer> {
  const known = files.filter((entry) => entry.path === request.file);
  const documents = await documentsAt(reading, request);
  const judged = judge(request, documents, known);
  return { ...judged, documents, files: known };
}

async function documentsAt(reading: Reading, { file, offset }: ExplainRequest): Promise<Hit[]> {
  const { hits } = await searchStore(reading, `logs-*,${DEAD_LETTER_INDICES}`, {
    query: all([{ term: { 'log.file.path': file } }, { range: { 'log.offset': { lte: offset } } }]),
    size: MOST_DOCUMENTS,
    sort: [{ 'log.offset': { order: 'desc', unmapped_type: 'long' } }],
  });
  const nearest = hits[0] === undefined ? undefined : sourceField(hits[0]._source ?? {}, 'log.offset');
  return hits.filter((hit) => sourceField(hit._source ?? {}, 'log.offset') === nearest).map(toHit);
}

type Judged = Pick<ExplainAnswer, 'outcome' | 'explanation'>;

function judge({ file, offset }: ExplainRequest, documents: readonly Hit[], known: readonly LedgerEntry[]): Judged {
  const exact = documents.find((hit) => sourceField(hit.source, 'log.offset') === offset) ?? documents[0];
  const begins = exact === undefined ? undefined : Number(sourceField(exact.source, 'log.offset'));
  if (exact !== undefined && (begins === offset || known.every((entry) => entry.acknowledged > offset))) {
    const reason = sourceField(exact.source, 'logmill.dead_letter.reason');
    const place = `the last line kept up to byte ${offset} begins at byte ${begins}`;
    return reason === undefined
      ? { outcome: 'indexed', explanation: `${place} and is document ${exact.id} in ${exact.index}` }
      : { outcome: 'dead_lettered', explanation: `${place} and is a dead letter: ${String(reason)}` };
  }
  const latest = known.at(-1);
  if (latest === undefined) return { outcome: 'unknown', explanation: `${file} is neither read here nor in the store` };
  if (offset < latest.acknowledged)
    return {
      outcome: 'not_kept',
      explanation: `byte ${offset} was read and settled without a document: dropped by a rule or skipped`,
    };
  if (offset < latest.acknowledged + latest.inFlight.bytes)
    return { outcome: 'in_flight', explanation: `byte ${offset} was read and is on its way to the store` };
  return { outcome: 'unread', explanation: `byte ${offset} has not been read yet; ${latest.unread} bytes are waiting` };
}
