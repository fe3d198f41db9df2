/** First and last id of a stretch that was stored; there may be gaps inside. */
type Range = { low: string; high: string };

/** Stretches kept per file; beyond it the two lowest become one, which only costs look-ups. */
const MAX_RANGES = 64;
/** Files remembered per stream; beyond it every id is looked up. */
const MAX_KEYS = 100_000;
const KEY_LENGTH = 16;
const PLAIN = /^[\x21-\x7e]+$/;

/**
 * Which ids a stream or index can hold, so that a `create` of a new one needs no look-up. Ids of logmill's form
 * (`fileKey-offset-crc`) sort by file and offset and arrive nearly in order: an id outside all stretches of its file is new.
 * Errs only towards looking up.
 */
export class IdRanges {
  readonly #ranges = new Map<string, Range[]>();
  readonly #batch = new Map<string, Range>();
  #full = false;

  /** SQL that yields `key, low, high` of what tables hold; each row goes to `add`. */
  static query(tables: readonly string[]): string {
    const ids = tables.map((table) => `SELECT _id FROM ${table}`).join(' UNION ALL ');
    return (
      `SELECT substr(_id, 1, ${KEY_LENGTH}) AS key, min(_id) AS low, max(_id) AS high FROM (${ids}) ` +
      `WHERE substr(_id, ${KEY_LENGTH + 1}, 1) = '-' GROUP BY 1 LIMIT ${MAX_KEYS + 1}`
    );
  }

  /** Whether the id is certainly not stored. */
  isNew(id: string): boolean {
    if (this.#full || id[KEY_LENGTH] !== '-' || !PLAIN.test(id)) return false;
    const ranges = this.#ranges.get(id.slice(0, KEY_LENGTH));
    return ranges === undefined || ranges.every(({ low, high }) => id < low || id > high);
  }

  /** Notes an id that is being stored; it counts from `endBatch` on. */
  note(id: string): void {
    if (id[KEY_LENGTH] !== '-') return;
    const key = id.slice(0, KEY_LENGTH);
    const range = this.#batch.get(key);
    if (range === undefined) this.#batch.set(key, { low: id, high: id });
    else if (id < range.low) range.low = id;
    else if (id > range.high) range.high = id;
  }

  endBatch(): void {
    for (const [key, { low, high }] of this.#batch) this.add(key, low, high);
    this.#batch.clear();
  }

  add(key: string, low: string, high: string): void {
    const merged: Range[] = [];
    let added = { low, high };
    for (const range of this.#ranges.get(key) ?? []) {
      if (range.high < added.low || range.low > added.high) merged.push(range);
      else {
        added = { low: least(range.low, added.low), high: greatest(range.high, added.high) };
      }
    }
    merged.push(added);
    merged.sort((a, b) => (a.low < b.low ? -1 : 1));
    const [first, second] = merged;
    if (merged.length > MAX_RANGES) merged.splice(0, 2, { low: first!.low, high: second!.high });
    this.#ranges.set(key, merged);
    if (this.#ranges.size <= MAX_KEYS) return;
    this.#full = true;
    this.#ranges.clear();
  }
}

function least(a: string, b: string): string {
  return a < b ? a : b;
}

function greatest(a: string, b: string): string {
  return least(a, b) === a ? b : a;
}
