import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';
import type { HeldBack } from '../model/held-back.ts';
import type { Chunk } from '../model/line.ts';
import { parseDuration } from '../model/units.ts';
import { FileReader } from './file-reader.ts';
import { GzReader } from './gz-reader.ts';
import type { InputStream } from './input-stream.ts';
import type { AnyFileReader } from './open-file.ts';
import type { Scanner } from './scan.ts';
import type { Unreadable } from './unreadable.ts';

/** How long a file must be missing, with nothing written to it, before it is let go: its writer may still hold it open, ms. */
const GRACE = 30_000;
/** Files kept open at once; others are opened for each of their turns. */
const OPEN_FILES = 256;
/** Where an input does not say it. */
const CLOSE_INACTIVE = '5m';

export type AnyReader = AnyFileReader | InputStream;

export type ReadingOptions = {
  readonly readers: Map<string, AnyFileReader>;
  readonly streams: Set<InputStream>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Files kept open at once. */
  readonly openFiles?: number;
  readonly heldBack?: HeldBack | undefined;
};

/**
 * Takes turns: one block of one reader after the other, so that a large file never starves a small one. Only one turn is
 * under way at a time; scans may go on meanwhile.
 */
export class Reading {
  readonly #options: ReadingOptions;
  readonly #limit: number;
  /** Readers that may have something, in the order of their turns. */
  readonly #ready = new Set<AnyReader>();
  /** Open files and when something was last found in them, the longest unused first. */
  readonly #open = new Map<AnyFileReader, number>();

  /** Files whose last turn failed, and why. */
  readonly #failing = new Map<AnyFileReader, string>();

  /** Whose turn is under way: a scan that opens other files meanwhile must not close it. */
  #turn: AnyReader | undefined;

  #halted = false;

  constructor(options: ReadingOptions) {
    this.#options = options;
    this.#limit = options.openFiles ?? OPEN_FILES;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Nothing is known to be waiting. */
  get isIdle(): boolean {
    return this.#ready.size === 0;
  }

  /** Some reader gets more by itself, or is held back. */
  get isWaiting(): boolean {
    const { readers, streams } = this.#options;
    if ([...this.#ready].some((reader) => this.#isHeldBack(reader))) return true;
    return [...readers.values(), ...streams].some((reader) => reader.isWaiting);
  }

  /** Its lines wait for an index that takes none: more of them would only take the room of others. */
  #isHeldBack(reader: AnyReader): boolean {
    const source = 'generation' in reader ? reader.generation.source : reader.source;
    return source !== undefined && this.#options.heldBack?.holds(source) === true;
  }

  /** Takes no further turns; one under way is finished. */
  halt(): void {
    this.#halted = true;
  }

  ready(reader: AnyReader): void {
    this.#ready.add(reader);
  }

  /** Files that fail to be read for now. */
  get failing(): Unreadable[] {
    return [...this.#failing].map(([{ path }, reason]) => ({ path, reason }));
  }

  /** After a scan: gives files that failed another turn, and closes those that have not grown for long. */
  retry(): void {
    for (const reader of this.#failing.keys()) this.#ready.add(reader);
    void this.#closeInactive();
  }

  /** A scan opened a file. */
  async opened(reader: AnyFileReader): Promise<void> {
    if (reader.isOpen) this.#open.set(reader, this.#options.clock.steady());
    await this.#boundOpenFiles();
  }

  /** The next chunk; undefined when no reader has anything for now. */
  async next(scanner: Scanner): Promise<Chunk | undefined> {
    for (const reader of this.#ready) {
      if (this.#halted) break;
      if (this.#isHeldBack(reader)) continue;
      this.#ready.delete(reader);
      this.#turn = reader;
      const chunk = 'generation' in reader ? await this.#fileTurn(reader, scanner) : await this.#streamTurn(reader);
      this.#turn = undefined;
      await this.#boundOpenFiles();
      if (chunk !== undefined) return chunk;
    }
    return undefined;
  }

  /** Bytes that inputs hold and nobody can read again. */
  get unrepeatable(): number {
    return [...this.#options.streams].reduce((sum, { unrepeatable = 0 }) => sum + unrepeatable, 0);
  }

  /** After the halt: the next chunk of what nobody can read again. */
  async leftover(): Promise<Chunk | undefined> {
    for (const stream of this.#options.streams) {
      while ((stream.unrepeatable ?? 0) > 0) {
        const { chunk, state } = await stream.read();
        if (chunk !== undefined) return chunk;
        if (state === 'end') break;
      }
    }
    return undefined;
  }

  /** For the very end: the unfinished last line of the next file that has one, and the end of its reading. */
  async lastLine(): Promise<Chunk | undefined> {
    for (const reader of this.#options.readers.values()) {
      const isOpen = await this.#orNote(reader, () => reader.ensureOpen());
      const isThere = isOpen !== false;
      const chunk = isOpen === true ? await reader.rest() : undefined;
      // An event that waited for more lines: an unfinished line may follow it.
      if (chunk !== undefined && !reader.generation.over) return chunk;
      reader.generation.isPresent = isThere;
      await this.#end(reader);
      if (chunk !== undefined) return chunk;
    }
    return undefined;
  }

  /** Lets no last event wait for more lines; each resolves when the end of its event is written down. */
  endEvents(): Promise<void>[] {
    return [...this.#options.readers.values()]
      .map((reader) => (reader instanceof FileReader ? reader.endEvent() : undefined))
      .filter((ending) => ending !== undefined);
  }

  async close(): Promise<void> {
    for (const reader of this.#options.readers.values()) await reader.close();
    for (const stream of this.#options.streams) await stream.close();
    this.#open.clear();
    this.#ready.clear();
  }

  async #streamTurn(stream: InputStream): Promise<Chunk | undefined> {
    const { chunk, state } = await stream.read();
    if (state === 'more') this.#ready.add(stream);
    return chunk;
  }

  async #fileTurn(reader: AnyFileReader, scanner: Scanner): Promise<Chunk | undefined> {
    const isThere = await this.#orNote(reader, () => reader.ensureOpen());
    if (isThere === undefined) return undefined;
    if (!isThere) {
      reader.loseUnread();
      await this.#end(reader);
      return undefined;
    }
    // Used last, so closed last.
    const usedAt = this.#open.get(reader) ?? this.#options.clock.steady();
    this.#open.delete(reader);
    if (reader.isOpen) this.#open.set(reader, usedAt);
    const turn = await this.#orNote(reader, () => reader.read());
    if (turn !== undefined) this.#failing.delete(reader);
    if (turn?.chunk !== undefined && this.#open.has(reader)) this.#open.set(reader, this.#options.clock.steady());
    if (turn?.state === 'more') this.#ready.add(reader);
    if (turn?.state === 'cut') await this.#startOver(reader, scanner);
    if (turn?.state === 'over') await this.#over(reader, scanner);
    if (turn?.chunk !== undefined && reader.missedSince !== undefined)
      reader.missedSince = this.#options.clock.steady();
    if (turn?.state === 'end' && this.#hasGone(reader)) return turn.chunk ?? (await this.#gone(reader));
    return turn?.chunk;
  }

  /** A failing disk or network mount, or too many open files, is the file's trouble; anything else a fault of the program. */
  async #orNote<T>(reader: AnyFileReader, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      const { code, message, syscall } = error as NodeJS.ErrnoException;
      if (code === undefined || syscall === undefined) throw error;
      if (!this.#failing.has(reader)) {
        this.#options.log.warn({ file: reader.path, reason: message }, 'reading fails; every scan tries it again');
      }
      this.#failing.set(reader, message);
      await reader.close();
      this.#open.delete(reader);
      return undefined;
    }
  }

  /** A copy made before the truncation may hold what was not read: look for it before anything is called lost. */
  async #startOver(reader: AnyFileReader, scanner: Scanner): Promise<void> {
    if (reader.hasUnread) await scanner.scan();
    await reader.startOver();
    this.#ready.add(reader);
  }

  async #over(reader: AnyFileReader, scanner: Scanner): Promise<void> {
    if (reader instanceof GzReader && reader.fault !== undefined) scanner.refuse(reader.facts, reader.fault);
    await this.#end(reader);
  }

  #hasGone({ missedSince, isWaiting }: AnyFileReader): boolean {
    return !isWaiting && missedSince !== undefined && this.#options.clock.steady() - missedSince >= GRACE;
  }

  /** The file was renamed out of sight or deleted, and read to its end. */
  async #gone(reader: AnyFileReader): Promise<Chunk | undefined> {
    const chunk = await reader.rest();
    if (chunk === undefined || reader.generation.over) await this.#end(reader);
    else this.#ready.add(reader);
    return chunk;
  }

  async #end(reader: AnyFileReader): Promise<void> {
    this.#ready.delete(reader);
    this.#open.delete(reader);
    this.#failing.delete(reader);
    this.#options.readers.delete(reader.id);
    await reader.end();
  }

  /** Closes files beyond the limit that can be opened again under their name, those at rest first. */
  async #boundOpenFiles(): Promise<void> {
    if (this.#open.size <= this.#limit) return;
    const closable = [...this.#open.keys()].filter((reader) => this.#isClosable(reader));
    const atRest = closable.filter((reader) => !this.#ready.has(reader));
    await this.#close(new Set([...new Set([...atRest, ...closable])].slice(0, this.#open.size - this.#limit)));
  }

  /** Closes files that have not grown for so long as their input says. */
  async #closeInactive(): Promise<void> {
    const now = this.#options.clock.steady();
    const inactive = [...this.#open].filter(
      ([reader, usedAt]) =>
        this.#isClosable(reader) &&
        !this.#ready.has(reader) &&
        now - usedAt >= parseDuration(reader.input.close_inactive ?? CLOSE_INACTIVE),
    );
    await this.#close(new Set(inactive.map(([reader]) => reader)));
  }

  /** What has lost its name cannot be opened again, unless it is known where it is now. */
  #isClosable(reader: AnyFileReader): boolean {
    if (!(reader instanceof FileReader) || reader === this.#turn) return false;
    return reader.missedSince === undefined || reader.isElsewhere;
  }

  async #close(readers: ReadonlySet<AnyFileReader>): Promise<void> {
    for (const reader of readers) this.#open.delete(reader);
    // All at once: a turn that begins meanwhile opens its file again and keeps it.
    await Promise.all([...readers].map((reader) => reader.close()));
  }
}
