import type { DiskQueue } from './disk-queue.ts';
import { decodeRecords, type Place, type QueueRecord, sizeOf } from './record.ts';
import { readSegment, type Segment } from './segment.ts';

/** Bytes read at once; more where a single record is larger. */
const WINDOW = 256 * 1024;

/** Records in order, or a stretch between two places that is not there any more. */
export type Step =
  | { readonly kind: 'records'; readonly records: readonly QueueRecord[] }
  | { readonly kind: 'gap'; readonly from: Place; readonly to: Place };

/**
 * Reads a queue from a place on. Whatever is missing on the way (a damaged record, a zeroed stretch, a whole file) shows
 * in the numbers of what comes next, and that is the only place where it is looked for.
 */
export class QueueCursor {
  readonly #queue: DiskQueue;
  /** Where the next record should be. */
  #expected: Place;
  /** The segment being read, and how far. */
  #segment: Segment | undefined;
  #offset = 0;
  #window = WINDOW;
  /** Decoded, in order, and not taken yet. */
  #ahead: QueueRecord[] = [];

  /** @param from undefined starts with what is there: nothing is known of anything before. */
  constructor(queue: DiskQueue, from: Place | undefined) {
    this.#queue = queue;
    this.#expected = from ?? queue.segments[0]?.first ?? queue.end;
  }

  /** Where the next record should be. */
  get place(): Place {
    return this.#expected;
  }

  /** The next step; undefined at the end of what there is. */
  async next(): Promise<Step | undefined> {
    while (this.#ahead.length === 0) {
      const segment = this.#nextSegment();
      if (segment === undefined) return this.#gapUpTo(this.#queue.end);
      const gap = this.#gapUpTo(segment.first);
      if (gap !== undefined) return gap;
      await this.#readOn(segment);
    }
    const [first] = this.#ahead;
    const gap = first === undefined ? undefined : this.#gapUpTo(first);
    if (gap !== undefined) return gap;
    return { kind: 'records', records: this.#takeRun() };
  }

  /** The segment to read on in: the one under way while it holds more, else the one after it. */
  #nextSegment(): Segment | undefined {
    const { segments } = this.#queue;
    const current = this.#segment;
    if (current !== undefined && this.#offset < current.size) return current;
    const index = current === undefined ? -1 : segments.indexOf(current);
    // One that is being written has no successor yet, and may still grow.
    const next =
      current !== undefined && index === -1 ? segments.find((s) => isBehind(s, current)) : segments[index + 1];
    if (next === undefined || next.size === 0) return undefined;
    this.#segment = next;
    this.#offset = 0;
    this.#window = WINDOW;
    return next;
  }

  async #readOn({ file, session, size }: Segment): Promise<void> {
    const to = Math.min(size, this.#offset + this.#window);
    const { records, used } = decodeRecords(await readSegment(file, this.#offset, to), session);
    if (records.length > 0) {
      this.#offset += used;
      this.#window = WINDOW;
      const { sequence: from } = this.#expected;
      this.#ahead = records[0]!.sequence >= from ? records : records.filter(({ sequence }) => sequence >= from);
    } else if (to < size) {
      this.#window *= 2;
    } else {
      this.#offset = size;
    }
  }

  #gapUpTo({ sequence, position }: Place): Step | undefined {
    const from = this.#expected;
    if (sequence < from.sequence || (sequence === from.sequence && position <= from.position)) return undefined;
    this.#expected = { sequence, position };
    return { kind: 'gap', from, to: this.#expected };
  }

  /** The records that follow each other without a gap. */
  #takeRun(): QueueRecord[] {
    const all = this.#ahead;
    let { sequence, position } = all[0] ?? this.#expected;
    let count = 0;
    for (const record of all) {
      if (record.sequence !== sequence || record.position !== position) break;
      sequence++;
      position += sizeOf(record);
      count++;
    }
    this.#ahead = all.slice(count);
    this.#expected = { sequence, position };
    return count === all.length ? all : all.slice(0, count);
  }
}

function isBehind({ first }: Segment, { first: than }: Segment): boolean {
  return first.sequence > than.sequence;
}
