import { createHash } from 'node:crypto';
import { HEAD_BYTES, keyOf, stemOf } from '../agent/identity.ts';
import type { LedgerEntry } from '../model/ledger.ts';

/** What a line must become: `either` where that is for a store, or a tear, to say. */
export type Expected = 'document' | 'letter' | 'either';

/** A line, or a piece of one that was torn by a rotation, as it stands in a file. */
export type Entry = {
  readonly number: number;
  /** Without its newline. */
  readonly text: string;
  /** What a document of it has as its message. */
  readonly message: string;
  readonly life: Life;
  readonly from: number;
  /** Byte after its newline. */
  readonly to: number;
  /** It ends with a newline: only then it is promised. */
  readonly complete: boolean;
  readonly expected: Expected;
};

/** One life of a file: from its creation, or a truncation, to the next. */
export type Life = {
  /** `dev:inode`. */
  readonly id: string;
  /** All paths under which its bytes were to be found, copies included. */
  readonly names: Set<string>;
  readonly entries: Entry[];
  readonly head: Buffer;
  size: number;
  /** How much of it the state on disk says there is; bytes beyond that an agent that starts cannot know of. */
  knownTo: number;
};

export type Composed = {
  readonly number: number;
  readonly text: string;
  readonly message: string;
  readonly expected: Expected;
};

/** What was written where, by the one who did it: what the store must hold is judged by this alone. */
export class Journal {
  readonly lives: Life[] = [];
  readonly #current = new Map<string, Life>();
  /** Lives by the inodes of their copies. */
  readonly #copies = new Map<string, Life>();
  readonly #byText = new Map<string, Entry>();
  readonly #byHash = new Map<string, Entry>();
  readonly #hostId: string;
  #entries = 0;

  constructor(hostId: string) {
    this.#hostId = hostId;
  }

  get lines(): number {
    return this.#entries;
  }

  /** The life that has the inode now, and goes on at `offset`: a smaller one than it has shows that it is another. */
  lifeAt(id: string, path: string, offset: number): Life {
    const known = this.#current.get(id);
    if (known !== undefined && offset >= known.size) return known;
    const life: Life = {
      id,
      names: new Set([path]),
      entries: [],
      head: Buffer.alloc(HEAD_BYTES),
      size: 0,
      knownTo: 0,
    };
    this.#current.set(id, life);
    this.lives.push(life);
    return life;
  }

  /** Bytes were written, whatever lines they make. */
  wrote(life: Life, offset: number, text: string): void {
    const bytes = Buffer.from(text);
    if (offset < HEAD_BYTES) bytes.copy(life.head, offset);
    life.size = offset + bytes.length;
  }

  add(entry: Entry): void {
    entry.life.entries.push(entry);
    if (entry.complete) this.#entries++;
    for (const text of [entry.text, entry.message]) if (!this.#byText.has(text)) this.#byText.set(text, entry);
    this.#byHash.set(createHash('sha256').update(entry.text).digest('hex'), entry);
  }

  /** The file was truncated: what comes next begins a new life, also where its writer leaves a hole at the start. */
  cut(id: string): void {
    this.#current.delete(id);
  }

  /** The bytes of one file are under this path as well, which is the same file or a copy of it. */
  named(id: string, path: string, pathId = id): void {
    const life = this.#current.get(id) ?? this.#copies.get(id);
    if (life === undefined) return;
    life.names.add(path);
    if (pathId !== id) this.#copies.set(pathId, life);
  }

  /** The entry of a document's message, of a dead letter's line, or of that line's hash. */
  find({
    text,
    sha256,
  }: {
    readonly text?: string | undefined;
    readonly sha256?: string | undefined;
  }): Entry | undefined {
    if (sha256 !== undefined) return this.#byHash.get(sha256);
    return text === undefined ? undefined : this.#byText.get(text);
  }

  /** Takes note of how much the state on disk knows of. After damage to the state only what is left of it counts. */
  noteKnowledge(ledger: readonly LedgerEntry[], damaged = false): void {
    for (const life of this.lives) {
      const sizes = ledger.filter((entry) => this.#isOf(life, entry)).map((entry) => entry.acknowledged + entry.unread);
      life.knownTo = Math.max(damaged ? 0 : life.knownTo, ...sizes, 0);
    }
  }

  /** Whether the state knows the file that has the path now to its end. */
  isKnown(path: string): boolean {
    return [...this.#current.values()].every(({ names, size, knownTo }) => !names.has(path) || knownTo >= size);
  }

  #isOf(life: Life, { acknowledged, fileKey, path }: LedgerEntry): boolean {
    if (acknowledged === 0 || acknowledged > life.size) return false;
    return keyOf(this.#hostId, stemOf(path), life.head.subarray(0, Math.min(acknowledged, HEAD_BYTES))) === fileKey;
  }
}
