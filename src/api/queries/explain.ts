import type { LedgerEntry } from '../../model/ledger.ts';
import type { ExplainAnswer, ExplainRequest } from '../contract/explain.ts';
import type { Hit } from '../contract/search.ts';
import { explainSequence, isStream } from './explain-sequence.ts';
import { asking, type Reading, searchStore, toHit } from './read-store.ts';
import { all, DEAD_LETTER_INDICES } from './scope.ts';
import { sourceField } from './source-field.ts';

/** Generations of a file (rotated copies with the same path) looked at. */
const MOST_DOCUMENTS = 20;
const INDICES = `logs-*,${DEAD_LETTER_INDICES}`;
const PERHAPS_NONE = { ignore_unavailable: true, allow_no_indices: true };

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
  if (isStream(request.file)) return explainSequence(reading, request, files);
  const known = files.filter((entry) => entry.path === request.file);
  let documents = await documentsAt(reading, request);
  if (known.length > 0 && !documents.some((hit) => offsetOf(hit) === request.offset)) {
    // What was acknowledged a moment ago may not be visible to searches yet.
    const { client } = reading.store;
    await asking(reading.store, () => client.indices.refresh({ index: INDICES, ...PERHAPS_NONE }));
    documents = await documentsAt(reading, request);
  }
  return { ...judge(request, documents, known), documents, files: known };
}

async function documentsAt(reading: Reading, { file, offset }: ExplainRequest): Promise<Hit[]> {
  const { hits } = await searchStore(reading, INDICES, {
    query: all([{ term: { 'log.file.path': file } }, { range: { 'log.offset': { lte: offset } } }]),
    size: MOST_DOCUMENTS,
    sort: [{ 'log.offset': { order: 'desc', unmapped_type: 'long' } }],
  });
  const nearest = hits[0] === undefined ? undefined : sourceField(hits[0]._source ?? {}, 'log.offset');
  return hits.filter((hit) => sourceField(hit._source ?? {}, 'log.offset') === nearest).map(toHit);
}

type DeadLetter = { readonly reason: string; readonly field?: string; readonly detail: string };

function reasonText({ reason, field, detail }: DeadLetter): string {
  return `${reason}${field === undefined ? '' : ` at ${field}`}: ${detail}`;
}

function offsetOf({ source }: Hit): number {
  return Number(sourceField(source, 'log.offset'));
}

/** Without its length nothing tells whether a byte behind the start of a line still lies in it. */
function notKept(known: readonly LedgerEntry[]): string {
  const lines = known.reduce((sum, { tally }) => sum + tally.dropped.lines + tally.skipped.lines, 0);
  return lines === 0 ? '' : `; the byte may also lie in one of the ${lines} lines dropped or skipped`;
}

type Judged = Pick<ExplainAnswer, 'outcome' | 'explanation'>;

function judge({ file, offset }: ExplainRequest, documents: readonly Hit[], known: readonly LedgerEntry[]): Judged {
  const [exact] = documents;
  const begins = exact === undefined ? undefined : offsetOf(exact);
  if (exact !== undefined && (begins === offset || known.every((entry) => entry.acknowledged > offset))) {
    const letter = sourceField(exact.source, 'logmill.dead_letter') as DeadLetter | undefined;
    const place = `the last line kept up to byte ${offset} begins at byte ${begins}`;
    const others = begins === offset ? '' : notKept(known);
    return letter === undefined
      ? { outcome: 'indexed', explanation: `${place} and is document ${exact.id} in ${exact.index}${others}` }
      : { outcome: 'dead_lettered', explanation: `${place} and is a dead letter: ${reasonText(letter)}${others}` };
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
