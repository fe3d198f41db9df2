import type { LedgerEntry } from '../../model/ledger.ts';
import type { ExplainAnswer, ExplainRequest } from '../contract/explain.ts';
import type { Hit } from '../contract/search.ts';
import { asking, type Reading, searchStore, toHit } from './read-store.ts';
import { all, DEAD_LETTER_INDICES } from './scope.ts';
import { sourceField } from './source-field.ts';

const MOST_DOCUMENTS = 100;
const INDICES = `logs-*,${DEAD_LETTER_INDICES}`;
const PERHAPS_NONE = { ignore_unavailable: true, allow_no_indices: true };
/** How the ledger names inputs without files. */
const STREAM = /^(stdin|journald|http|syslog|otlp):/;

/** Whether it names an input without files, whose lines are counted instead of placed. */
export function isStream(file: string): boolean {
  return STREAM.test(file);
}

/** What became of the line with a sequence number of an input without files. */
export async function explainSequence(
  reading: Reading,
  request: ExplainRequest,
  files: readonly LedgerEntry[],
): Promise<ExplainAnswer> {
  const known = files.filter((entry) => entry.path === request.file);
  await asking(reading.store, () => reading.store.client.indices.refresh({ index: INDICES, ...PERHAPS_NONE }));
  const documents = await documentsWith(reading, request.offset, known);
  return { ...judge(request, documents, known.at(-1)), documents, files: known };
}

/** Documents say their number, but not their input: those of the input's present run go before all others. */
async function documentsWith(reading: Reading, sequence: number, known: readonly LedgerEntry[]): Promise<Hit[]> {
  const { hits } = await searchStore(reading, INDICES, {
    query: {
      bool: {
        filter: [all([{ term: { 'log.offset': sequence } }])],
        must_not: [{ exists: { field: 'log.file.path' } }],
      },
    },
    size: MOST_DOCUMENTS,
    sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
  });
  const found = hits.map(toHit);
  const own = found.filter(({ id }) => known.some(({ fileKey }) => fileKey !== '' && id.startsWith(fileKey)));
  return own.length > 0 ? own : found;
}

function judge(
  { file, offset }: ExplainRequest,
  [document]: readonly Hit[],
  entry: LedgerEntry | undefined,
): Pick<ExplainAnswer, 'outcome' | 'explanation'> {
  if (document !== undefined) {
    const letter = sourceField(document.source, 'logmill.dead_letter') as
      | { reason: string; detail: string }
      | undefined;
    const place = `line ${offset} of ${file}`;
    return letter === undefined
      ? { outcome: 'indexed', explanation: `${place} is document ${document.id} in ${document.index}` }
      : { outcome: 'dead_lettered', explanation: `${place} is a dead letter: ${letter.reason}: ${letter.detail}` };
  }
  if (entry === undefined) return { outcome: 'unknown', explanation: `${file} is neither read here nor in the store` };
  if (offset < entry.acknowledged) {
    return {
      outcome: 'not_kept',
      explanation: `line ${offset} was settled without a document: dropped by a rule, lost in a gap, or sent under the name of a batch`,
    };
  }
  if (offset < entry.acknowledged + entry.inFlight.lines)
    return { outcome: 'in_flight', explanation: `line ${offset} was read and is on its way to the store` };
  return { outcome: 'unread', explanation: `line ${offset} has not been read yet; ${entry.unread} bytes are waiting` };
}
