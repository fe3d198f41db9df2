import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { InputConfig } from '../../config/schema.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import { documentId, type Line, type LineObserver, type Source } from '../../model/line.ts';
import { Account, openingAt } from '../account.ts';
import type { StreamRecord } from '../checkpoint.ts';
import type { Turn } from '../file-reader.ts';
import { keyOf } from '../identity.ts';
import type { InputStream } from '../input-stream.ts';
import type { ReaderContext } from '../reader-context.ts';
import type { DiskQueue } from './disk-queue.ts';
import { QueueCursor } from './queue-cursor.ts';
import { type Place, type QueueRecord, sizeOf } from './record.ts';
import type { Waiting } from './waiting.ts';

/** Bytes taken for one chunk. */
const CHUNK_BYTES = 256 * 1024;
const CHUNK_LINES = 4096;

export type QueueReaderOptions = {
  readonly input: InputConfig;
  /** How the ledger names it. */
  readonly path: string;
  readonly queue: DiskQueue;
  readonly waiting: Waiting;
  readonly record: StreamRecord | undefined;
  readonly context: ReaderContext;
  /** Pipeline of its lines, where that does not change from line to line. */
  readonly pipeline: string | undefined;
  /** Nothing is taken any more: the queue is read to its end, and that is all. */
  readonly isLast: boolean;
};

type Identity = Pick<Line, 'offset' | 'fileKey' | 'crc'>;

/** A gap and the number of the line after it: it belongs to the acknowledged prefix as soon as that line does. */
type BookedGap = { readonly before: number; readonly bytes: number };

/** Reads what senders put into a queue: the same chunks, books and acknowledgements as those of a file. */
export class QueueReader implements InputStream {
  readonly input: InputConfig;
  readonly isWaiting: boolean;
  readonly #options: QueueReaderOptions;
  readonly #cursor: QueueCursor;
  readonly #account: Account;
  readonly #sources = new Map<string, Source>();
  readonly #keys = new Map<string, string>();
  readonly #pipelines = new Set<string>();
  /** Gaps of the acknowledged prefix, and those behind it. */
  #gapsBefore: number;
  #gaps: BookedGap[] = [];
  #ahead: QueueRecord[] = [];
  /** Bytes of input before what is handed out next. */
  #position: number;
  /** What lies behind came when this reader was at work, so nobody can have sent it before. */
  readonly #seenUntil: number;

  constructor(options: QueueReaderOptions) {
    const { input, record, queue, pipeline } = options;
    this.input = input;
    if (pipeline !== undefined) this.#pipelines.add(pipeline);
    this.isWaiting = !options.isLast;
    this.#options = options;
    this.#seenUntil = queue.end.position;
    const from = placeOf(record);
    this.#cursor = new QueueCursor(queue, from);
    const start = from ?? this.#cursor.place;
    this.#position = start.position;
    this.#gapsBefore = record?.gaps ?? 0;
    const opening = openingAt({ offset: start.sequence, proof: String(start.position) });
    this.#account = new Account(
      { input: input.name, path: options.path },
      { ...opening, tally: record?.tally ?? opening.tally, gaps: this.#gapsBefore, pipeline: pipeline ?? '' },
    );
  }

  get source(): Source | undefined {
    const next = this.#ahead[0];
    return next === undefined ? undefined : this.#sourceOf(next);
  }

  async read(): Promise<Turn> {
    if (this.#ahead.length === 0) {
      const step = await this.#cursor.next();
      if (step === undefined) return { state: 'end' };
      if (step.kind === 'gap') {
        this.#bookGap(step.from, step.to);
        return { state: 'more' };
      }
      this.#ahead = [...step.records];
    }
    return { chunk: this.#handOut(this.#takeRun()), state: 'more' };
  }

  /** The queue is closed by whoever takes lines for it. */
  async close(): Promise<void> {}

  record(): StreamRecord {
    const { mark, tally } = this.#account.prefix;
    const { end } = this.#options.queue;
    for (const { before, bytes } of this.#gaps) if (before < mark.offset) this.#gapsBefore += bytes;
    this.#gaps = this.#gaps.filter(({ before }) => before >= mark.offset);
    return {
      input: this.input.name,
      path: this.#options.path,
      sequence: mark.offset,
      cursor: `${mark.proof}:${end.sequence}:${end.position}`,
      tally,
      gaps: this.#gapsBefore,
    };
  }

  async saved(record: StreamRecord): Promise<void> {
    const place = placeOf(record);
    if (place !== undefined) await this.#options.queue.release(place);
  }

  entry(): LedgerEntry {
    const unread = Math.max(0, this.#options.queue.end.position - this.#position);
    return this.#account.entry(this.#keyOf(this.#options.queue.session), unread);
  }

  #bookGap(from: Place, to: Place): void {
    const bytes = Math.max(1, to.position - from.position);
    this.#position = to.position;
    this.#account.gaps += bytes;
    this.#gaps.push({ before: to.sequence, bytes });
    const { path, context } = this.#options;
    context.reportGap({ input: this.input.name, path, from: to.position - bytes, to: to.position });
  }

  /** The records ahead that go to the same pipeline in the same way. */
  #takeRun(): QueueRecord[] {
    const first = this.#ahead[0]!;
    const sameAs = sourceKey(first);
    let bytes = 0;
    let count = 0;
    for (const record of this.#ahead) {
      if (count > 0 && (count === CHUNK_LINES || bytes + sizeOf(record) > CHUNK_BYTES)) break;
      if (record.facts !== first.facts && sourceKey(record) !== sameAs) break;
      bytes += sizeOf(record);
      count++;
    }
    return this.#ahead.splice(0, count);
  }

  #handOut(records: readonly QueueRecord[]): Turn['chunk'] {
    const first = records[0]!;
    const last = records.at(-1)!;
    const end = last.position + sizeOf(last);
    const kept = { line: (index: number) => this.#lineOf(records[index]!), release: () => {} };
    const framed = {
      start: first.position,
      end,
      lines: records.map((record) => this.#lineOf(record)),
      skipped: { lines: 0, bytes: 0 },
    };
    this.#position = end;
    const mark = { offset: last.sequence + 1, proof: String(end) };
    const { context, waiting } = this.#options;
    const chunk = context.outlet.handOut(this.#account, this.#sourceOf(first), framed, mark, kept);
    if (chunk === undefined || !waiting.has(first.sequence, last.sequence)) return chunk;
    return { ...chunk, observer: this.#observerOf(records) };
  }

  #observerOf(records: readonly QueueRecord[]): LineObserver {
    const { waiting } = this.#options;
    return {
      rejected: (line, rejected) => waiting.rejected(records[line]!.sequence, rejected),
      settled: (line, outcome) =>
        waiting.settled(records[line]!.sequence, outcome, documentId(this.#identityOf(records[line]!))),
    };
  }

  #lineOf(record: QueueRecord): Line {
    const { payload, facts } = record;
    const { overlong, sender } = facts;
    const text = payload.toString('utf8');
    // Only where something was replaced is it looked at more closely: the sender may have written that character.
    const isWhole = !text.includes('\uFFFD') || isUtf8(payload);
    return {
      text,
      ...this.#identityOf(record),
      bytes: sizeOf(record),
      ...(isWhole ? {} : { raw: payload }),
      ...(overlong === undefined ? {} : { overlong: { length: overlong.length, sha256: overlong.sha256 } }),
      ...(sender === undefined ? {} : { sender }),
    };
  }

  /** What its id is made of. */
  #identityOf({ payload, facts: { batch, overlong }, sequence, session }: QueueRecord): Identity {
    return {
      offset: batch?.number ?? sequence,
      fileKey: batch?.key ?? this.#keyOf(session),
      crc: overlong?.crc ?? crc32(payload),
    };
  }

  #sourceOf(record: QueueRecord): Source {
    const key = sourceKey(record);
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const { path, context } = this.#options;
    const { pipeline, batch } = record.facts;
    const source: Source = {
      id: `${this.input.name}:${path}#${context.nextNumber()}`,
      input: this.input.name,
      path: undefined,
      pipeline,
      get modifiedAt() {
        return context.now();
      },
      seenUntil: this.#seenUntil,
      ...(batch?.again === true ? { repeats: true } : {}),
    };
    this.#sources.set(key, source);
    this.#pipelines.add(pipeline);
    this.#account.pipeline = [...this.#pipelines].join(', ');
    return source;
  }

  /** Each run of the queue numbers under a key of its own, so that numbers lost with a damaged end are never given twice. */
  #keyOf(session: string): string {
    const known = this.#keys.get(session);
    if (known !== undefined) return known;
    const key = keyOf(this.#options.context.hostId, this.input.name, session);
    this.#keys.set(session, key);
    return key;
  }
}

function sourceKey({ facts: { pipeline, batch } }: QueueRecord): string {
  return `${pipeline} ${batch?.again === true}`;
}

/** Where the acknowledged prefix of a checkpoint ends; undefined where it is none of a queue. */
function placeOf(record: StreamRecord | undefined): Place | undefined {
  const [position] = numbersOf(record?.cursor);
  return record === undefined || position === undefined ? undefined : { sequence: record.sequence, position };
}

/** The end of the queue as a checkpoint knew it; the start where there is none. */
export function knownEnd(record: StreamRecord | undefined): Place {
  const [, sequence = 0, position = 0] = numbersOf(record?.cursor);
  return { sequence, position };
}

function numbersOf(cursor = ''): number[] {
  return /^\d+:\d+:\d+$/.test(cursor) ? cursor.split(':').map(Number) : [];
}
