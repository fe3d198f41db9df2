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

/** A line of a file where it begins, and the rule by which its pipeline drops it, if it does. */
export type FoundLine = { readonly offset: number; readonly rule?: string };

/**
 * Looks into a file for the line that holds a byte, behind the last line up to it that was kept. `blank`: the byte lies in
 * none. Undefined where the file does not say.
 */
export type LookAtLine = (
  entry: LedgerEntry,
  offset: number,
  kept: { readonly offset: number; readonly id: string } | undefined,
) => Promise<FoundLine | 'blank' | undefined>;

/**
 * What became of the line that holds a byte of a file. Documents carry where their line begins, so the line is the one
 * with the largest offset up to that byte; whether the byte lies in it or in a line after it that was not kept the file
 * says, and where it is not there any more the ledger as far as it can.
 */
export async function explainByte(
  reading: Reading,
  request: ExplainRequest,
  files: readonly LedgerEntry[],
  look: LookAtLine = async () => undefined,
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
  const found = await lookBehind(request, documents, known.at(-1), look);
  if (typeof found === 'object') return { ...found, documents: [], files: known };
  return { ...judge(request, documents, known, found === 'kept'), documents, files: known };
}

/** What the file says of a byte that was settled: `kept` where it lies in the line of the document; undefined where it says nothing. */
async function lookBehind(
  { offset }: ExplainRequest,
  [document]: readonly Hit[],
  entry: LedgerEntry | undefined,
  look: LookAtLine,
): Promise<Judged | 'kept' | undefined> {
  const kept = document === undefined ? undefined : { offset: offsetOf(document), id: document.id };
  if (entry === undefined || offset >= entry.acknowledged || kept?.offset === offset) return undefined;
  const found = await look(entry, offset, kept);
  if (found === 'blank')
    return { outcome: 'skipped', explanation: `byte ${offset} lies in a blank line or between lines: nothing to ship` };
  if (found !== undefined && found.offset === kept?.offset) return 'kept';
  if (found?.rule === undefined) return undefined;
  const explanation = `byte ${offset} lies in the line that begins at byte ${found.offset}, which is dropped by the rule "${found.rule}"`;
  return { outcome: 'dropped', explanation };
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

function judge(
  { file, offset }: ExplainRequest,
  documents: readonly Hit[],
  known: readonly LedgerEntry[],
  isSure: boolean,
): Judged {
  const [exact] = documents;
  const begins = exact === undefined ? undefined : offsetOf(exact);
  if (exact !== undefined && (begins === offset || known.every((entry) => entry.acknowledged > offset))) {
    const letter = sourceField(exact.source, 'logmill.dead_letter') as DeadLetter | undefined;
    const place = `the last line kept up to byte ${offset} begins at byte ${begins}`;
    const others = begins === offset || isSure ? '' : notKept(known);
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
