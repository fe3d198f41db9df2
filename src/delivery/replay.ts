import type { Client, estypes } from '@elastic/elasticsearch';
import { LogmillError } from '../errors.ts';
import { closeDocument } from '../model/document-writer.ts';
import type { Chunk, Processed } from '../model/line.ts';
import type { Rejected } from '../model/rejected.ts';
import { refreshAll } from '../store/client.ts';
import { DEAD_LETTER_DATASET } from './dead-letters.ts';
import { type ItemAnswer, judgeItem } from './judge.ts';
import { type LetterFrame, linesOf } from './letter-frame.ts';
import { quarantine } from './quarantine.ts';

/** What replaying dead letters came to; every letter looked at is in exactly one of these. */
export type ReplayResult = {
  /** Became documents, now or in an earlier replay; their letters are gone. */
  readonly indexed: number;
  /** Dropped by a rule of the pipeline; their letters are gone. */
  readonly dropped: number;
  /** Failed again; their letters stay, with both reasons. */
  readonly failed: number;
  /** Were never kept whole, so there is no line to run; their letters stay. */
  readonly notWhole: number;
};

/** Where and when the line of a letter was read first. */
export type LetterOrigin = {
  /** ms since the epoch. */
  readonly readAt: number;
  /** The machine that read it, which may be another one; undefined where the letter does not say. */
  readonly host: { readonly id: string; readonly name: string } | undefined;
  /** Namespace of the letter's stream. */
  readonly namespace: string | undefined;
};

export type ReplayOptions = {
  readonly client: Client;
  /** Only letters of this reason. */
  readonly reason?: string | undefined;
  /** Only letters that this pipeline rejected. */
  readonly of?: string | undefined;
  /** Runs the pipeline over a chunk of one line, or of all that an event was made of, whose source says input, path and pipeline. */
  run(chunk: Chunk, origin: LetterOrigin): Processed | Promise<Processed>;
  /** ms since the epoch. */
  now(): number;
};

type Letter = {
  '@timestamp': string;
  host?: { id?: string; name?: string };
  log?: { file?: { path?: string }; offset?: number };
  logmill: {
    line?: { count?: number };
    dead_letter: {
      reason: string;
      pipeline: string;
      input?: string;
      line?: string;
      line_base64?: string;
      frame?: LetterFrame;
      length?: number;
      replay?: object;
    };
  };
};
type Hit = estypes.SearchHit<Letter>;
/** A letter whose pipeline made documents of it. */
type Ready = { readonly hit: Hit; readonly documents: Processed['documents'] };
/** Why a letter stays. */
type Failure = Pick<Rejected, 'detail' | 'field'> & { readonly reason: Rejected['reason'] | 'not_whole' };

/** Letters looked at together: so many at first, then as many as come to about these bytes. */
const LETTERS_AT_ONCE = 50;
const MOST_AT_ONCE = 1000;
const BYTES_AT_ONCE = 8 * 1024 * 1024;
/** Ids asked for at once; a search returns at most 10,000 hits. */
const IDS_PER_SEARCH = 5000;
/** The stream that a letter is in, or the backing index of it. */
const INDEX = /^(?:\.ds-)?logs-logmill\.dead_letter-(.+?)(?:-\d{4}\.\d{2}\.\d{2}-\d{6,})?$/;
const NAME = `logs-${DEAD_LETTER_DATASET}-*`;

/**
 * Runs dead letters through a pipeline again. Doing it twice, or dying in the middle, changes nothing: documents get the
 * ids they would have had, are looked for over the whole stream first, and a letter goes only after its documents are there.
 * Throws the client's errors, and STORE_STOPPED where the store does not write; what is done by then stays done.
 */
export async function replayDeadLetters(options: ReplayOptions): Promise<ReplayResult> {
  const sum = { indexed: 0, dropped: 0, failed: 0, notWhole: 0 };
  const started = new Date(options.now()).toISOString();
  for (let atOnce = LETTERS_AT_ONCE; ; ) {
    await refreshAll(options.client, NAME);
    const hits = await nextLetters(options, started, atOnce);
    if (hits.length === 0) return sum;
    atOnce = fittingNumber(hits);
    let notWhole = 0;
    const gone: Hit[] = [];
    const ready: Ready[] = [];
    const failed = new Map<Hit, Failure>();
    for (const hit of hits) {
      const chunk = chunkOf(hit);
      if (chunk === undefined) {
        failed.set(hit, { reason: 'not_whole', detail: 'the line was never kept whole', field: undefined });
        notWhole++;
        continue;
      }
      const { documents, rejected } = await options.run(chunk, originOf(hit));
      if (rejected[0] !== undefined) failed.set(hit, rejected[0].rejected);
      else if (documents.length > 0) ready.push({ hit, documents });
      else gone.push(hit);
    }
    sum.dropped += gone.length;
    for (const [hit, refused] of await createDocuments(options, ready)) {
      if (refused !== undefined) failed.set(hit, refused);
      else {
        gone.push(hit);
        sum.indexed++;
      }
    }
    await settleLetters(options.client, gone, failed, started);
    sum.notWhole += notWhole;
    sum.failed += failed.size - notWhole;
  }
}

/** As many letters as these suggest: one may hold a megabyte or some bytes. */
function fittingNumber(hits: readonly Hit[]): number {
  const bytes = hits.reduce((sum, { _source }) => {
    const { line = '', line_base64: base64 = '' } = _source!.logmill.dead_letter;
    return sum + line.length + base64.length;
  }, 0);
  return Math.min(MOST_AT_ONCE, Math.max(1, Math.floor((BYTES_AT_ONCE * hits.length) / Math.max(1, bytes))));
}

function originOf({ _index, _source }: Hit): LetterOrigin {
  const { '@timestamp': readAt, host: { id, name } = {} } = _source!;
  return {
    readAt: Date.parse(readAt),
    host: id === undefined || name === undefined ? undefined : { id, name },
    namespace: INDEX.exec(_index)?.[1],
  };
}

/** Letters that this replay has not looked at yet. */
async function nextLetters(
  { client, reason, of }: ReplayOptions,
  started: string,
  size: number,
): Promise<readonly Hit[]> {
  const filter = [
    ...(reason === undefined ? [] : [{ term: { 'logmill.dead_letter.reason': reason } }]),
    ...(of === undefined ? [] : [{ term: { 'logmill.dead_letter.pipeline': of } }]),
  ];
  const { hits } = await client.search<Letter>({
    index: NAME,
    ignore_unavailable: true,
    allow_no_indices: true,
    size,
    seq_no_primary_term: true,
    query: { bool: { filter, must_not: [{ range: { 'logmill.dead_letter.replay.at': { gte: started } } }] } },
    sort: [{ '@timestamp': { order: 'asc', unmapped_type: 'date' } }],
  });
  return hits.hits;
}

/** The letter's lines as the agent read them; undefined where not all of them were kept. */
function chunkOf({ _id, _source }: Hit): Chunk | undefined {
  const { dead_letter: letter, line: { count } = {} } = _source!.logmill;
  const { line: text, line_base64: base64, frame } = letter;
  if (text === undefined || letter.length !== undefined) return undefined;
  const lines = linesOf(_id ?? '', { text, base64, ...(frame === undefined ? {} : { frame }) });
  const first = lines?.[0];
  if (lines === undefined || first === undefined) return undefined;
  const path = _source!.log?.file?.path;
  return {
    source: {
      id: `replay:${letter.pipeline}:${letter.input ?? ''}:${path ?? ''}`,
      input: letter.input ?? '',
      path,
      pipeline: letter.pipeline,
      modifiedAt: Date.parse(_source!['@timestamp']),
    },
    start: first.offset,
    end: first.offset + lines.reduce((sum, { bytes }) => sum + bytes, 0),
    // How many there were is said again by the stage that joins them.
    lines: lines.length > 1 || count === undefined ? lines : [{ ...first, waited: count }],
    skipped: { lines: 0, bytes: 0 },
    acknowledge: () => {},
  };
}

/**
 * Creates what is not there yet, without the fields that the store refuses. For each letter undefined, or why a document
 * of it was refused.
 */
async function createDocuments(
  { client, now }: ReplayOptions,
  letters: readonly Ready[],
): Promise<Map<Hit, Rejected | undefined>> {
  const outcome = new Map<Hit, Rejected | undefined>(letters.map(({ hit }) => [hit, undefined]));
  const all = letters.flatMap(({ hit, documents }) => documents.map((document) => ({ hit, document })));
  const there = await presentIds(
    client,
    all.map(({ document }) => document),
  );
  const ingested = new Date(now()).toISOString();
  let missing = all
    .filter(({ document: { id, index } }) => !there.has(`${index} ${id}`))
    .map(({ hit, document }) => ({ hit, ...document, text: closeDocument(document.document, ingested) }));
  while (missing.length > 0) {
    const rows = missing.map(
      ({ id, index, text }) => `${JSON.stringify({ create: { _index: index, _id: id } })}\n${text}\n`,
    );
    const items = await bulk(client, rows);
    const again: typeof missing = [];
    for (const [at, document] of missing.entries()) {
      const verdict = judgeItem(items[at]!);
      if (verdict.kind === 'retry') throw stopped(verdict.detail);
      if (verdict.kind !== 'dead_letter') continue;
      const moved = quarantine(document.text, verdict.rejected);
      if (moved === undefined) outcome.set(document.hit, verdict.rejected);
      else again.push({ ...document, text: closeDocument(moved.document, ingested) });
    }
    missing = again;
  }
  return outcome;
}

/** Which documents the streams hold already, in whatever backing index, as `index id`. */
async function presentIds(client: Client, documents: Processed['documents']): Promise<Set<string>> {
  const present = new Set<string>();
  for (const [index, of] of Map.groupBy(documents, (document) => document.index)) {
    const target = { index, ignore_unavailable: true, allow_no_indices: true };
    await client.indices.refresh(target);
    for (let from = 0; from < of.length; from += IDS_PER_SEARCH) {
      const values = of.slice(from, from + IDS_PER_SEARCH).map(({ id }) => id);
      const { hits } = await client.search({
        ...target,
        query: { ids: { values } },
        size: values.length,
        _source: false,
      });
      for (const { _id } of hits.hits) present.add(`${index} ${_id}`);
    }
  }
  return present;
}

/** Removes letters that are done, and writes into the others why they failed again. */
async function settleLetters(
  client: Client,
  gone: readonly Hit[],
  failed: ReadonlyMap<Hit, Failure>,
  at: string,
): Promise<void> {
  const rows = gone.map(({ _index, _id }) => `${JSON.stringify({ delete: { _index, _id } })}\n`);
  for (const [{ _index, _id, _source, _seq_no, _primary_term }, { reason, detail, field }] of failed) {
    const replay = { at, reason, detail: detail.slice(0, 2000), field };
    const { logmill, ...rest } = _source!;
    const letter = { ...rest, logmill: { ...logmill, dead_letter: { ...logmill.dead_letter, replay } } };
    const action = { index: { _index, _id, if_seq_no: _seq_no, if_primary_term: _primary_term } };
    rows.push(`${JSON.stringify(action)}\n${JSON.stringify(letter)}\n`);
  }
  if (rows.length === 0) return;
  for (const { status, error } of await bulk(client, rows)) {
    // 404: somebody else removed it; 409: somebody else replayed it. Either way it is looked after.
    if (status >= 300 && status !== 404 && status !== 409) throw stopped(error?.reason ?? `status ${status}`);
  }
}

/** Sends operations in bodies that a store takes: lines may be long, and one may have become many documents. */
async function bulk(client: Client, rows: readonly string[]): Promise<readonly ItemAnswer[]> {
  const answers: ItemAnswer[] = [];
  for (let next = 0; next < rows.length; ) {
    const from = next;
    for (let size = 0; next < rows.length && (next === from || size < BYTES_AT_ONCE); next++)
      size += rows[next]!.length;
    const answer = await client.transport.request<{ items: readonly Record<string, ItemAnswer>[] }>({
      method: 'POST',
      path: '/_bulk',
      bulkBody: Buffer.from(rows.slice(from, next).join('')),
    });
    answers.push(...answer.items.map((item) => Object.values(item)[0]!));
  }
  return answers;
}

function stopped(detail: string): LogmillError {
  return new LogmillError('STORE_STOPPED', { place: 'the store', detail: `does not write: ${detail}` });
}
