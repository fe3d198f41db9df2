import { closeDocument } from '../model/document-writer.ts';
import type { Outgoing } from '../model/line.ts';
import type { Rejected } from '../model/rejected.ts';
import type { Clock } from './clock.ts';
import type { LetterForm } from './dead-letters.ts';
import type { RetryReason } from './judge.ts';
import type { Account } from './settle.ts';

/** One document on its way, with the account of the chunk its line came from. */
export type Item = {
  readonly outgoing: Outgoing;
  readonly account: Account;
  /** Set where the document is a dead letter: why, and how much of the line it carries. */
  readonly letter: { readonly rejected: Rejected; readonly form: LetterForm } | undefined;
};

/** What is sent as one bulk, unless it turns out too large. */
export type Batch = {
  readonly items: readonly Item[];
  /** How often the store put its items off, and why the last time. */
  readonly attempt: number;
  readonly held: { readonly reason: RetryReason; readonly detail: string } | undefined;
  /** Time before which it is not sent, ms since the epoch; 0 for at once. */
  readonly due: number;
  /** The answer to an earlier sending was lost: what the store already has must be looked up first. */
  readonly unknown: boolean;
};

/** Bytes of an action line and of `event.ingested` beside document, id and index. */
const OVERHEAD = 90;
/** Documents encoded in one call: fewer calls into the encoder, while the text is still in the cache. */
const BLOCK = 32;

/** Estimated bytes of an item in a body: exact for ASCII, less than the truth for other text. */
export function estimate({ outgoing }: Item): number {
  return outgoing.document.length + outgoing.id.length + outgoing.index.length + OVERHEAD;
}

/**
 * Collects items and hands them to `seal` as soon as they fill `limit()` bytes, or `linger` ms after the first of them.
 * `flush` seals what is there; `close` forgets the timer.
 */
export function createBatcher(
  settings: { readonly linger: number; readonly clock: Clock; limit(): number },
  seal: (items: Item[]) => void,
) {
  let items: Item[] = [];
  let bytes = 0;
  let cancel: (() => void) | undefined;

  function flush(): void {
    cancel?.();
    cancel = undefined;
    if (items.length === 0) return;
    const full = items;
    items = [];
    bytes = 0;
    seal(full);
  }

  return {
    add(item: Item): void {
      const size = estimate(item);
      if (bytes + size > settings.limit()) flush();
      items.push(item);
      bytes += size;
      cancel ??= settings.clock.after(settings.linger, flush);
    },
    flush,
    close(): void {
      cancel?.();
      cancel = undefined;
    },
  };
}

/** A bulk body and how many of the items it holds, counted from the first. */
export type Body = { readonly bytes: Buffer; readonly count: number };

/**
 * Makes the encoder of bulk bodies: one Buffer, at most `limit` bytes, but always at least the first item.
 * `ingested` (ISO 8601) is stamped into every document.
 */
export function createEncoder(): (items: readonly Item[], limit: number, ingested: string) => Body {
  const prefixes = new Map<string, string>();

  function prefix(index: string): string {
    const text = `{"create":{"_index":${JSON.stringify(index)},"_id":"`;
    prefixes.set(index, text);
    return text;
  }

  return (items, limit, ingested) => {
    // Closing a document is appending to it, so the end is the same for all of a body.
    const tail = `${closeDocument('', ingested)}\n`;
    const textOf = ({ outgoing }: Item): string =>
      `${prefixes.get(outgoing.index) ?? prefix(outgoing.index)}${outgoing.id}"}}\n${outgoing.document}${tail}`;
    let room = 0;
    for (const item of items) room += estimate(item);
    let buffer: Buffer = Buffer.allocUnsafeSlow(Math.min(room, limit));
    let end = 0;
    let count = 0;
    while (count < items.length) {
      const next = Math.min(count + BLOCK, items.length);
      let text = '';
      for (let index = count; index < next; index++) text += textOf(items[index]!);
      const size = text.length * 3 <= buffer.length - end ? 0 : Buffer.byteLength(text);
      if (end + size > limit) break;
      if (end + size > buffer.length) buffer = grown(buffer, end, Math.min(limit, (end + size) * 2));
      end += buffer.write(text, end);
      count = next;
    }
    // The last block did not fit as a whole: as many of its items as do.
    while (count < items.length) {
      const text = textOf(items[count]!);
      const size = Buffer.byteLength(text);
      if (end + size > limit && count > 0) break;
      if (end + size > buffer.length) buffer = grown(buffer, end, end + size);
      end += buffer.write(text, end);
      count++;
    }
    return { bytes: buffer.subarray(0, end), count };
  };
}

function grown(buffer: Buffer, used: number, size: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(size);
  buffer.copy(larger, 0, 0, used);
  return larger;
}
