import { closeDocument } from '../model/document-writer.ts';
import type { Outgoing } from '../model/line.ts';
import type { Rejected } from '../model/rejected.ts';
import type { RetryReason } from './answers.ts';
import { BufferPool } from './buffer-pool.ts';
import type { LetterForm } from './dead-letters.ts';
import type { Settlement } from './settle.ts';

/** What makes a document a dead letter: why, and how much of the line it carries. */
export type Letter = { readonly rejected: Rejected; readonly form: LetterForm };

/**
 * Documents on their way, already as the body of one bulk. They are bytes from the moment they are accepted: held as
 * text, the documents in flight would keep the garbage collector busier than everything else together.
 */
export type Batch = {
  readonly bytes: Buffer;
  /** By position: end of the document's lines in `bytes`, settlement of its chunk, and its line there. */
  readonly ends: readonly number[];
  readonly settlements: readonly Settlement[];
  readonly lines: readonly number[];
  /** The positions that are dead letters. */
  readonly letters: ReadonlyMap<number, Letter>;
  /** The store put the documents off one by one: why, and in which lane they wait (lanes.ts). */
  readonly held: { readonly lane: string; readonly reason: RetryReason; readonly detail: string } | undefined;
  /** The answer to an earlier sending was lost: what the store already has must be looked up first. */
  readonly unknown: boolean;
};

const NO_TIME = '0000-00-00T00:00:00.000Z';
/** Closing a document is appending to it, so the end is the same for all; the time is set when a body is sent. */
const TAIL = `${closeDocument('', NO_TIME)}\n`;
const TIME_FROM_END = TAIL.length - TAIL.indexOf(NO_TIME);
/** The action line: `{"create":{"_index":"…","_id":"…"}}`; ids need no escaping. */
const ACTION = '{"create":{"_index":';
const INDEX_AT = ACTION.length;
const ID_KEY = ',"_id":"';
const ID_END = '"}}';
const NEWLINE = 10;
/** Documents encoded in one call: fewer calls into the encoder, while their text is still in the processor's cache. */
const BLOCK = 32;
const SMALLEST_BUFFER = 64 * 1024;
/** Action lines that are kept: lines may name the streams that they go to. */
const MOST_PREFIXES = 1000;
/** Room that shows whether a text took more bytes than it has characters. */
const SLACK = 4;

/** Fills a batch up to `limit` bytes. */
export class BatchBuilder {
  private buffer: Buffer;
  private end = 0;
  private readonly ends: number[] = [];
  private readonly settlements: Settlement[] = [];
  private readonly lines: number[] = [];
  private readonly letters = new Map<number, Letter>();
  private readonly limit: number;
  private readonly prefixOf: (index: string) => string;

  /** `size`: bytes that it will probably hold. */
  constructor(limit: number, size: number, prefixOf = createPrefixes(), buffers = new BufferPool(0)) {
    this.limit = limit;
    this.buffer = buffers.take(Math.max(SMALLEST_BUFFER, size) + SLACK);
    this.prefixOf = prefixOf;
  }

  get count(): number {
    return this.ends.length;
  }

  /** Bytes so far. */
  get size(): number {
    return this.end;
  }

  /** Adds documents from `from` on, as many as fit, but at least one to an empty batch; returns the position after the last. */
  addAll(documents: readonly Outgoing[], from: number, settlement: Settlement): number {
    let next = from;
    while (next < documents.length) {
      const stop = Math.min(next + BLOCK, documents.length);
      if (this.addBlock(documents, next, stop, settlement)) next = stop;
      else if (this.add(documents[next]!, settlement, undefined)) next++;
      else return next;
    }
    return next;
  }

  /** Adds one document; false where it does not fit. */
  add(outgoing: Outgoing, settlement: Settlement, letter: Letter | undefined): boolean {
    const text = `${this.prefixOf(outgoing.index)}${outgoing.id}${ID_END}\n${outgoing.document}${TAIL}`;
    const size = Buffer.byteLength(text);
    if (this.end + size > this.limit && this.count > 0) return false;
    this.reserve(size);
    if (letter !== undefined) this.letters.set(this.count, letter);
    this.end += this.buffer.write(text, this.end);
    this.note(this.end, settlement, outgoing.line);
    return true;
  }

  finish(): Batch {
    const { ends, settlements, lines, letters } = this;
    const bytes = this.buffer.subarray(0, this.end);
    return { bytes, ends, settlements, lines, letters, held: undefined, unknown: false };
  }

  /** Fast path: plain ASCII that fits as a whole, so that lengths in characters are lengths in bytes. */
  private addBlock(documents: readonly Outgoing[], from: number, stop: number, settlement: Settlement): boolean {
    const start = this.end;
    const { length } = this.ends;
    let text = '';
    for (let at = from; at < stop; at++) {
      const { id, index, document, line } = documents[at]!;
      text += `${this.prefixOf(index)}${id}${ID_END}\n${document}${TAIL}`;
      this.note(start + text.length, settlement, line);
    }
    if (start + text.length <= this.limit) {
      this.reserve(text.length);
      const written = this.buffer.write(text, start);
      if (written === text.length) {
        this.end += written;
        return true;
      }
    }
    this.ends.length = length;
    this.settlements.length = length;
    this.lines.length = length;
    return false;
  }

  private note(end: number, settlement: Settlement, line: number): void {
    this.ends.push(end);
    this.settlements.push(settlement);
    this.lines.push(line);
  }

  private reserve(size: number): void {
    const needed = this.end + size + SLACK;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.buffer.length * 2, this.limit + SLACK)));
    this.buffer.copy(larger, 0, 0, this.end);
    this.buffer = larger;
  }
}

/** The action line of a document up to its id, made once per index. */
export function createPrefixes(): (index: string) => string {
  const prefixes = new Map<string, string>();
  return (index) => {
    let prefix = prefixes.get(index);
    if (prefix === undefined) {
      prefix = `${ACTION}${JSON.stringify(index)}${ID_KEY}`;
      if (prefixes.size >= MOST_PREFIXES) prefixes.clear();
      prefixes.set(index, prefix);
    }
    return prefix;
  };
}

/** The batch of the documents at these positions, copied. */
export function pick(batch: Batch, positions: readonly number[]): Batch {
  const parts = positions.map((position) => batch.bytes.subarray(startOf(batch, position), batch.ends[position]));
  const ends: number[] = [];
  const letters = new Map<number, Letter>();
  let end = 0;
  for (const [index, part] of parts.entries()) {
    end += part.length;
    ends.push(end);
    const letter = batch.letters.get(positions[index]!);
    if (letter !== undefined) letters.set(index, letter);
  }
  const settlements = positions.map((position) => batch.settlements[position]!);
  const lines = positions.map((position) => batch.lines[position]!);
  return { ...batch, bytes: Buffer.concat(parts), ends, settlements, lines, letters };
}

/** Index and id of the document at a position. */
export function addressOf(batch: Batch, position: number): { readonly index: string; readonly id: string } {
  const start = startOf(batch, position);
  const action = batch.bytes.toString('utf8', start, batch.bytes.indexOf(NEWLINE, start));
  const id = action.lastIndexOf(ID_KEY);
  return { index: JSON.parse(action.slice(INDEX_AT, id)), id: action.slice(id + ID_KEY.length, -ID_END.length) };
}

/** Sets `event.ingested` in all documents. @param ingested ISO 8601 in UTC with milliseconds. */
export function stampIngested(batch: Batch, ingested: string): void {
  const time = Buffer.from(ingested, 'latin1');
  for (const end of batch.ends) batch.bytes.set(time, end - TIME_FROM_END);
}

/** The document at a position, as it is sent. */
export function documentAt(batch: Batch, position: number): string {
  return batch.bytes.toString(
    'utf8',
    batch.bytes.indexOf(NEWLINE, startOf(batch, position)) + 1,
    batch.ends[position]! - 1,
  );
}

function startOf(batch: Batch, position: number): number {
  return position === 0 ? 0 : batch.ends[position - 1]!;
}
